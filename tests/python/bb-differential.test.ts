import { readFileSync } from 'node:fs';
import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { attachHost, type EngineHost } from '../../engine/python/engine-host.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

interface Case {
  readonly title: string;
  readonly code: string;
  readonly text?: string;
  readonly raises?: string;
}

interface Fixture {
  readonly variables: Readonly<Record<string, string>>;
  readonly flags: readonly (readonly [string, string, string])[];
  readonly cases: readonly Case[];
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('fixtures/bb.json', import.meta.url), 'utf8'));
const runtime = createPythonRuntime();

/** A table of tasks, and a file system without files. */
function host(): EngineHost {
  const tasks = new Map<string, string[]>();
  const named = (name: string) => (name.startsWith('do_') ? name : `do_${name}`);
  return {
    files: { kind: () => 'missing', list: () => [], readText: () => undefined },
    tasks: {
      add: ({ name, after, before }) => {
        tasks.set(named(name), [...(tasks.get(named(name)) ?? []), ...after.map(named)]);
        for (const each of before.map(named)) tasks.get(each)?.push(named(name));
        for (const each of before.map(named)) if (!tasks.has(each)) pending.set(each, named(name));
        const early = pending.get(named(name));
        if (early !== undefined) tasks.get(named(name))?.push(early);
      },
      delete: (name) => {
        tasks.delete(named(name));
        for (const [task, before] of tasks)
          tasks.set(
            task,
            before.filter((each) => each !== named(name)),
          );
      },
      names: () => [...tasks.keys()],
      before: (name) => tasks.get(name) ?? [],
      setBefore: (name, needs) => void tasks.set(name, [...needs]),
    },
  };
}

const pending = new Map<string, string>();

/** What our modules say, in the form of the fixture. */
function answer(code: string): { readonly text?: string; readonly raises?: string } {
  const datastore = createDatastore({ evaluator: runtime });
  for (const [name, value] of Object.entries(fixture.variables)) datastore.assign(name, '=', value);
  for (const [name, flag, value] of fixture.flags) datastore.setFlag(name, flag, value);
  const own = host();
  attachHost(datastore, own);
  try {
    const body = `import os, re\n${code}\nd.setVar('RESULT', str(result))\n`;
    runtime.execute({ text: body, name: 'case' }, { datastore, host: own });
    return { text: datastore.getUnexpanded('RESULT') ?? 'nothing' };
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const { code: kind, message } = error.diagnostics[0]!;
    const raised = /^`case` raised ([\w.]+)(?:: |$)/.exec(message)?.[1];
    if (raised !== undefined) return { raises: raised };
    // Code cannot catch these: BitBake ends with them as well.
    return kind === 'old-override-syntax' || kind === 'layer-error'
      ? { raises: 'bb.BBHandledException' }
      : { raises: `${kind}: ${message}` };
  }
}

test("functions of bb and methods of d give what BitBake's own give", (t) => {
  const wrong = fixture.cases.flatMap(({ title, code, text, raises }) => {
    const got = answer(code);
    return got.text === text && got.raises === raises ? [] : [{ title, code, text, raises, got }];
  });
  t.true(fixture.cases.length > 100);
  t.deepEqual(wrong, []);
});
