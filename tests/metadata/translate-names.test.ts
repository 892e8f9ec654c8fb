import test from 'ava';
import { metadataProject } from '../support/metadata-project.ts';

const tables = `DISTRO = "it"
PACKAGE_NAME_PC[uuid] = "uuid-dev"
PACKAGE_NAME_PC[glib-2.0] = "libglib2.0-dev"
PACKAGE_NAME_CMD[g++] = "g++ libstdc++-dev"
PACKAGE_NAME_CMD[sh] = ""
PACKAGE_NAME_PY[python-daemon] = "python3-daemon"
PACKAGE_NAME_DEFAULT[py] = "python3-%s"
PACKAGE_NAME_PKG[compiler] = "gcc"
`;

function project(recipe: string, more = '') {
  return metadataProject({ '/build/conf/local.conf': tables + more, '/meta/recipes/a_1.0.bb': recipe });
}

const cases: readonly (readonly [what: string, words: string, translated: string])[] = [
  ['rows of the tables', 'pc:uuid pc:glib-2.0 pkg:compiler', 'uuid-dev libglib2.0-dev gcc'],
  ['a row of several packages', 'cmd:g++', 'g++ libstdc++-dev'],
  ['a row without a package', 'cmd:sh pc:uuid', 'uuid-dev'],
  ['the pattern of a kind', 'py:pbr', 'python3-pbr'],
  ['project names in any spelling', 'py:Python_Daemon py:oslo.utils', 'python3-daemon python3-oslo-utils'],
  ["the vendor's own names", 'libfoo-dev libc6-dev:arm64 pc:uuid', 'libfoo-dev libc6-dev:arm64 uuid-dev'],
];

for (const [what, words, translated] of cases) {
  test(`VENDOR_DEPENDS takes ${what}`, (t) => {
    const { recipe, diagnostics } = project(`VENDOR_DEPENDS = "${words}"\n`);
    t.deepEqual(diagnostics, []);
    t.is(recipe('a').datastore.get('VENDOR_DEPENDS'), translated);
  });
}

test('names that append files and overrides add are translated as well', (t) => {
  const { recipe } = metadataProject({
    '/build/conf/local.conf': tables,
    '/meta/recipes/a_1.0.bb': 'VENDOR_DEPENDS = "pc:uuid"\nVENDOR_DEPENDS:append:board = " py:six"\n',
    '/extra/recipes/a_1.0.bbappend': 'VENDOR_DEPENDS += "pkg:compiler"\n',
  });
  t.is(recipe('a').datastore.get('VENDOR_DEPENDS'), 'uuid-dev gcc python3-six');
});

test('run-time relations translate marked names, keep version constraints, and leave all other words alone', (t) => {
  const { recipe, diagnostics } = project(
    `PACKAGES = "a a-tools"
RDEPENDS:a = "b (>= 1.0) vendor:py:six (>= 2) vendor:logrotate"
RRECOMMENDS:a-tools = "vendor:cmd:g++"
`,
  );
  t.deepEqual(diagnostics, []);
  const { datastore, runtimeDepends } = recipe('a');
  t.is(datastore.get('RDEPENDS:a'), 'b (>= 1.0) python3-six (>= 2) logrotate');
  t.deepEqual(runtimeDepends.get('a'), ['b', 'python3-six', 'logrotate']);
  t.is(datastore.get('RRECOMMENDS:a-tools'), 'g++ libstdc++-dev');
});

test('a name that the system has no word for is an error that shows recipe, place and the line to add', (t) => {
  const { diagnostics } = project('VENDOR_DEPENDS = "pc:uuid \\\n    pc:libpq"\nRDEPENDS:a = "vendor:cmd:logrotate"\n');
  t.deepEqual(
    diagnostics.map(({ code, message, help, span }) => [code, message, help, span?.source.path]),
    [
      [
        'unmapped-name',
        '`it` has no name for `pc:libpq`, which VENDOR_DEPENDS of `a` names',
        'add `PACKAGE_NAME_PC[libpq] = "..."` to `conf/package-names/it.conf` of its layer',
        '/meta/recipes/a_1.0.bb',
      ],
      [
        'unmapped-name',
        '`it` has no name for `cmd:logrotate`, which RDEPENDS:a of `a` names',
        'add `PACKAGE_NAME_CMD[logrotate] = "..."` to `conf/package-names/it.conf` of its layer',
        '/meta/recipes/a_1.0.bb',
      ],
    ],
  );
  const [first] = diagnostics;
  t.is(first?.span?.source.text.slice(first.span.start, first.span.end), 'pc:libpq');
});

test('a recipe without neutral names is the same for every table', (t) => {
  const before = project('RDEPENDS:a = "b"\n').recipe('a').datastore;
  const after = project('RDEPENDS:a = "b"\n', 'PACKAGE_NAME_PC[x] = "y"\n').recipe('a').datastore;
  t.is(before.get('RDEPENDS:a'), after.get('RDEPENDS:a'));
  t.is(before.get('VENDOR_DEPENDS'), undefined);
});
