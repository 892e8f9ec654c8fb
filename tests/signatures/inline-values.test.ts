import test from 'ava';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import { describePorts, graphOf, type Settings } from '../support/graph-of.ts';

/** Settings as in graph-of.ts, with expressions that are evaluated. */
function datastoreOf(settings: Settings): Datastore {
  const builder = createDatastore({ evaluator: createInlineEvaluator() });
  for (const [name, value] of Object.entries(settings)) {
    const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
    if (flagged) builder.assignFlag(flagged[1] ?? '', flagged[2] ?? '', '=', value);
    else {
      if (value.endsWith('\n')) builder.setFlag(name, 'func', '1');
      builder.assign(name, '=', value);
    }
  }
  return builder.seal();
}

async function signature(settings: Settings, layer = '/here/toy'): Promise<string> {
  const graph = graphOf({ 'a:do_x': [] });
  const datastore = datastoreOf(settings);
  const real = {
    ...graph,
    task: (key: string) => ({ ...graph.task(key), recipe: { ...graph.task(key).recipe, datastore } }),
  };
  const ports = describePorts({ layers: [{ name: 'toy', path: layer }] });
  return (await describeTasks(real, ports)).task('a:do_x').signature(new Map());
}

async function changes(before: Settings, after: Settings): Promise<boolean> {
  return (await signature(before)) !== (await signature({ ...before, ...after }));
}

const ignoring = { BB_BASEHASH_IGNORE_VARS: 'FILE THISDIR OVERRIDES' };
const version = `\${@os.path.basename(d.getVar('FILE', False)).split('_')[1]}`;

test('what an expression makes of the name of the file counts, through any number of variables', async (t) => {
  const settings = { ...ignoring, do_x: 'echo ${BP}\n', BP: 'a-${PV}', PV: version, FILE: '/here/toy/a_1.bb' };
  t.true(await changes(settings, { FILE: '/here/toy/a_2.bb' }));
  t.false(await changes(settings, { FILE: '/here/toy/moved/a_1.bb' }));
  t.false(await changes({ ...settings, 'do_x[noexec]': '1' }, { FILE: '/here/toy/a_2.bb' }));
  t.false(await changes({ ...settings, 'PV[vardepvalue]': 'x' }, { FILE: '/here/toy/a_2.bb' }));
});

test('it counts in the text of a task, in a flag and through a function as well', async (t) => {
  const file = { ...ignoring, FILE: '/here/toy/a_1.bb' };
  const other = { FILE: '/here/toy/a_2.bb' };
  t.true(await changes({ ...file, do_x: `echo ${version}\n` }, other));
  t.true(await changes({ ...file, do_x: ':\n', 'do_x[dirs]': version, BB_SIGNATURE_EXCLUDE_FLAGS: 'func' }, other));
  const called = {
    'name_of[func]': '1',
    'name_of[python]': '1',
    name_of: "def name_of(d):\n    return d.getVar('FILE')\n",
  };
  t.true(await changes({ ...file, ...called, do_x: 'echo ${@name_of(d)}\n' }, other));
  t.true(
    await changes(
      { ...file, do_x: "cd ${@d.getVar('THISDIR')}\n", THISDIR: "${@os.path.dirname(d.getVar('FILE'))}" },
      { FILE: '/here/toy/b/a_1.bb' },
    ),
  );
  const selected = { ...ignoring, do_x: "echo ${@'yes' if 'b' in d.getVar('OVERRIDES').split(':') else 'no'}\n" };
  t.true(await changes({ ...selected, OVERRIDES: 'a:b' }, { OVERRIDES: 'a' }));
  t.false(await changes({ ...selected, OVERRIDES: 'a:b' }, { OVERRIDES: 'b:c' }));
});

test('where the checkout lies makes no difference', async (t) => {
  const settings = (root: string) => ({
    ...{ ...ignoring, do_x: "echo ${@d.getVar('FILE')}\n", FILE: `${root}/a_1.bb` },
  });
  t.is(await signature(settings('/here/toy')), await signature(settings('/there/toy'), '/there/toy'));
});

test('what is read by a computed name counts', async (t) => {
  t.true(await changes({ do_x: 'echo ${A}\n', A: "${@d.getVar('B' + 'C')}", BC: '1' }, { BC: '2' }));
});

test('what is left out on purpose stays out, and what differs from call to call', async (t) => {
  const ignored = { do_x: 'make ${@d.getVar("JOBS")[2:]}\n', JOBS: '-j4', BB_BASEHASH_IGNORE_VARS: 'JOBS' };
  t.false(await changes(ignored, { JOBS: '-j8' }));
  const excluded = { do_x: 'echo ${A}\n', A: "${@d.getVar('DATE')}", 'A[vardepsexclude]': 'DATE', DATE: '1' };
  t.false(await changes(excluded, { DATE: '2' }));
  const within = { do_x: 'echo ${@d.getVar("A")}\n', A: '${DATE}', 'A[vardepsexclude]': 'DATE', DATE: '1' };
  t.false(await changes(within, { DATE: '2' }));
  const place = { do_x: "echo ${@d.getVar('S').upper()}\n", S: '${TOP}/s', TOP: '/w', BB_BASEHASH_IGNORE_VARS: 'TOP' };
  t.false(await changes(place, { TOP: '/v' }));
  const stamp = { do_x: "echo ${@d.getVar('STAMP')}\n", STAMP: '${DATE}', DATE: '1', BB_BASEHASH_IGNORE_VARS: 'STAMP' };
  t.false(await changes(stamp, { DATE: '2' }));
});
