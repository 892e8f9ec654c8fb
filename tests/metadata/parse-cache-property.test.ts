import test from 'ava';
import fc from 'fast-check';
import { asksOneOf, inputsText } from '../../engine/metadata/cache/cache-file.ts';
import { answersOf, loadProject, MemoryCache, type ProjectFiles } from '../support/cached-project.ts';

const variables = ['A', 'B', 'C', 'DEPENDS', 'PROVIDES', 'PV', 'FILE', 'BBPATH'];

/** Lines of every kind that matter: reads, writes, operators, overrides, key expansion. */
const lines = [
  'A = "${B_VALUE}"',
  'A ?= "weak ${C_VALUE}"',
  'A ??= "weakest"',
  'A += "${A_VALUE}"',
  'A:board = "for-board"',
  'A:other = "for-other"',
  'A[flag] = "f"',
  'B = "b"',
  'B := "${A_VALUE}${C_VALUE}"',
  'B:append = " appended"',
  'C .= "${B}"',
  'C:remove = "x"',
  'unset B',
  'A_VALUE = "1"',
  'B_VALUE = "2"',
  'B_VALUE ?= "3"',
  'C_VALUE = "x 4"',
  'MACHINE = "other"',
  '${A_VALUE}-made = "key"',
  'PROVIDES = "${C} ${B_VALUE}"',
  'DEPENDS:append:board = " ${B}"',
  'A="spaceless"',
];
const recipeLines = [
  ...lines,
  'DEPENDS += "${A}"',
  'DEPENDS += "${B} ${C}"',
  'RDEPENDS:${PN} = "${B_VALUE}"',
  'include some.inc',
  'require needed.inc',
  'inherit shared',
  'inherit_defer other',
  'BBCLASSEXTEND = "shared"',
  'addtask extra after do_build',
  'do_build[depends] = "${A}:do_build"',
];

/** Each file has places for this many lines; an edit changes one of them. */
const places = 4;
const recipeFiles = ['/meta/recipes/a_1.0.bb', '/meta/recipes/b_1.0.bb', '/extra/recipes/a_2.0.bb'];
const appendFiles = ['/extra/recipes/a_%.bbappend', '/extra/recipes/b_1.0.bbappend'];
const sharedFiles = [
  '/meta/recipes/some.inc',
  '/extra/recipes/some.inc',
  '/meta/recipes/needed.inc',
  '/meta/classes/shared.bbclass',
  '/build/classes/shared.bbclass',
  '/extra/classes-recipe/shared.bbclass',
  '/meta/classes/other.bbclass',
];

const place = fc.nat(places - 1);
const edit = fc.oneof(
  { arbitrary: fc.tuple(fc.constant('/build/conf/local.conf'), place, fc.constantFrom('', ...lines)), weight: 4 },
  { arbitrary: fc.tuple(fc.constantFrom(...recipeFiles), place, fc.constantFrom('', ...recipeLines)), weight: 3 },
  { arbitrary: fc.tuple(fc.constantFrom(...appendFiles), place, fc.constantFrom('', ...recipeLines)), weight: 1 },
  { arbitrary: fc.tuple(fc.constantFrom(...sharedFiles), place, fc.constantFrom('', ...lines)), weight: 2 },
);

/** A file without lines does not exist, but for local.conf and the first recipes. */
function filesOf(state: ReadonlyMap<string, readonly string[]>): ProjectFiles {
  const files: Record<string, string | null> = {
    '/build/conf/local.conf': '',
    '/meta/recipes/a_1.0.bb': 'DEPENDS += "${A} ${B_VALUE}"\n',
    '/meta/recipes/b_1.0.bb': 'PROVIDES += "${B}"\ninherit shared\n',
    '/meta/classes/shared.bbclass': 'DEPENDS += "${C_VALUE}"\n',
  };
  for (const [path, written] of state) {
    const text = written.filter((each) => each !== '').map((each) => `${each}\n`);
    if (text.length > 0) files[path] = (files[path] ?? '') + text.join('');
  }
  return files;
}

test('after any edits a start with the cache gives what a fresh one gives', (t) => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 3, maxLength: 12 }), (edits) => {
      const cache = new MemoryCache();
      const state = new Map<string, string[]>();
      for (const [path, at, line] of edits) {
        const written = state.get(path) ?? Array.from({ length: places }, () => '');
        written[at] = line;
        state.set(path, written);
        const files = filesOf(state);
        const cached = answersOf(loadProject(files, { cache }), variables);
        t.deepEqual(cached, answersOf(loadProject(files), variables));
      }
    }),
    { numRuns: 60 },
  );
});

test('law: an inputs text asks one of some questions when its list holds one of them', (t) => {
  const number = fc.oneof(fc.nat(40), fc.nat(100_000));
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.uniqueArray(number), fc.array(number, { maxLength: 4 }), (questions, wanted) => {
        const text = inputsText({ questions, names: wanted, overwritten: [], all: false });
        t.is(
          asksOneOf(text, wanted),
          wanted.some((each) => questions.includes(each)),
        );
      }),
    ),
  );
});
