import test from 'ava';
import fc from 'fast-check';
import { SourceText } from '../../engine/base/source-text.ts';
import { convertSyntax } from '../../engine/format/convert-syntax.ts';
import type { FileKind } from '../../engine/language/statements.ts';

function convert(text: string, kind: FileKind = 'recipe', words: readonly string[] = []) {
  return convertSyntax({ source: new SourceText('a.bb', text), text, kind, knowledge: { words: new Set(words) } });
}

const cases: readonly (readonly [title: string, before: string, after: string])[] = [
  ['an operation', 'A_append = " x"\n', 'A:append = " x"\n'],
  [
    'an operation under overrides',
    'SRC_URI_append_x86-64_class-native  +=  "x"\n',
    'SRC_URI:append:x86-64:class-native  +=  "x"\n',
  ],
  ['overrides before an operation', 'CFLAGS_qemuall_remove = "-O2"\n', 'CFLAGS:qemuall:remove = "-O2"\n'],
  [
    'a package',
    'RDEPENDS_${PN}-dev = "a"\nFILES_${PN}_append = " b"\n',
    'RDEPENDS:${PN}-dev = "a"\nFILES:${PN}:append = " b"\n',
  ],
  ['a package under an override', 'RDEPENDS_${PN}_class-native = ""\n', 'RDEPENDS:${PN}:class-native = ""\n'],
  ['an operation on a package given after it', 'RDEPENDS_append_${PN} = " a"\n', 'RDEPENDS:append:${PN} = " a"\n'],
  ['a function', 'do_install_append() {\n    x\n}\n', 'do_install:append() {\n    x\n}\n'],
  [
    'a Python function',
    'python populate_packages_prepend () {\n    pass\n}\n',
    'python populate_packages:prepend () {\n    pass\n}\n',
  ],
  ['a script of a package', 'pkg_postinst_ontarget_${PN} () {\n}\n', 'pkg_postinst_ontarget:${PN} () {\n}\n'],
  ['a task under an override', 'do_compile_class-native() {\n}\n', 'do_compile:class-native() {\n}\n'],
  ['a flag of a converted name', 'do_install_class-native[noexec] = "1"\n', 'do_install:class-native[noexec] = "1"\n'],
  ['a recipe', 'PACKAGECONFIG_pn-curl = ""\n', 'PACKAGECONFIG:pn-curl = ""\n'],
  ['a machine behind a named branch', 'SRCREV_machine_qemux86 = "1"\n', 'SRCREV_machine:qemux86 = "1"\n'],
  [
    'references in values and shell lines',
    'A = "${FILES_${PN}}"\nf() {\n    x ${RDEPENDS_a}\n}\n',
    'A = "${FILES:${PN}}"\nf() {\n    x ${RDEPENDS:a}\n}\n',
  ],
  ['names in vardeps', 'do_x[vardeps] = "FILES_${PN} A"\n', 'do_x[vardeps] = "FILES:${PN} A"\n'],
  [
    'names in calls of Python',
    "python () {\n    d.setVar('FILES_' + pkg, d.getVar(\"RDEPENDS_%s\" % pkg))\n    # d.getVar('FILES_x')\n}\n",
    "python () {\n    d.setVar('FILES:' + pkg, d.getVar(\"RDEPENDS:%s\" % pkg))\n    # d.getVar('FILES_x')\n}\n",
  ],
  ['a name in inline code', 'A = "${@d.getVar(\'RDEPENDS_a\')}"\n', 'A = "${@d.getVar(\'RDEPENDS:a\')}"\n'],
  ['an exported value', 'export A_class-native = "x"\n', 'export A:class-native = "x"\n'],
];

for (const [title, before, after] of cases) {
  test(`the converter rewrites ${title}`, (t) => {
    const result = convert(before);
    t.is(result.text, after);
    t.deepEqual(result.diagnostics, []);
    t.is(convert(after).text, after);
  });
}

test('names in which an underscore parts no override stay as they are', (t) => {
  const text = [
    'EXTRA_OECONF = "x"',
    'PREFERRED_VERSION_linux-yocto = "5"',
    'BBFILE_PATTERN_core = ""',
    'FILES_SOLIBSDEV = ""',
    'PKG_CONFIG_PATH = ""',
    'LICENSE_FLAGS = ""',
    'module_autoload_x = "y"',
    'do_compile_ptest_base() {\n    FILES_x=1\n}',
    '# A_append = "x"',
    'BB_SIGNATURE_EXCLUDE_FLAGS = "_append _prepend"',
    '',
  ].join('\n');
  const result = convert(text);
  t.is(result.text, text);
  t.is(result.changes, 0);
});

test('everything else keeps its bytes: layout, line ends, a missing last newline', (t) => {
  t.is(convert("A_append='x'  \r\n\r\n\tB").text, "A:append='x'  \r\n\r\n\tB");
  t.is(convert('B  =  "y"\r\nA_append  =  "x"').text, 'B  =  "y"\r\nA:append  =  "x"');
});

test('an ending that may be an override is left and noted; naming it converts it', (t) => {
  const before = 'SRC_URI_board = "x"\n';
  const left = convert(before);
  t.is(left.text, before);
  const [note] = left.diagnostics;
  t.is(note?.code, 'undecided-override');
  t.is(note?.severity, 'note');
  t.is(note?.message, '`board` in `SRC_URI_board` may be an override, but nothing says so');
  t.is(note?.help, 'if it is one, run it again with `--override board`, which gives `SRC_URI:board`');
  t.is(convert(before, 'recipe', ['board']).text, 'SRC_URI:board = "x"\n');
});

test('a literal that may name a variable is noted with its place', (t) => {
  const before = "def f(d):\n    names = ['RDEPENDS_' + x]\n";
  const { text, diagnostics } = convert(before);
  t.is(text, before);
  t.is(diagnostics[0]?.help, 'if it is one, write `RDEPENDS:`');
  t.is(before.slice(diagnostics[0]?.span?.start, diagnostics[0]?.span?.end), 'RDEPENDS_');
});

test('a name that holds an operation and cannot be rewritten is noted, and the error says what to do', (t) => {
  const { text, diagnostics } = convert('def f_append(d):\n    pass\n');
  t.is(text, 'def f_append(d):\n    pass\n');
  t.regex(diagnostics[0]?.help ?? '', /another name/);
  t.is(convert('A_append_FOO = "x"\n').diagnostics[0]?.code, 'undecided-override');
});

test('converting a second time changes nothing, whatever the names are', (t) => {
  const part = fc.constantFrom(
    'A',
    'FILES',
    'RDEPENDS',
    'append',
    'remove',
    'x86',
    'class-native',
    '${PN}',
    '${PN}-dev',
    'foo',
    'B',
    'pn-x',
    'tune-a',
  );
  const name = fc
    .array(part, { minLength: 1, maxLength: 5 })
    .chain((parts) =>
      fc
        .array(fc.constantFrom('_', ':'), { minLength: 5, maxLength: 5 })
        .map((seps) => parts.map((each, index) => (index === 0 ? each : `${seps[index]}${each}`)).join('')),
    );
  const line = fc
    .tuple(name, fc.constantFrom(' = "x"', '[f] = "${FILES_a}"', '() {\n}', ' += "y"'))
    .map((each) => each.join(''));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const once = convert(`${lines.join('\n')}\n`).text;
      t.is(convert(once).text, once);
    }),
    { numRuns: 500 },
  );
});
