import test from 'ava';
import { metadataProject } from '../support/metadata-project.ts';

const app = '/meta/recipes/app_1.bb';
const local = '/build/conf/local.conf';
const extra = '/extra/conf/layer.conf';
const collection = (name: string, more = ''): string =>
  `BBPATH .= ":\${LAYERDIR}"\nBBFILE_COLLECTIONS += "${name}"\nBBFILE_PATTERN_${name} = "^\${LAYERDIR}/"\n${more}`;

test('references to LAYERDIR are put in when the layer.conf has been read, and make a value of what was pending', (t) => {
  const { recipe } = metadataProject({
    [extra]: collection('extra', 'A ??= "${LAYERDIR}/a"\nB = "x"\nB:append = " ${LAYERDIR}/b"\nC = "${LAYERDIR_RE}"\n'),
    [local]: 'A ?= "other"\nB = "y"\n',
    [app]: '',
  });
  const { datastore } = recipe('app');
  t.is(datastore.get('A'), '/extra/a');
  t.is(datastore.get('B'), 'y');
  t.is(datastore.get('C'), '/extra');
});

test('the priority of a layer is read when the configuration is complete', (t) => {
  const { workspace } = metadataProject({ [extra]: collection('extra'), [local]: 'BBFILE_PRIORITY_extra = "2"\n' });
  const layers = workspace.configurations.get('')?.base.layers ?? [];
  t.deepEqual(
    layers.map(({ name, priority }) => [name, priority]),
    [
      ['meta', 5],
      ['extra', 2],
    ],
  );
});

test('a layer without a priority is one stronger than the strongest that it depends on or recommends', (t) => {
  const { workspace } = metadataProject({
    '/build/conf/bblayers.conf': 'BBPATH = "${TOPDIR}"\nBBLAYERS = "/meta /extra /third"\n',
    '/meta/conf/layer.conf': collection('meta', 'BBFILE_PRIORITY_meta = "5"\nLAYERVERSION_meta = "3"\n'),
    [extra]: collection('extra', 'LAYERDEPENDS_extra = "meta (>= 2)"\n'),
    '/third/conf/layer.conf': collection('third', 'LAYERRECOMMENDS_third = "extra absent"\n'),
  });
  const layers = workspace.configurations.get('')?.base.layers ?? [];
  t.deepEqual(
    layers.map(({ name, priority }) => [name, priority]),
    [
      ['meta', 5],
      ['extra', 6],
      ['third', 7],
    ],
  );
});

test('dynamic recipe files count when their layer is there, and stay when BBFILES is set later', (t) => {
  const { recipes } = metadataProject({
    [extra]: collection(
      'extra',
      'BBFILES_DYNAMIC = "meta:${LAYERDIR}/d/*.bb !meta:${LAYERDIR}/n/*.bb !no:${LAYERDIR}/y/*.bb"\n',
    ),
    [local]: 'BBFILES = "/meta/recipes/*.bb"\n',
    '/extra/d/dynamic_1.bb': 'A = "1"\n',
    '/extra/n/never_1.bb': 'A = "1"\n',
    '/extra/y/yes_1.bb': 'A = "1"\n',
    [app]: 'A = "1"\n',
  });
  t.deepEqual(
    recipes()
      .map((each) => each.pn)
      .sort(),
    ['app', 'dynamic', 'yes'],
  );
});

test('with an error in the layers no recipe is read, but the configuration is there', (t) => {
  const { workspace, diagnostics, reader } = metadataProject({
    [extra]: collection('extra', 'LAYERDEPENDS_extra = "absent"\n'),
    [app]: 'broken\n',
  });
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['invalid-layer'],
  );
  t.true(workspace.configurations.has(''));
  t.false(reader.reads.includes(app));
});

test('the series of layers come sorted, and a layer cannot take those of another', (t) => {
  const { workspace, diagnostics } = metadataProject({
    '/meta/conf/layer.conf': collection('meta', 'LAYERSERIES_CORENAMES = "b a"\nLAYERSERIES_COMPAT_meta = "b"\n'),
    [extra]: collection('extra', 'LAYERSERIES_COMPAT_extra = "${LAYERSERIES_COMPAT_meta} a"\n'),
  });
  t.is(diagnostics[0]?.severity, undefined);
  const datastore = workspace.configurations.get('')?.base.datastore;
  t.is(datastore?.get('LAYERSERIES_CORENAMES'), 'a b');
  t.is(datastore?.getUnexpanded('LAYERSERIES_COMPAT_extra'), '${LAYERSERIES_COMPAT_meta} a');
});

test('a fragment is read from the layer that it names; flagged variables become flags of that name', (t) => {
  const { recipe } = metadataProject({
    [local]: `FRAGS = "meta/one machine/fast"\nFLAGGED = "SUMMARY_OF"\nBUILTIN = "machine:MACHINE"
addfragments conf/fragments FRAGS FLAGGED BUILTIN\n`,
    '/meta/conf/fragments/one.conf': 'SUMMARY_OF = "first"\nA = "from the fragment"\n',
    [app]: '',
  });
  const { datastore } = recipe('app');
  t.is(datastore.get('A'), 'from the fragment');
  t.is(datastore.get('SUMMARY_OF'), undefined);
  t.is(datastore.flag('SUMMARY_OF', 'meta/one'), 'first');
  t.is(datastore.get('MACHINE'), 'fast');
});

test('classes of BB_DEFER_BBCLASSES wait until the recipe has been read', (t) => {
  const { recipe } = metadataProject({
    [app]: 'BB_DEFER_BBCLASSES = "late"\ninherit late early\nA .= "recipe "\n',
    '/meta/classes/late.bbclass': 'A .= "late "\n',
    '/meta/classes/early.bbclass': 'A .= "early "\n',
  });
  t.is(recipe('app').datastore.get('A'), 'early recipe late ');
});

test('files that hide others of the same name are those of the stronger layer', (t) => {
  const { workspace } = metadataProject({ [app]: 'A = "1"\n', '/extra/recipes/app_1.bb': 'A = "2"\n' });
  t.deepEqual(workspace.configurations.get('')?.base.recipeFiles.recipes, [app, '/extra/recipes/app_1.bb']);
});

for (const [what, text] of [
  ['an override that is in force', 'OVERRIDES .= ":appen"\nA:appen = "1"\n'],
  ['a flag that resembles none', 'do_build[mine] = "1"\n'],
  ['a function that is no task', 'do_buil() {\n    :\n}\ndo_buil[dirs] = "x"\n'],
  [
    'flags of a task that was taken out',
    'addtask buil\ndo_buil[dirs] = "x"\ndeltask do_buil\ndo_buil[umask] = "022"\n',
  ],
  ['an order after something far away', 'addtask x after do_something_else\n'],
] as const) {
  test(`no spelling is suspected of ${what}`, (t) => {
    t.deepEqual(metadataProject({ [app]: text }).diagnostics, []);
  });
}
