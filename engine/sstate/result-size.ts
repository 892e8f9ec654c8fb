import type { ActionResult } from './action-cache.ts';

const sizeType = 'type.googleapis.com/stxbake.v1.ContentSize';

/** The result with the size of all its blobs beside it, in bytes: a hint for people, neither sealed nor signed. */
export function withContentSize(result: ActionResult, sizeBytes: number): ActionResult {
  const others = (result.auxiliary ?? []).filter(({ typeUrl }) => typeUrl !== sizeType);
  return { ...result, auxiliary: [...others, { typeUrl: sizeType, value: Buffer.from(String(sizeBytes)) }] };
}

/** What `withContentSize` noted; `undefined` when nobody did. */
export function contentSize(result: ActionResult): number | undefined {
  const message = result.auxiliary?.find(({ typeUrl }) => typeUrl === sizeType);
  const size = message === undefined ? Number.NaN : Number(Buffer.from(message.value).toString());
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}
