import test from 'ava';
import { answersOf, loadProject, MemoryCache, type ProjectFiles } from '../support/cached-project.ts';

const configuration = `MACHINE ??= "board"
COMMON = "one"
ONLY_A = "own"
NOBODY = "one"
`;

const project: ProjectFiles = {
  '/build/conf/local.conf': configuration,
  '/meta/recipes/a_1.0.bb': 'DEPENDS = "${COMMON} ${ONLY_A}"\ninherit shared\n',
  '/meta/recipes/b_1.0.bb': 'DEPENDS = "${COMMON}"\nrequire b.inc\n',
  '/meta/recipes/c_1.0.bb': 'DEPENDS = "${COMMON}"\ninclude maybe.inc\n',
  '/meta/recipes/b.inc': 'PROVIDES = "virtual/b"\n',
  '/meta/classes/shared.bbclass': 'DEPENDS:append = " from-class"\n',
  '/extra/recipes/c_1.0.bbappend': 'DEPENDS:append = " appended"\n',
};

const [a, b, c] = ['a', 'b', 'c'].map((name) => `/meta/recipes/${name}_1.0.bb`) as [string, string, string];
const variables = ['DEPENDS', 'PROVIDES', 'MACHINE', 'FILE', 'NOBODY'];

/** The recipe files that are evaluated when `edit` is laid over the project after it was cached. */
function evaluatedAfter(edit: ProjectFiles, before: ProjectFiles = project): readonly string[] {
  const cache = new MemoryCache();
  loadProject(before, { cache });
  const after = { ...before, ...edit };
  const loaded = loadProject(after, { cache });
  const { evaluated } = loaded;
  return answersEqual(loaded, after) ? evaluated : ['the recipes differ from those of a fresh parse'];
}

function answersEqual(loaded: ReturnType<typeof loadProject>, files: ProjectFiles): boolean {
  return JSON.stringify(answersOf(loaded, variables)) === JSON.stringify(answersOf(loadProject(files), variables));
}

test('a first start evaluates every recipe, a second one none', (t) => {
  const cache = new MemoryCache();
  t.deepEqual(loadProject(project, { cache }).evaluated, [a, b, c]);
  const second = loadProject(project, { cache });
  t.deepEqual(second.evaluated, []);
  t.deepEqual(
    second.recipes().map((each) => each.depends),
    [['one', 'own', 'from-class'], ['one'], ['one', 'appended']],
  );
  t.is(cache.writes, 1);
});

test('a changed line of local.conf re-evaluates the recipes that read the variable, and no other', (t) => {
  const edited = (from: string, to: string): ProjectFiles => ({
    '/build/conf/local.conf': configuration.replace(from, to),
  });
  t.deepEqual(evaluatedAfter(edited('ONLY_A = "own"', 'ONLY_A = "two"')), [a]);
  t.deepEqual(evaluatedAfter(edited('COMMON = "one"', 'COMMON = "two"')), [a, b, c]);
  t.deepEqual(evaluatedAfter(edited('NOBODY = "one"', 'NOBODY = "two"')), []);
  t.deepEqual(evaluatedAfter(edited('NOBODY', 'SOMEBODY')), []);
  t.deepEqual(evaluatedAfter(edited('MACHINE', '# a comment\nMACHINE')), []);
});

test('a flag, an override form and a pending operator of a variable count as the variable', (t) => {
  const added = (line: string): ProjectFiles => ({ '/build/conf/local.conf': `${configuration}${line}\n` });
  t.deepEqual(evaluatedAfter(added('ONLY_A[doc] = "text"')), [a]);
  t.deepEqual(evaluatedAfter(added('ONLY_A:board = "two"')), [a]);
  t.deepEqual(evaluatedAfter(added('ONLY_A:append = "-more"')), [a]);
  t.deepEqual(evaluatedAfter(added('ONLY_A:remove = "own"')), [a]);
});

test('a variable that a recipe asked for in vain counts, too', (t) => {
  const files = { ...project, '/meta/recipes/a_1.0.bb': 'DEPENDS = "${NOT_SET_YET}"\n' };
  t.deepEqual(evaluatedAfter({ '/build/conf/local.conf': `${configuration}NOT_SET_YET = "x"\n` }, files), [a]);
});

test('a value that a recipe replaces without looking at it does not count', (t) => {
  const files = { ...project, '/meta/recipes/a_1.0.bb': 'NOBODY = "own"\nDEPENDS = "${NOBODY}"\n' };
  const edit = { '/build/conf/local.conf': configuration.replace('NOBODY = "one"', 'NOBODY = "two"') };
  t.deepEqual(evaluatedAfter(edit, files), []);
  const flag = { '/build/conf/local.conf': `${configuration}NOBODY:append = " more"\n` };
  t.deepEqual(evaluatedAfter(flag, files), [a]);
});

test('an edited class, include file, append file or recipe re-evaluates those that read it', (t) => {
  t.deepEqual(evaluatedAfter({ '/meta/classes/shared.bbclass': 'DEPENDS:append = " other"\n' }), [a]);
  t.deepEqual(evaluatedAfter({ '/meta/recipes/b.inc': 'PROVIDES = "virtual/other"\n' }), [b]);
  t.deepEqual(evaluatedAfter({ '/extra/recipes/c_1.0.bbappend': 'DEPENDS:append = " other"\n' }), [c]);
  t.deepEqual(evaluatedAfter({ [c]: 'DEPENDS = "new"\n' }), [c]);
});

test('an append file that is added or removed re-evaluates its recipe', (t) => {
  t.deepEqual(evaluatedAfter({ '/extra/recipes/a_%.bbappend': 'DEPENDS:append = " more"\n' }), [a]);
  t.deepEqual(evaluatedAfter({ '/extra/recipes/c_1.0.bbappend': null }), [c]);
});

test('a recipe that is added is evaluated alone; one that is removed leaves the others alone', (t) => {
  t.deepEqual(evaluatedAfter({ '/meta/recipes/d_1.0.bb': 'DEPENDS = "x"\n' }), ['/meta/recipes/d_1.0.bb']);
  t.deepEqual(evaluatedAfter({ [b]: null }), []);
});

test('a file that was looked for and is there now re-evaluates those that looked', (t) => {
  t.deepEqual(evaluatedAfter({ '/meta/recipes/maybe.inc': 'DEPENDS:append = " found"\n' }), [c]);
  t.deepEqual(evaluatedAfter({ '/build/classes/shared.bbclass': 'DEPENDS:append = " nearer"\n' }), [a]);
  t.deepEqual(evaluatedAfter({ '/meta/classes-recipe/shared.bbclass': 'DEPENDS:append = " nearer"\n' }), [a]);
});

test('another order of BBPATH re-evaluates the recipes that searched it', (t) => {
  const layer = '/extra/conf/layer.conf';
  const text = loadProject(project).reader.readText(layer) ?? '';
  t.deepEqual(evaluatedAfter({ [layer]: text.replace('BBPATH .= ":${LAYERDIR}"', 'BBPATH =. "${LAYERDIR}:"') }), [
    a,
    b,
    c,
  ]);
});

test('BBMASK takes recipes away without evaluating the others', (t) => {
  t.deepEqual(evaluatedAfter({ '/build/conf/local.conf': `${configuration}BBMASK = "/b_"\n` }), []);
});

test('variables that the caller gives count like those of a file', (t) => {
  const cache = new MemoryCache();
  const files = { ...project, '/meta/recipes/a_1.0.bb': 'DEPENDS = "${GIVEN}"\n' };
  loadProject(files, { cache, environment: { GIVEN: 'x' } });
  t.deepEqual(loadProject(files, { cache, environment: { GIVEN: 'x' } }).evaluated, []);
  const again = loadProject(files, { cache, environment: { GIVEN: 'y' } });
  t.deepEqual(again.evaluated, [a]);
  t.deepEqual(again.recipe('a').depends, ['y']);
});

test('another machine counts for every recipe, another time for none', (t) => {
  const cache = new MemoryCache();
  loadProject(project, { cache, facts: { userId: 1, now: 1 } });
  t.deepEqual(loadProject(project, { cache, facts: { userId: 1, now: 2 } }).evaluated, []);
  t.deepEqual(loadProject(project, { cache, facts: { userId: 2, now: 2 } }).evaluated, [a, b, c]);
});

test('a task, a handler or an inherited class of the configuration counts for every recipe', (t) => {
  const inherited = { '/build/conf/local.conf': `${configuration}INHERIT += "global"\n` };
  const files = {
    ...project,
    '/meta/classes/global.bbclass': 'addtask extra before do_build\ndo_extra() {\n    :\n}\n',
  };
  t.deepEqual(evaluatedAfter(inherited, files), [a, b, c]);
});

test('variables of a cached recipe are evaluated when they are asked for, with the same history', (t) => {
  const cache = new MemoryCache();
  loadProject(project, { cache });
  const loaded = loadProject(project, { cache });
  t.is(loaded.recipe('a').datastore.get('DEPENDS'), 'one own from-class');
  t.deepEqual(answersOf(loaded, variables), answersOf(loadProject(project), variables));
});

test('warnings of a cached recipe are shown again, with their places', (t) => {
  const files = { ...project, [b]: 'DEPENDS="x"\n' };
  const cache = new MemoryCache();
  const first = loadProject(files, { cache });
  t.deepEqual(
    first.diagnostics.map((each) => each.code),
    ['assignment-whitespace'],
  );
  const second = loadProject(files, { cache });
  t.deepEqual(second.evaluated, []);
  t.deepEqual(answersOf(second, []).diagnostics, answersOf(first, []).diagnostics);
});

test('a recipe with an error is evaluated at each start, the others are not', (t) => {
  const files = { ...project, [b]: 'require missing.inc\n' };
  const cache = new MemoryCache();
  loadProject(files, { cache });
  const again = loadProject(files, { cache });
  t.deepEqual(
    again.diagnostics.map((each) => each.code),
    ['unknown-include'],
  );
  t.deepEqual(
    again.recipes().map((each) => each.pn),
    ['a', 'c'],
  );
  const repaired = loadProject(project, { cache });
  t.deepEqual(repaired.evaluated, [b]);
});

test('every configuration has entries of its own', (t) => {
  const files = {
    ...project,
    '/build/conf/local.conf': `${configuration}BBMULTICONFIG = "other"\n`,
    '/build/conf/multiconfig/other.conf': 'ONLY_A = "two"\n',
  };
  const cache = new MemoryCache();
  loadProject(files, { cache });
  const second = loadProject(files, { cache });
  t.deepEqual(second.evaluated, []);
  t.deepEqual(second.recipe('a', 'other').depends, ['one', 'two', 'from-class']);
  t.deepEqual(second.recipe('a').depends, ['one', 'own', 'from-class']);
  const edited = { ...files, '/build/conf/multiconfig/other.conf': 'ONLY_A = "three"\n' };
  t.deepEqual(loadProject(edited, { cache }).evaluated, [a]);
});

test('a call for one configuration leaves what is kept of the others in place', (t) => {
  const files = { ...project, '/build/conf/local.conf': `${configuration}BBMULTICONFIG = "other"\n` };
  const cache = new MemoryCache();
  loadProject(files, { cache });
  loadProject({ ...files }, { cache, configurations: [''] });
  t.deepEqual(loadProject(files, { cache }).evaluated, []);
});
