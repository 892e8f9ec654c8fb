import test from 'ava';
import fc from 'fast-check';
import { digestOf, sha256 } from '../../engine/base/sha256.ts';
import type { ActionResult } from '../../engine/sstate/action-cache.ts';
import { decodeActionResult, digestOfResult, encodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import {
  generateSigningKey,
  isTrusted,
  parseSigningKey,
  parseTrustedKey,
  publicText,
  signedText,
  signResult,
} from '../../engine/sstate/result-signature.ts';

function keys(name: string) {
  const pair = generateSigningKey(name);
  const signer = parseSigningKey(pair.secret);
  const trusted = parseTrustedKey(pair.public);
  if (signer === undefined || trusted === undefined) throw new Error('not a key');
  return { pair, signer, trusted: new Map([trusted]) };
}

const result: ActionResult = {
  trees: [digestOf('tree')],
  output: digestOf('output'),
  dependencies: { 'a:do_x': sha256('y') },
  durationMs: 1234,
};
const key = sha256('key');
const ci = keys('ci');

test('a signature holds for the result and the key that it was made for, through encoding', async (t) => {
  const read = decodeActionResult(encodeActionResult(signResult(key, result, ci.signer)));
  t.true(read !== undefined && (await isTrusted(key, read, ci.trusted)));
});

test('what is signed is written down', (t) => {
  t.is(signedText(key, result), `stx-bake result signature 1\n${key}\n${digestOfResult(result).hash}\n`);
});

test('another key of the action cache, another result or another signer is not trusted', async (t) => {
  const signed = signResult(key, result, ci.signer);
  const other = keys('ci');
  t.false(await isTrusted(sha256('other key'), signed, ci.trusted));
  t.false(await isTrusted(key, { ...signed, output: digestOf('evil') }, ci.trusted));
  t.false(await isTrusted(key, { ...signed, trees: [digestOf('evil')] }, ci.trusted));
  t.false(await isTrusted(key, { ...signed, dependencies: {} }, ci.trusted));
  t.false(await isTrusted(key, { ...signed, files: { 'attributes/0': digestOf('evil') } }, ci.trusted));
  t.false(await isTrusted(key, signed, other.trusted));
  t.false(await isTrusted(key, signed, new Map()));
  t.false(await isTrusted(key, result, ci.trusted));
});

test('a result may be signed by several; signing again changes nothing', async (t) => {
  const other = keys('nightly');
  const once = signResult(key, result, ci.signer);
  const both = signResult(key, signResult(key, once, other.signer), ci.signer);
  t.is(both.auxiliary?.length, 2);
  t.true(await isTrusted(key, both, other.trusted));
  t.true(await isTrusted(key, both, ci.trusted));
  t.deepEqual(digestOfResult(both), digestOfResult(result));
});

test('a changed signature is not trusted, and never an error', async (t) => {
  const signed = signResult(key, result, ci.signer);
  const [message] = signed.auxiliary ?? [];
  if (message === undefined) throw new Error('no signature');
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), async (bytes) => {
      const value = Buffer.concat([Buffer.from('ci:'), bytes]);
      t.false(await isTrusted(key, { ...result, auxiliary: [{ ...message, value }] }, ci.trusted));
    }),
    { numRuns: 50 },
  );
});

test('keys are read from their text forms alone', (t) => {
  t.is(publicText(ci.signer), ci.pair.public);
  for (const text of [
    '',
    'ci',
    'ci:',
    'ci:abc',
    `ci:${'A'.repeat(44)}`,
    `c i:${'A'.repeat(43)}=`,
    `a:b:${'A'.repeat(43)}=`,
  ]) {
    t.is(parseSigningKey(text), undefined, text);
    t.is(parseTrustedKey(text), undefined, text);
  }
});
