import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import type { ActionResult } from '../../engine/sstate/action-cache.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { digestOfResult } from '../../engine/sstate/reapi/action-result.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { orderIn } from '../support/task-orders.ts';
import { type Builder, builder, folderUrl, meet } from '../support/team-stores.ts';

const pool = createWorkerPool({ threads: 1 });
test.after.always(() => pool[Symbol.asyncDispose]());

const key = sha256('the same work');

/** A result of a run that left one file. */
async function made(by: Builder, text: string, durationMs = 1): Promise<ActionResult> {
  const directory = join(by.path, sha256(text));
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'file'), text);
  const { trees, files, output } = await captureOutputs([directory], by.store.blobs);
  return { trees, files, output, dependencies: {}, durationMs };
}

/** Restores what was planned, and says how that ended and what lies there then. */
async function restore(by: Builder, planned: ActionResult) {
  const to = join(by.path, 'to');
  const work = { kind: 'restore', result: digestOfResult(planned), output: planned.output } as const;
  const over = { storePath: by.directory, actionKey: key, outputs: [{ from: to, to }] };
  const outcome = await pool.start(orderIn(by.path, work, over), () => undefined).done;
  const path = join(to, 'file');
  return { outcome, text: existsSync(path) ? readFileSync(path, 'utf8') : undefined };
}

test('a result that another build stored after the plan is not put in place for the planned one', async (t) => {
  using by = builder();
  const planned = await made(by, 'what the plan saw');
  await by.store.actions.put(key, await made(by, 'what another build stored'));
  const { outcome, text } = await restore(by, planned);
  t.is(outcome.status === 'failed' ? outcome.diagnostics[0]?.code : outcome.status, 'result-incomplete');
  t.is(text, undefined);
});

test('a result with the same output that took another time is as good as the planned one', async (t) => {
  using by = builder();
  const planned = await made(by, 'the same', 5);
  await by.store.actions.put(key, { ...planned, durationMs: 7 });
  const { outcome, text } = await restore(by, planned);
  t.is(outcome.status, 'ok');
  t.is(text, 'the same');
});

test('a result that claims an output which its trees do not have is not put in place', async (t) => {
  using by = builder();
  const planned = await made(by, 'what the plan saw');
  await by.store.actions.put(key, { ...(await made(by, 'something else')), output: planned.output });
  const { outcome, text } = await restore(by, planned);
  t.is(outcome.status, 'failed');
  t.is(text, undefined);
});

test('a result that came from a mirror while another build stored its own is told to be unusable', async (t) => {
  using maker = builder();
  using reader = builder();
  const planned = await made(maker, 'of the mirror');
  await maker.store.actions.put(key, planned);
  await using team = meet(reader, { mirrors: [folderUrl(maker.directory)] });
  t.true((await team.find([key])).has(key));
  await reader.store.actions.put(key, await made(reader, 'of the other build'));
  t.regex((await team.fetch(key)).problem ?? '', /another result/);
});
