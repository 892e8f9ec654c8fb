import { fileURLToPath } from 'node:url';
import type { Digest } from '../../base/digest.ts';
import { StxError } from '../../base/stx-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import { type CapturedOutputs, captureOutputs } from '../../sstate/capture-outputs.ts';
import { openLocalStore } from '../../sstate/local-store.ts';
import { type RestoreTarget, restoreOutputs } from '../../sstate/restore-outputs.ts';
import { runProcessGroup } from '../../tasks/process-group.ts';
import { removeTree } from './remove-tree.ts';

/** What the process that stores and restores for a fakeroot task of an ordinary user is asked. */
export type StoreCall =
  | { readonly kind: 'capture'; readonly storePath: string; readonly directories: readonly string[] }
  | { readonly kind: 'restore'; readonly storePath: string; readonly targets: readonly RestoreTarget[] };

/** What it answers. */
export type StoreAnswer =
  | { readonly kind: 'captured'; readonly captured: CapturedOutputs }
  | { readonly kind: 'restored'; readonly missing?: Digest | undefined }
  | { readonly kind: 'failed'; readonly diagnostics: readonly StoredDiagnostic[] };

/**
 * Stores what a task left. The files of a fakeroot task of an ordinary user belong to a range of ids: they are read, and
 * their owners are told, by a process that is user 0 of the same range.
 */
export async function captureFor(order: TaskOrder, signal: AbortSignal): Promise<CapturedOutputs> {
  const directories = order.outputs.map((each) => each.from);
  if (needsIds(order)) {
    const answer = await ask({ kind: 'capture', storePath: order.storePath, directories }, signal);
    if (answer?.kind === 'captured') return answer.captured;
  }
  return captureOutputs(directories, openLocalStore(order.storePath).blobs, { owned: order.owned });
}

/** Restores what a task left, with its owners where this user can have them. Gives what `restoreOutputs` gives. */
export async function restoreFor(
  order: TaskOrder,
  targets: readonly RestoreTarget[],
  signal: AbortSignal,
): Promise<Digest | undefined> {
  if (needsIds(order)) {
    const answer = await ask({ kind: 'restore', storePath: order.storePath, targets }, signal);
    if (answer?.kind === 'restored') return answer.missing;
  }
  return restoreOutputs(targets, openLocalStore(order.storePath).blobs, { remove: removeTree, signal });
}

function needsIds({ owned }: TaskOrder): boolean {
  return owned === true && process.getuid?.() !== 0;
}

/** The answer; `undefined` when the host gives this user no range of ids, or its process was stopped. */
async function ask(call: StoreCall, signal: AbortSignal): Promise<StoreAnswer | undefined> {
  const program = fileURLToPath(new URL('./store-process.ts', import.meta.url));
  let text = '';
  const end = await runProcessGroup({
    command: process.execPath,
    args: [program, JSON.stringify(call)],
    ids: 'all',
    onOutput: () => undefined,
    onReport: (part) => {
      text += part;
    },
    signal,
  }).catch(() => undefined);
  if (end?.exitCode !== 0) return undefined;
  const answer = JSON.parse(text) as StoreAnswer;
  if (answer.kind !== 'failed') return answer;
  const diagnostics = answer.diagnostics.map(({ place: _, related: __, ...rest }) => rest);
  throw new StxError(diagnostics, { origin: 'task' });
}
