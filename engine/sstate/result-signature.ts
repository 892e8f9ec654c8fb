import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { sha256 } from '../base/sha256.ts';
import type { ActionResult, AuxiliaryMessage } from './action-cache.ts';
import { actionResultPayload, digestOfResult } from './reapi/action-result.ts';

/** A key that signs results, with the name that verifiers know it by. */
export interface SigningKey {
  readonly name: string;
  readonly key: KeyObject;
}

/** Key name -> public key: whose signatures count. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

const signatureType = 'type.googleapis.com/stxbake.v1.ResultSignature';
/** The fixed parts of PKCS#8 and SPKI around the 32 bytes of an ed25519 key (RFC 8410). */
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keyName = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/;

/**
 * What an ed25519 signature is made over: four lines with the purpose, the key of the action cache, and the SHA-256 of
 * the result's canonical bytes without seal and auxiliary messages. So it holds for this result of this work alone.
 */
export function signedText(key: string, result: ActionResult): string {
  return `stx-bake result signature 1\n${key}\n${sha256(actionResultPayload(result))}\n`;
}

/** The result with a signature by this key; an older one of the same key is replaced. */
export function signResult(key: string, result: ActionResult, signer: SigningKey): ActionResult {
  const signature = sign(null, Buffer.from(signedText(key, result)), signer.key);
  const value = Buffer.from(`${signer.name}:${signature.toString('base64')}`);
  const others = (result.auxiliary ?? []).filter((each) => signatureOf(each)?.name !== signer.name);
  return { ...result, auxiliary: [...others, { typeUrl: signatureType, value }] };
}

/** Whether one of the trusted keys signed this result for this key. Verifies on libuv's threads. */
export async function isTrusted(key: string, result: ActionResult, trusted: TrustedKeys): Promise<boolean> {
  for (const message of result.auxiliary ?? []) {
    const signature = signatureOf(message);
    const by = signature && trusted.get(signature.name);
    if (by === undefined || signature === undefined) continue;
    if (await verifies(Buffer.from(signedText(key, result)), by, signature.bytes)) return true;
  }
  return false;
}

/** Whether the result carries a signature, valid or not. */
export function isSigned(result: ActionResult): boolean {
  return (result.auxiliary ?? []).some((each) => signatureOf(each) !== undefined);
}

/**
 * What a key has once a writer brings `incoming` where `kept` is: no signature moves to a result that it was not made for.
 * Equal results have the signatures of both; of results that differ in more than that, a signed one takes the place of
 * one with the same output, or of an unsigned one. Otherwise the first stays.
 */
export function withSignatures(kept: ActionResult, incoming: ActionResult): ActionResult {
  if (!isSigned(incoming)) return kept;
  if (digestOfResult(kept).hash !== digestOfResult(incoming).hash)
    return kept.output.hash === incoming.output.hash || !isSigned(kept) ? incoming : kept;
  const replaced = new Set((incoming.auxiliary ?? []).map(roleOf));
  const others = (kept.auxiliary ?? []).filter((each) => !replaced.has(roleOf(each)));
  return { ...kept, auxiliary: [...others, ...(incoming.auxiliary ?? [])] };
}

/** Of messages with the same role a result has one: a signature for each name, any other for its type. */
function roleOf(message: AuxiliaryMessage): string {
  return `${message.typeUrl} ${signatureOf(message)?.name ?? ''}`;
}

function signatureOf(message: AuxiliaryMessage): { readonly name: string; readonly bytes: Buffer } | undefined {
  if (message.typeUrl !== signatureType) return undefined;
  const [name = '', text = ''] = Buffer.from(message.value).toString('utf8').split(':');
  return { name, bytes: Buffer.from(text, 'base64') };
}

function verifies(text: Buffer, key: KeyObject, signature: Buffer): Promise<boolean> {
  return new Promise((resolve) => verify(null, text, key, signature, (error, valid) => resolve(!error && valid)));
}

/** A new pair in the text forms that files and variables hold: `NAME:BASE64` of the 32 bytes. */
export function generateSigningKey(name: string): { readonly secret: string; readonly public: string } {
  const pair = generateKeyPairSync('ed25519');
  const secret = pair.privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32);
  const open = pair.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return { secret: `${name}:${secret.toString('base64')}`, public: `${name}:${open.toString('base64')}` };
}

/** Reads the secret text form; `undefined` when it is none. */
export function parseSigningKey(text: string): SigningKey | undefined {
  const parts = parseKey(text);
  if (parts === undefined) return undefined;
  const key = createPrivateKey({ key: Buffer.concat([privatePrefix, parts.bytes]), format: 'der', type: 'pkcs8' });
  return { name: parts.name, key };
}

/** The public text form of a signing key. */
export function publicText(signer: SigningKey): string {
  const spki = createPublicKey(signer.key).export({ type: 'spki', format: 'der' });
  return `${signer.name}:${spki.subarray(-32).toString('base64')}`;
}

/** Reads a public text form; `undefined` when it is none. */
export function parseTrustedKey(text: string): readonly [name: string, key: KeyObject] | undefined {
  const parts = parseKey(text);
  if (parts === undefined) return undefined;
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, parts.bytes]), format: 'der', type: 'spki' });
  return [parts.name, key];
}

/** Whether a key may be called so. */
export function isKeyName(name: string): boolean {
  return keyName.test(name);
}

function parseKey(text: string): { readonly name: string; readonly bytes: Buffer } | undefined {
  const [name = '', base64 = '', ...more] = text.trim().split(':');
  if (!keyName.test(name) || more.length > 0 || !/^[A-Za-z0-9+/]{43}=$/.test(base64)) return undefined;
  return { name, bytes: Buffer.from(base64, 'base64') };
}
