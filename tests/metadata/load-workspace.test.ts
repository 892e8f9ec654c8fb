import test from 'ava';
import { formatSpan } from '../../engine/base/source-text.ts';
import { metadataProject } from '../support/metadata-project.ts';

const plain = 'A = "1"\n';

test('a recipe has name and version of its file, its layer and its tasks', (t) => {
  const { recipe, diagnostics } = metadataProject({ '/meta/recipes/app_2.1.bb': plain });
  t.deepEqual(diagnostics, []);
  const { pn, pv, pr, layer, layerPriority, provides, packages, tasks } = recipe('app');
  t.deepEqual(
    { pn, pv, pr, layer, layerPriority },
    { pn: 'app', pv: '2.1', pr: 'r0', layer: 'meta', layerPriority: 5 },
  );
  t.deepEqual(
    { provides, packages, tasks: [...tasks.keys()] },
    { provides: ['app'], packages: ['app'], tasks: ['do_build'] },
  );
  t.is(recipe('app').datastore.get('FILE_LAYERNAME'), 'meta');
});

test('given variables and their flags are known everywhere', (t) => {
  const { recipe } = metadataProject({ '/meta/recipes/app_1.bb': 'WHERE = "${HOME} ${TOPDIR}"\n' });
  t.is(recipe('app').datastore.get('WHERE'), '/home/user /build');
  t.is(recipe('app').datastore.flag('HOME', 'export'), '1');
});

test('forced variables win over the configuration files and are seen by INHERIT', (t) => {
  const files = {
    '/build/conf/local.conf': 'KIND = "soft"\nINHERIT += "kind-${KIND}"\n',
    '/meta/classes/kind-hard.bbclass': 'FOUND = "hard"\n',
    '/meta/recipes/app_1.bb': plain,
  };
  const { recipe } = metadataProject(files, { forceVariables: { KIND: 'hard' } });
  t.is(recipe('app').datastore.get('FOUND'), 'hard');
});

test('require looks beside the file first, then along BBPATH, and expands the name at the line', (t) => {
  const { recipe } = metadataProject({
    '/build/conf/inpath.inc': 'INPATH = "build"\n',
    '/meta/conf/inpath.inc': 'INPATH = "meta"\n',
    '/meta/found-x.inc': 'WHERE = "root"\n',
    '/meta/recipes/found-x.inc': 'WHERE = "beside"\n',
    '/meta/recipes/app_1.bb': 'K = "x"\nrequire found-${K}.inc\nK = "y"\nrequire conf/inpath.inc\ninclude gone.inc\n',
  });
  t.is(recipe('app').datastore.get('WHERE'), 'beside');
  t.is(recipe('app').datastore.get('INPATH'), 'build');
});

test('include_all reads the file of every directory of BBPATH', (t) => {
  const { recipe } = metadataProject({
    '/meta/conf/more.inc': 'L .= "m"\n',
    '/extra/conf/more.inc': 'L .= "e"\n',
    '/meta/recipes/app_1.bb': 'L = ""\ninclude_all conf/more.inc\n',
  });
  t.is(recipe('app').datastore.get('L'), 'me');
});

test('FILE is the file being read, but stays the recipe in classes', (t) => {
  const now = (name: string) => `${name} := "\${@os.path.basename(d.getVar('FILE'))}"\n`;
  const { recipe } = metadataProject({
    '/meta/classes/look.bbclass': now('IN_CLASS'),
    '/meta/recipes/part.inc': now('IN_PART'),
    '/extra/recipes/app_%.bbappend': now('IN_APPEND'),
    '/meta/recipes/app_1.bb': `inherit look\nrequire part.inc\n${now('AFTER')}`,
  });
  const values = ['IN_CLASS', 'IN_PART', 'AFTER', 'IN_APPEND'].map((name) => recipe('app').datastore.get(name));
  t.deepEqual(values, ['app_1.bb', 'part.inc', 'app_1.bb', 'app_%.bbappend']);
});

test('files that include each other are an error, not an endless loop', (t) => {
  const { diagnostics } = metadataProject({
    '/meta/recipes/a.inc': 'require b.inc\n',
    '/meta/recipes/b.inc': 'require a.inc\n',
    '/meta/recipes/app_1.bb': 'require a.inc\n',
  });
  t.deepEqual(
    diagnostics.filter((each) => each.severity === 'error').map((each) => each.code),
    ['include-cycle'],
  );
});

test('a class is inherited once, and parsed once for all recipes', (t) => {
  const { recipe, reader } = metadataProject({
    '/meta/classes/once.bbclass': 'N .= "x"\n',
    '/meta/recipes/app_1.bb': 'N = ""\ninherit once\ninherit once\n',
    '/meta/recipes/lib_1.bb': 'N = ""\ninherit once\n',
  });
  t.is(recipe('app').datastore.get('N'), 'x');
  t.is(reader.reads.filter((path) => path.endsWith('once.bbclass')).length, 1);
});

test('recipes take classes from classes-recipe, INHERIT from classes-global', (t) => {
  const { recipe, diagnostics } = metadataProject({
    '/build/conf/local.conf': 'INHERIT += "both"\n',
    '/meta/classes-global/both.bbclass': 'G = "global"\n',
    '/meta/classes-recipe/both.bbclass': 'R = "recipe"\n',
    '/meta/recipes/app_1.bb': 'inherit both\n',
  });
  t.deepEqual(diagnostics, []);
  t.deepEqual([recipe('app').datastore.get('G'), recipe('app').datastore.get('R')], ['global', 'recipe']);
});

test('inherit_defer is carried out after the append files', (t) => {
  const { recipe } = metadataProject({
    '/meta/classes/late.bbclass': 'V ?= "class"\n',
    '/extra/recipes/app_%.bbappend': 'EXTRA = "late"\nV ?= "append"\n',
    '/meta/recipes/app_1.bb': 'inherit_defer ${EXTRA}\nEXTRA = ""\n',
  });
  t.is(recipe('app').datastore.get('V'), 'append');
});

test('EXPORT_FUNCTIONS makes a caller, unless the recipe wrote the function itself', (t) => {
  const { recipe } = metadataProject({
    '/meta/classes/kit.bbclass': 'kit_do_make() {\n    echo kit\n}\nEXPORT_FUNCTIONS do_make\n',
    '/meta/recipes/app_1.bb': 'inherit kit\n',
    '/meta/recipes/own_1.bb': 'do_make() {\n    echo own\n}\ninherit kit\n',
  });
  t.is(recipe('app').datastore.get('do_make'), '    # Export function set\n    kit_do_make\n');
  t.is(recipe('app').datastore.flag('do_make', 'func'), '1');
  t.is(recipe('own').datastore.get('do_make'), '    echo own\n');
});

test('addtask statements add up, deltask takes the edges with it, missing tasks are kept apart', (t) => {
  const { recipe } = metadataProject({
    '/meta/recipes/app_1.bb': `addtask one before do_build
addtask two after do_one before do_build
addtask one after do_nosuch
addtask three after do_two before do_build
addtask \${STEP} after do_three
deltask two
STEP = "late"
`,
  });
  const tasks = [...recipe('app').tasks];
  const after = Object.fromEntries(tasks.map(([name, task]) => [name, task.after]));
  // What is said of a name with references is lost when it is expanded.
  t.deepEqual(after, { do_build: ['do_one', 'do_three'], do_late: [], do_one: [], do_three: [] });
  t.deepEqual(recipe('app').tasks.get('do_one')?.missing, ['do_nosuch']);
});

test('append files are applied weakest layer first, and % stands for any version', (t) => {
  const { recipe } = metadataProject({
    '/meta/recipes/app_1.0.bb': 'A = ""\n',
    '/meta/recipes/app_1.%.bbappend': 'A .= "m"\n',
    '/extra/recipes/app_%.bbappend': 'A .= "E"\n',
    '/extra/recipes/app_1.0.bbappend': 'A .= "e"\n',
  });
  t.is(recipe('app').datastore.get('A'), 'mEe');
});

test('BBMASK takes recipes and append files out', (t) => {
  const { recipes, diagnostics } = metadataProject({
    '/build/conf/local.conf': 'BBMASK = "*bad lib_"\n',
    '/meta/recipes/app_1.bb': plain,
    '/meta/recipes/lib_1.bb': plain,
    '/extra/recipes/lib_1.bbappend': plain,
  });
  t.deepEqual(
    recipes().map((each) => each.pn),
    ['app'],
  );
  t.deepEqual(
    diagnostics.map((each) => [each.code, each.severity]),
    [['invalid-pattern', 'warning']],
  );
});

test('BBCLASSEXTEND makes one more recipe for each word, with the class read last', (t) => {
  const { recipe, recipes } = metadataProject({
    '/meta/classes/native.bbclass': 'SEEN := "${A}"\nA .= "+class"\n',
    '/extra/recipes/tool_%.bbappend': 'A .= "+append"\n',
    '/meta/recipes/tool_1.bb': 'BBCLASSEXTEND = "native"\nA = "recipe"\nRDEPENDS:${PN} = "${PN}-data (>= 1) lib"\n',
  });
  t.deepEqual(
    recipes().map((each) => [each.pn, each.variant]),
    [
      ['tool', ''],
      ['tool-native', 'native'],
    ],
  );
  t.is(recipe('tool-native').datastore.get('SEEN'), 'recipe+append');
  t.is(recipe('tool').datastore.get('A'), 'recipe+append');
  t.deepEqual(recipe('tool-native').runtimeDepends.get('tool-native'), ['tool-native-data', 'lib']);
});

test('configurations of BBMULTICONFIG have their own values of the same recipes', (t) => {
  const files = {
    '/build/conf/local.conf': 'BBMULTICONFIG = "armel"\n',
    '/build/conf/multiconfig/armel.conf': 'MACHINE = "armboard"\n',
    '/meta/recipes/app_1.bb': 'A = "base"\nA:armboard = "arm"\n',
  };
  const { recipe, reader } = metadataProject(files);
  t.is(recipe('app').datastore.get('A'), 'base');
  t.is(recipe('app', 'armel').datastore.get('A'), 'arm');
  t.is(reader.reads.filter((path) => path.endsWith('app_1.bb')).length, 1);
  const only = metadataProject(files, { configurations: ['armel'] });
  t.deepEqual([...only.workspace.configurations.keys()], ['armel']);
  const unknown = metadataProject(files, { configurations: ['armell'] });
  t.deepEqual(
    unknown.diagnostics.map((each) => [each.code, each.help]),
    [['unknown-configuration', 'did you mean `armel`?']],
  );
});

test('LAYERDIR is put in at once and is not known afterwards', (t) => {
  const { recipe } = metadataProject({
    '/extra/conf/layer.conf': `BBFILES += "\${LAYERDIR}/r/*.bb"\nBBFILE_COLLECTIONS += "extra"\nHERE = "\${LAYERDIR}/x"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"\nLAYERDEPENDS_extra = "meta"\n`,
    '/extra/r/app_1.bb': 'Q = "${LAYERDIR}"\n',
  });
  t.is(recipe('app').datastore.get('HERE'), '/extra/x');
  t.is(recipe('app').datastore.get('Q'), '${LAYERDIR}');
  t.is(recipe('app').layerPriority, 6);
});

test('filesRead and filesLookedFor name every file that was read or missed', (t) => {
  const { recipe } = metadataProject({
    '/meta/classes/kit.bbclass': plain,
    '/extra/recipes/app_%.bbappend': plain,
    '/meta/recipes/app_1.bb': 'inherit kit\ninclude maybe.inc\n',
  });
  const { filesRead, filesLookedFor } = recipe('app');
  for (const path of [
    '/build/conf/bblayers.conf',
    '/build/conf/local.conf',
    '/meta/conf/layer.conf',
    '/extra/conf/layer.conf',
    '/meta/conf/bitbake.conf',
    '/meta/classes/base.bbclass',
    '/meta/classes/kit.bbclass',
    '/meta/recipes/app_1.bb',
    '/extra/recipes/app_%.bbappend',
  ])
    t.true(filesRead.includes(path), path);
  for (const path of [
    '/meta/recipes/maybe.inc',
    '/extra/maybe.inc',
    '/build/classes/kit.bbclass',
    '/build/classes-recipe/kit.bbclass',
  ]) {
    t.true(filesLookedFor.includes(path), path);
  }
});

test('problems of all recipes are reported in one run, sorted by path, and the good ones are there', (t) => {
  const { recipes, diagnostics } = metadataProject({
    '/meta/recipes/z_1.bb': 'inherit autotool\n',
    '/meta/recipes/broken_1.bb': 'A = "1"\nthis is nothing\n',
    '/meta/recipes/good_1.bb': plain,
    '/meta/recipes/missing_1.bb': 'require gone/comon.inc\n',
    '/meta/gone/common.inc': plain,
    '/meta/classes/autotools.bbclass': plain,
  });
  t.deepEqual(
    recipes().map((each) => each.pn),
    ['good'],
  );
  t.deepEqual(
    diagnostics.map((each) => [each.code, each.span && formatSpan(each.span).split(':').slice(0, 2).join(':')]),
    [
      ['syntax-error', '/meta/recipes/broken_1.bb:2'],
      ['unknown-include', '/meta/recipes/missing_1.bb:1'],
      ['unknown-class', '/meta/recipes/z_1.bb:1'],
    ],
  );
  t.regex(diagnostics[1]?.help ?? '', /^did you mean `common.inc`\?\nlooked for `\/meta\/recipes\/gone\/comon.inc`, /);
  t.regex(
    diagnostics[2]?.help ?? '',
    /^did you mean `autotools`\?\nlooked for `\/build\/classes-recipe\/autotool.bbclass`, /,
  );
});

test('a problem of a class is reported once, however many recipes inherit it', (t) => {
  const { diagnostics } = metadataProject({
    '/meta/classes/bad.bbclass': 'inherit nothing-like-it\n',
    '/meta/recipes/a_1.bb': 'inherit bad\n',
    '/meta/recipes/b_1.bb': 'inherit bad\n',
  });
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['unknown-class'],
  );
});

test('anonymous Python functions run when the whole recipe has been read', (t) => {
  const { recipe } = metadataProject({
    '/meta/recipes/a_1.bb': 'python () {\n    d.setVar("B", d.getVar("A") + "!")\n}\nA = "late"\n',
  });
  t.is(recipe('a').datastore.get('B'), 'late!');
});

test('an expansion that fails spoils its recipe alone', (t) => {
  const { recipes, diagnostics } = metadataProject({
    '/meta/recipes/a_1.bb': 'DEPENDS = "${B}"\nB = "${DEPENDS}"\n',
    '/meta/recipes/b_1.bb': plain,
  });
  t.deepEqual(
    recipes().map((each) => each.pn),
    ['b'],
  );
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['recursive-reference'],
  );
});

for (const [title, files, code] of [
  ['without bblayers.conf', { '/build/conf/bblayers.conf': null }, 'no-layers'],
  ['with an empty BBLAYERS', { '/build/conf/bblayers.conf': 'BBPATH = "${TOPDIR}"\n' }, 'no-layers'],
  ['with a layer that is not there', { '/build/conf/bblayers.conf': 'BBLAYERS = "/meta /gone"\n' }, 'no-layers'],
  ['without a bitbake.conf', { '/meta/conf/bitbake.conf': null }, 'no-layers'],
  ['without a base class', { '/meta/classes/base.bbclass': null }, 'unknown-class'],
  [
    'with a missing layer dependency',
    {
      '/build/conf/local.conf': '',
      '/extra/conf/layer.conf':
        'BBFILE_COLLECTIONS += "e"\nBBFILE_PATTERN_e = "^${LAYERDIR}/"\nLAYERDEPENDS_e = "absent"\n',
    },
    'invalid-layer',
  ],
  [
    'with a priority that is no number',
    {
      '/extra/conf/layer.conf':
        'BBFILE_COLLECTIONS += "e"\nBBFILE_PATTERN_e = "^${LAYERDIR}/"\nBBFILE_PRIORITY_e = "high"\n',
    },
    'invalid-layer',
  ],
  [
    'with two layers of one name',
    { '/extra/conf/layer.conf': 'BBFILE_COLLECTIONS += "meta"\nBBFILE_PATTERN_meta = "^${LAYERDIR}/"\n' },
    'invalid-layer',
  ],
  [
    'with a configuration name that begins with a digit',
    { '/build/conf/local.conf': 'BBMULTICONFIG = "2nd"\n' },
    'invalid-value',
  ],
] as const) {
  test(`a workspace ${title} is an error`, (t) => {
    const { diagnostics } = metadataProject(files);
    t.deepEqual(
      diagnostics.map((each) => [each.code, each.severity]),
      [[code, 'error']],
    );
  });
}

for (const [title, files, code, severity] of [
  ['an append file without a recipe', { '/meta/recipes/app_2.bbappend': plain }, 'dangling-append', 'error'],
  [
    'a file included twice',
    { '/meta/recipes/a_1.bb': 'require x.inc\nrequire x.inc\n', '/meta/recipes/x.inc': plain },
    'duplicate-include',
    'warning',
  ],
  [
    'a file that is no metadata',
    { '/meta/recipes/a_1.bb': 'require x.txt\n', '/meta/recipes/x.txt': plain },
    'unknown-include',
    'error',
  ],
  [
    'a version constraint that is not closed',
    { '/meta/recipes/a_1.bb': 'DEPENDS = "b (>= 1"\n' },
    'malformed-dependency',
    'note',
  ],
  [
    'a DEFAULT_PREFERENCE that is no number',
    { '/meta/recipes/a_1.bb': 'DEFAULT_PREFERENCE = "low"\n' },
    'invalid-value',
    'error',
  ],
  [
    'EXPORT_FUNCTIONS in a class with a dash',
    { '/meta/recipes/a_1.bb': 'inherit my-kit\n', '/meta/classes/my-kit.bbclass': 'EXPORT_FUNCTIONS do_x\n' },
    'invalid-value',
    'error',
  ],
  ['an event handler without a function', { '/meta/recipes/a_1.bb': 'addhandler x\n' }, 'unknown-handler', 'error'],
] as const) {
  test(`${title} is reported as ${severity}`, (t) => {
    const { diagnostics } = metadataProject(files);
    t.deepEqual(
      diagnostics.map((each) => [each.code, each.severity]),
      [[code, severity]],
    );
  });
}
