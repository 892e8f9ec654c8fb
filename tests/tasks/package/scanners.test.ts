import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { elfAbi, parseElf } from '../../../engine/tasks/package/elf.ts';
import { neededLibraries, offeredLibraries } from '../../../engine/tasks/package/scan-elf.ts';
import { parsePkgConfig } from '../../../engine/tasks/package/scan-pkg-config.ts';
import {
  markerHolds,
  parsePythonMetadata,
  parseRequirement,
  parseRequiresText,
} from '../../../engine/tasks/package/scan-python.ts';
import { readVendorPackages } from '../../../engine/tasks/package-write/deb/vendor-packages.ts';
import { libraryCapabilities } from '../../../engine/tasks/package-write/rpm/capabilities.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Programs and libraries of the host, of several makes: C, C++, with and without symbol versions of their own. */
function hostFiles(): readonly string[] {
  const named = ['/bin/bash', '/usr/bin/dpkg', '/usr/bin/rpm', '/usr/bin/gpg', process.execPath];
  const linked = named.flatMap(
    (path) =>
      execFileSync('ldd', [path], { encoding: 'utf8' })
        .match(/\/\S+\.so\S*/g)
        ?.map((each) => realpathSync(each)) ?? [],
  );
  return [...new Set([...named.map((each) => realpathSync(each)), ...linked])]
    .filter((path) => existsSync(path))
    .sort();
}

test("needs and offers of real programs and libraries are those that rpm's own generator finds", (t) => {
  const elfdeps = (path: string, option: string) =>
    execFileSync('/usr/lib/rpm/elfdeps', [option], { input: `${path}\n`, encoding: 'utf8' })
      .split('\n')
      // Every C library since 2006 reads the GNU hash table.
      .filter((line) => line !== '' && line !== 'rtld(GNU_HASH)')
      .sort();
  const files = hostFiles();
  t.true(files.length > 15);
  for (const path of files) {
    const elf = parseElf(readFileSync(path));
    if (elf === undefined) throw new Error(`${path} is no ELF file`);
    const entry = { path: `usr/lib/${basename(path)}`, elf };
    const needs = neededLibraries([entry]).flatMap(libraryCapabilities);
    // Of a program that nobody may run the generator says nothing.
    const isSilent = elf.interpreter !== undefined && (statSync(path).mode & 0o111) === 0;
    if (!isSilent) t.deepEqual([...new Set(needs)].sort(), [...new Set(elfdeps(path, '--requires'))], path);
    const offers = offeredLibraries([entry]).flatMap(libraryCapabilities);
    if (elf.soname !== undefined)
      t.deepEqual([...new Set(offers)].sort(), [...new Set(elfdeps(path, '--provides'))], path);
  }
});

test('packages that real programs depend on are those that dpkg-shlibdeps names', async (t) => {
  using directory = temporaryDirectory();
  const vendor = await readVendorPackages('/', 'amd64');
  mkdirSync(join(directory.path, 'debian'));
  execFileSync('sh', ['-c', 'printf "Source: x\\n\\nPackage: x\\nArchitecture: any\\n" > debian/control'], {
    cwd: directory.path,
  });
  const names = (list: readonly string[]) => [...new Set(list.map((each) => each.split(' ')[0]))].sort();
  for (const path of ['/bin/bash', '/usr/bin/gpg']) {
    const elf = parseElf(readFileSync(path));
    if (elf === undefined) throw new Error(`${path} is no ELF file`);
    const found = elf.needed.flatMap((soname) => vendor.library(soname) ?? [`nobody offers ${soname}`]);
    const copy = join(directory.path, 'program');
    copyFileSync(path, copy);
    const args = ['-O', '--warnings=0', '-e', copy];
    const text = execFileSync('dpkg-shlibdeps', args, {
      cwd: directory.path,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const judged = text
      .replace(/^shlibs:\w+=/, '')
      .trim()
      .split(', ');
    t.deepEqual(names(found), names(judged), path);
  }
});

test('pkg-config files: variables, continued lines, bounds, private needs', (t) => {
  const text =
    'prefix=/usr\nv=2.5\n# no\nName: x\nVersion: ${v}\nRequires: a >= 1, b c=3 \\\n d\nRequires.private: e < 4\nLibs: -lx\n';
  t.deepEqual(parsePkgConfig(text), {
    version: '2.5',
    requires: [
      { name: 'a', operator: '>=', version: '1' },
      { name: 'b' },
      { name: 'c=3' },
      { name: 'd' },
      { name: 'e', operator: '<<', version: '4' },
    ],
  });
});

test('Python metadata: names, bounds, extras and markers', (t) => {
  const text = [
    'Metadata-Version: 2.1',
    'Name: Some.Thing_Here',
    'Version: 1.2.0',
    'Requires-Dist: a (>=1.0,<2,!=1.5)',
    'Requires-Dist: B_b[extra]~=3.1; python_version >= "3.8"',
    'Requires-Dist: tests; extra == "tests"',
    "Requires-Dist: old; python_version < '3.10'",
    'Requires-Dist: c==1.*',
    'Requires-Dist: d @ https://example.org/d.tar.gz',
    '',
    'Requires-Dist: not this',
  ].join('\n');
  t.deepEqual(parsePythonMetadata(text, '3.11'), {
    name: 'some-thing-here',
    version: '1.2.0',
    requires: [
      { name: 'a', operator: '>=', version: '1.0' },
      { name: 'a', operator: '<<', version: '2' },
      { name: 'b-b', operator: '>=', version: '3.1' },
      { name: 'c', operator: '>=', version: '1' },
      { name: 'd' },
    ],
  });
  const requires = 'six\n\n[tests]\npytest\n\n[:python_version < "3.10"]\nold\n\n[:sys_platform == "linux"]\nnew>1\n';
  t.deepEqual(parseRequiresText(requires, '3.11'), [{ name: 'six' }, { name: 'new', operator: '>>', version: '1' }]);
  t.deepEqual(parseRequirement('', '3.11'), []);
});

test('environment markers: and, or, parentheses, versions by their numbers', (t) => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['', true],
    ['python_version >= "3.9"', true],
    ["python_version < '3.9'", false],
    ['os_name == "nt" or sys_platform == "linux"', true],
    ['os_name == "nt" and sys_platform == "linux"', false],
    ['(os_name == "nt" or os_name == "posix") and python_version != "3.10"', true],
    ['"linux" in sys_platform', true],
    ['sys_platform not in "win32 darwin"', true],
    ['platform_python_implementation == "PyPy"', false],
    ['something_unknown == "x"', true],
  ];
  for (const [marker, holds] of rows) t.is(markerHolds(marker, '3.11'), holds, marker);
});

test('libraries of another width, byte order or machine never serve each other', (t) => {
  t.is(elfAbi({ bits: 64, endianness: 'little', machine: 62 }), '64-little-62');
  t.deepEqual(libraryCapabilities({ soname: 'a.so', abi: '32-little-3', versions: ['V'] }), ['a.so', 'a.so(V)']);
});
