import { compareCodePoints } from '../../base/canonical-json.ts';
import type { Digest } from '../../base/digest.ts';
import { digestOf, sha256 } from '../../base/sha256.ts';
import type { ActionResult, AuxiliaryMessage } from '../action-cache.ts';
import {
  asBytes,
  asDigest,
  asNumber,
  asText,
  type FieldValue,
  type FieldWriter,
  messageBytes,
  readFields,
} from './wire.ts';

const factsType = 'type.googleapis.com/stxbake.v1.TaskFacts';
/** Never empty: servers put their own name into an empty one. */
const worker = 'stx-bake';

/**
 * A result as the Remote Execution API's `ActionResult`: trees are output directories `tree/0`, `tree/1`..., files are
 * output files by their names, the rest stands in `execution_metadata`. The bytes hold a seal over all of it.
 */
export function encodeActionResult(result: ActionResult): Uint8Array {
  return encode(result, Buffer.from(sealOf(result), 'hex'), result.auxiliary ?? []);
}

/** What a seal and a signature are made over: the canonical bytes of a result without seal and auxiliary messages. */
export function actionResultPayload(result: ActionResult): Uint8Array {
  return encode(result, new Uint8Array(), []);
}

/** The digest that names a result: over its payload, so that adding a signature does not change it. */
export function digestOfResult(result: ActionResult): Digest {
  return digestOf(actionResultPayload(result));
}

function sealOf(result: ActionResult): string {
  return sha256(actionResultPayload(result));
}

function encode(result: ActionResult, seal: Uint8Array, auxiliary: readonly AuxiliaryMessage[]): Uint8Array {
  return messageBytes((fields) => {
    for (const [path, digest] of sortedEntries(result.files ?? {})) {
      fields.message(2, (file) => {
        file.text(1, path);
        file.digest(2, digest);
      });
    }
    result.trees.forEach((tree, index) => {
      fields.message(3, (directory) => {
        directory.text(1, `tree/${index}`);
        directory.digest(3, tree);
        directory.flag(4, true);
      });
    });
    fields.message(9, (metadata) => {
      metadata.text(1, worker);
      writeAny(metadata, { typeUrl: factsType, value: encodeFacts(result, seal) });
      for (const each of auxiliary) writeAny(metadata, each);
      metadata.message(12, (duration) => {
        const milliseconds = Math.max(0, Math.round(result.durationMs));
        duration.integer(1, Math.floor(milliseconds / 1000));
        duration.integer(2, (milliseconds % 1000) * 1_000_000);
      });
    });
  });
}

function writeAny(metadata: FieldWriter, { typeUrl, value }: AuxiliaryMessage): void {
  metadata.message(11, (any) => {
    any.text(1, typeUrl);
    any.bytes(2, value);
  });
}

function encodeFacts({ output, dependencies }: ActionResult, seal: Uint8Array): Uint8Array {
  return messageBytes((fields) => {
    fields.digest(1, output);
    for (const [key, digest] of sortedEntries(dependencies)) {
      fields.message(2, (pair) => {
        pair.text(1, key);
        pair.text(2, digest);
      });
    }
    fields.bytes(3, seal);
  });
}

function sortedEntries<Value>(record: Readonly<Record<string, Value>>): readonly (readonly [string, Value])[] {
  return Object.entries(record).sort(([a], [b]) => compareCodePoints(a, b));
}

/**
 * Reads what `encodeActionResult` wrote, also when a server encoded it anew. `undefined` when the bytes are damaged, are
 * no ActionResult, or are one of another program.
 */
export function decodeActionResult(bytes: Uint8Array): ActionResult | undefined {
  try {
    const maps = { trees: new Map(), files: new Map(), dependencies: new Map() };
    const parts: Parts = { ...maps, auxiliary: [], durationMs: 0, seal: '' };
    readFields(bytes, (field, value) => {
      if (field === 2) readFile(value, parts);
      else if (field === 3) readDirectory(value, parts);
      else if (field === 9) readMetadata(value, parts);
    });
    const result = assemble(parts);
    return result !== undefined && sealOf(result) === parts.seal ? result : undefined;
  } catch {
    return undefined;
  }
}

interface Parts {
  readonly trees: Map<string, Digest>;
  readonly files: Map<string, Digest>;
  readonly auxiliary: AuxiliaryMessage[];
  readonly dependencies: Map<string, string>;
  output?: Digest;
  durationMs: number;
  seal: string;
}

function assemble({ trees, files, auxiliary, output, dependencies, durationMs }: Parts): ActionResult | undefined {
  if (output === undefined) return undefined;
  const inOrder = Array.from({ length: trees.size }, (_, index) => trees.get(`tree/${index}`));
  if (inOrder.includes(undefined)) return undefined;
  return {
    trees: inOrder.filter((tree) => tree !== undefined),
    ...(files.size > 0 && { files: Object.fromEntries(files) }),
    output,
    dependencies: Object.fromEntries(dependencies),
    durationMs,
    ...(auxiliary.length > 0 && { auxiliary }),
  };
}

function readFile(value: FieldValue, parts: Parts): void {
  let path = '';
  let digest: Digest | undefined;
  readFields(asBytes(value), (field, part) => {
    if (field === 1) path = asText(part);
    else if (field === 2) digest = asDigest(part);
  });
  if (digest !== undefined) parts.files.set(path, digest);
}

function readDirectory(value: FieldValue, parts: Parts): void {
  let path = '';
  let digest: Digest | undefined;
  readFields(asBytes(value), (field, part) => {
    if (field === 1) path = asText(part);
    else if (field === 3) digest = asDigest(part);
  });
  if (digest !== undefined) parts.trees.set(path, digest);
}

function readMetadata(value: FieldValue, parts: Parts): void {
  readFields(asBytes(value), (field, part) => {
    if (field === 12) parts.durationMs = durationMs(asBytes(part));
    if (field !== 11) return;
    const any = readAny(asBytes(part));
    if (any.typeUrl === factsType) readFacts(any.value, parts);
    else parts.auxiliary.push(any);
  });
}

function readAny(bytes: Uint8Array): AuxiliaryMessage {
  let typeUrl = '';
  let value: Uint8Array = new Uint8Array();
  readFields(bytes, (field, part) => {
    if (field === 1) typeUrl = asText(part);
    else if (field === 2) value = asBytes(part);
  });
  return { typeUrl, value };
}

function readFacts(bytes: Uint8Array, parts: Parts): void {
  readFields(bytes, (field, value) => {
    if (field === 1) parts.output = asDigest(value);
    else if (field === 2) readDependency(asBytes(value), parts);
    else if (field === 3) parts.seal = Buffer.from(asBytes(value)).toString('hex');
  });
}

function readDependency(bytes: Uint8Array, parts: Parts): void {
  let key = '';
  let digest = '';
  readFields(bytes, (field, value) => {
    if (field === 1) key = asText(value);
    else if (field === 2) digest = asText(value);
  });
  parts.dependencies.set(key, digest);
}

function durationMs(bytes: Uint8Array): number {
  let milliseconds = 0;
  readFields(bytes, (field, value) => {
    if (field === 1) milliseconds += asNumber(value) * 1000;
    else if (field === 2) milliseconds += Math.round(asNumber(value) / 1_000_000);
  });
  return milliseconds;
}
