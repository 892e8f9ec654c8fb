import test from 'ava';
import { SourceText } from '../../engine/base/source-text.ts';
import { applyEdits } from '../../engine/format/text-edit.ts';
import { parseRecipeFile } from '../../engine/language/parse-recipe-file.ts';
import { lintFiles } from '../../engine/lint/lint-files.ts';
import { storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { fileKindOf } from '../../engine/metadata/file-cache.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';

/** A layer that gives what every recipe has, all of it read. */
const base: Readonly<Record<string, string>> = {
  '/l/conf/bitbake.conf': [
    'MACHINE ??= "board"',
    'DISTRO ??= "tiny"',
    "OVERRIDES = \"${@d.getVar('TARGET_ARCH').replace('_', '-')}:${MACHINE}:${DISTRO}:pn-${PN}\"",
    'TARGET_ARCH = "x86_64"',
    'PN = "x"',
    'include conf/machine/${MACHINE}.conf',
    '',
  ].join('\n'),
  '/l/conf/machine/second.conf': '',
  '/l/classes/base.bbclass': 'addtask unpack\naddtask build after do_unpack\n',
  '/l/classes/nothing.bbclass': 'deltask do_unpack\n',
};

function lint(files: Readonly<Record<string, string>>, lies: readonly string[] = []) {
  const all = { ...base, ...files };
  const project = {
    files: Object.entries(all).map(([path, text]) => ({
      path,
      selected: Object.hasOwn(files, path),
      parsed: parseRecipeFile(new SourceText(path, text), fileKindOf(path) ?? 'recipe'),
    })),
    filesBelow: (folder: string) =>
      lies.filter((each) => each.startsWith(`${folder}/`)).map((each) => each.slice(folder.length + 1)),
  };
  return lintFiles(project);
}

/** The first line of each finding as it is printed. */
function said(files: Readonly<Record<string, string>>, lies: readonly string[] = []): readonly string[] {
  return lint(files, lies).map((each) => diagnosticText(storeDiagnostic(each), { base: '/l' }).split('\n')[0] ?? '');
}

const a = '/l/r/a/a_1.bb';

const wrong: readonly (readonly [code: string, text: string, line: string])[] = [
  [
    'unused-override',
    'SRC_URI:bord = "x"\n',
    'r/a/a_1.bb:1:9: warning: nothing puts `bord` into OVERRIDES, so `SRC_URI:bord` has no effect [unused-override]',
  ],
  [
    'unused-override',
    'do_x:append:pn-b() {\n}\n',
    'r/a/a_1.bb:1:13: warning: nothing puts `pn-b` into OVERRIDES, so `do_x:append:pn-b` has no effect [unused-override]',
  ],
  ['unused-variable', 'COLOUR = "red"\n', 'r/a/a_1.bb:1:1: warning: `COLOUR` is set and never read [unused-variable]'],
  [
    'undefined-reference',
    'SUMMARY = "a ${COLOUR} b"\n',
    'r/a/a_1.bb:1:14: warning: nothing sets `COLOUR` [undefined-reference]',
  ],
  [
    'undefined-reference',
    'do_x() {\n    echo ${colour}\n}\n',
    'r/a/a_1.bb:2:10: warning: nothing sets `colour` [undefined-reference]',
  ],
  [
    'section-order',
    'SRC_URI = "x"\nSUMMARY = "y"\n',
    'r/a/a_1.bb:2:1: warning: `SUMMARY` stands behind `SRC_URI`, which belongs after it [section-order]',
  ],
  [
    'overwritten-assignment',
    'SUMMARY = "x"\nSUMMARY = "y"\n',
    'r/a/a_1.bb:1:1: warning: `SUMMARY` is overwritten before anything reads this value [overwritten-assignment]',
  ],
  [
    'discouraged-operator',
    'SRC_URI:append += "x"\n',
    'r/a/a_1.bb:1:16: warning: `SRC_URI:append +=` is not a recommended operator combination [discouraged-operator]',
  ],
  [
    'missing-blank',
    'SRC_URI:append = "x"\n',
    'r/a/a_1.bb:1:18: warning: `SRC_URI:append` puts its first word to the last one of the list: no blank begins the value [missing-blank]',
  ],
  [
    'missing-blank',
    'DEPENDS =. "x"\n',
    'r/a/a_1.bb:1:12: warning: `DEPENDS` puts its last word to the first one of the list: no blank ends the value [missing-blank]',
  ],
  [
    'missing-license-checksum',
    'LICENSE = "MIT"\nSRC_URI = "x"\n',
    'r/a/a_1.bb:1:1: warning: the recipe has a LICENSE, but no LIC_FILES_CHKSUM says which file holds its text [missing-license-checksum]',
  ],
  [
    'inherit-order',
    'inherit base\ninherit base\n',
    'r/a/a_1.bb:2:9: warning: `base` is inherited twice [inherit-order]',
  ],
  [
    'inherit-order',
    'inherit native base\n',
    'r/a/a_1.bb:1:9: warning: `native` is inherited before `base`, but has to come last [inherit-order]',
  ],
  [
    'unreachable-task',
    'addtask lost after do_unpack\n',
    'r/a/a_1.bb:1:9: warning: no target brings `do_lost` to run: nothing comes after it [unreachable-task]',
  ],
];

for (const [code, text, line] of wrong) {
  test(`${code}: ${JSON.stringify(text)} is reported`, (t) => {
    t.deepEqual(
      said({ [a]: text }).filter((each) => each.endsWith(`[${code}]`)),
      [line],
    );
  });
}

const right: readonly (readonly [title: string, text: string])[] = [
  [
    'overrides of the machine, a file of conf/machine, the architecture and the recipe',
    'SRC_URI:board = "x"\nSRC_URI:second = "x"\nSRC_URI:x86-64 = "y"\nSRC_URI:pn-a = "z"\n',
  ],
  [
    'a task that a variable names as RECIPE:do_TASK',
    'addtask lost\nLOST_TASK = "a:do_lost"\nSUMMARY = "${LOST_TASK}"\n',
  ],
  ['the name of a package behind a variable of packages', 'RDEPENDS:a-tools = "b"\nFILES:${PN} = "c"\n'],
  ['a variable that Python reads', 'COLOUR = "red"\nSUMMARY = "${@d.getVar(\'COLOUR\')}"\n'],
  [
    'a variable that Python reads by the beginning of its name',
    'COLOUR_a = "red"\nSUMMARY = "${@d.getVar(\'COLOUR_\' + \'a\')}"\n',
  ],
  ['an exported variable', 'export COLOUR = "red"\n'],
  [
    'a variable that the shell sets itself',
    'do_x() {\n    for colour in a; do echo ${colour}; done\n    tone=1\n    echo ${tone}\n}\n',
  ],
  ['a variable of a class that is not here', 'inherit elsewhere\nCOLOUR = "${TONE}"\n'],
  ['an assignment that is read between', 'A := "x"\nSUMMARY := "${A}"\nA := "y"\n'],
  ['an addition that keeps the first value', 'SUMMARY = "x"\nSUMMARY += "y"\n'],
  ['text that is put to a list on purpose', 'SRC_URI:append = ";branch=x"\nDEPENDS:append = "${PN}"\n'],
  ['a licence of a recipe that unpacks nothing', 'LICENSE = "MIT"\ninherit nothing\n'],
  ['a closed licence', 'LICENSE = "CLOSED"\n'],
  [
    'a task before another one, and one that is called by hand',
    'addtask x before do_build\naddtask y\ndo_y[nostamp] = "1"\n',
  ],
  ['a task that a flag names', 'addtask x\ndo_build[depends] += "a:do_x"\n'],
];

for (const [title, text] of right) {
  test(`nothing is found in ${title}`, (t) => {
    t.deepEqual(said({ [a]: text }), []);
  });
}

test('a file beside a recipe that no recipe names is found, also below the folder of an override', (t) => {
  const files = {
    [a]: 'SRC_URI = "file://one.patch file://sub file://${BPN}.service file://cfg-*.txt"\nBPN = "a"\nS = "${BPN}"\n',
  };
  const lies = ['one.patch', 'board/one.patch', 'sub/x', 'a.service', 'cfg-1.txt', 'two.patch'].map(
    (each) => `/l/r/a/files/${each}`,
  );
  t.deepEqual(
    said(files, [...lies, '/l/r/a/a-1/three.c']).filter((each) => each.includes('unused-file')),
    [
      'r/a/a-1/three.c:1:1: warning: no recipe names `a-1/three.c` [unused-file]',
      'r/a/files/two.patch:1:1: warning: no recipe names `files/two.patch` [unused-file]',
    ],
  );
});

test('files that are not selected say what is known, and are not reported', (t) => {
  t.deepEqual(
    lint({}).map((each) => each.code),
    [],
  );
});

const fixes: readonly (readonly [before: string, after: string])[] = [
  ['SRC_URI:append += "x"\n', 'SRC_URI:append = " x"\n'],
  ['SRC_URI:append .= " x"\n', 'SRC_URI:append = " x"\n'],
  ['SRC_URI:prepend =+ "x"\n', 'SRC_URI:prepend = "x "\n'],
  ['SRC_URI:append:board = "x"\n', 'SRC_URI:append:board = " x"\n'],
  ["DEPENDS =. 'x'\n", "DEPENDS =. 'x '\n"],
];

for (const [before, after] of fixes) {
  test(`the fix of ${JSON.stringify(before)} is ${JSON.stringify(after)}`, (t) => {
    const edits = lint({ [a]: before }).flatMap((each) => each.fix ?? []);
    t.is(applyEdits(before, edits), after);
    t.deepEqual(said({ [a]: after }), []);
  });
}
