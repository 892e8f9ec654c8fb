import test from 'ava';
import { canonicalJson } from '../../engine/base/canonical-json.ts';
import { sha256 } from '../../engine/base/sha256.ts';
import { explainDirty } from '../../engine/explain/why.ts';
import { whyText } from '../../engine/explain/why-text.ts';
import { makePlan } from '../../engine/plan/make-plan.ts';
import type { DescribePorts } from '../../engine/signatures/describe-task.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import { describePorts, graphOf } from '../support/graph-of.ts';
import { memoryFiles } from '../support/memory-files.ts';

const key = 'root:do_fetch';
const settings = { 'do_fetch[builtin]': 'fetch-locked', 'do_fetch[lock-root]': 'root', LOCK_FILE: '/layer/x.lock' };

function lockOf(packages: Readonly<Record<string, string>>): string {
  const records = Object.entries(packages).map(([name, version]) => ({ name, version, sha256: sha256(version) }));
  return canonicalJson(records);
}

/** One task is made with some ports, and explained with others. */
async function explain(before: Partial<DescribePorts>, after: Partial<DescribePorts>, locks: readonly string[] = []) {
  const graph = graphOf({ [key]: [] }, { root: settings });
  const old = (await describeTasks(graph, describePorts(before))).task(key);
  const described = await describeTasks(graph, describePorts(after));
  const records = old.records(new Map());
  const texts = new Map([records.signature, records.base, ...locks].map((text) => [sha256(text) as string, text]));
  const signature = old.signature(new Map());
  const stamp = { signature, output: undefined, result: undefined, artifacts: [], finishedAtMs: 1, taint: undefined };
  const results = { find: async () => new Map() };
  const plan = await makePlan({ described, stamps: new Map([[key, stamp]]), results, isPresent: () => true });
  return explainDirty({
    ...{ described, plan, dirty: new Set([key]), withReasons: true, paths: (name) => name },
    past: {
      done: () => ({ build: 1, signature, base: undefined, own: undefined, output: undefined }),
      record: (hash) => texts.get(hash),
      signatureOf: () => undefined,
    },
    lockText: () => locks[1],
    files: memoryFiles({ '/layer/x.lock': 'Package: dpkg\n\nPackage: bash\n' }),
  });
}

test('a changed lock is told by its packages', async (t) => {
  const [before, after] = [
    lockOf({ bash: '5.1', dpkg: '1', gone: '2' }),
    lockOf({ bash: '5.2', dpkg: '1', fresh: '3' }),
  ];
  const ports = (text: string): Partial<DescribePorts> => ({ lockRecords: async () => sha256(text) });
  const causes = await explain(ports(before), ports(after), [before, after]);
  t.is(
    whyText(causes, { run: 1, restore: 0, open: 0 }, { base: '/layer', all: false, since: undefined }),
    [
      '1 task would run, because of 1 cause:',
      '',
      '1. the locked packages of `root` changed  (x.lock:3)',
      '   bash 5.1 -> 5.2',
      '   fresh 3 is new',
      '   gone 2 is gone',
      '   dirties 1 task: root:do_fetch',
      '',
    ].join('\n'),
  );
});

test('another tool is told by its name', async (t) => {
  const causes = await explain({ identity: { tar: '1.34' } }, { identity: { tar: '1.35' } });
  t.is(
    whyText(causes, { run: 1, restore: 0, open: 0 }, { base: '/layer', all: false, since: undefined }),
    [
      '1 task would run, because of 1 cause:',
      '',
      '1. `tar`, which every task is made with, is another one',
      '   1.34 -> 1.35',
      '   dirties 1 task: root:do_fetch',
      '',
    ].join('\n'),
  );
});
