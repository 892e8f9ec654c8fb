import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { withPatches } from '../../engine/tasks/patch/spec-series.ts';
import { projectRoot } from '../support/checkout.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const spec = [
  'Name: hello',
  'Version: 1.0',
  'Release: 3',
  'Summary: Says hello',
  'License: MIT',
  'Source0: hello-1.0.tar.gz',
  'BuildArch: noarch',
  '',
  '%description',
  'It says hello.',
  '',
  '%package -n hello-2x',
  'Summary: Says it twice',
  '%description -n hello-2x',
  'It is not asked for.',
  '',
  '%prep',
  '%setup -q',
  '',
  '%install',
  'install -D -m 755 hello %{buildroot}/usr/bin/hello',
  '',
  '%files',
  '/usr/bin/hello',
  '%files -n hello-2x',
  '',
].join('\n');

const specPatch =
  '--- a/hello.spec\n+++ b/hello.spec\n@@ -1,5 +1,5 @@\n Name: hello\n Version: 1.0\n Release: 3\n-Summary: Says hello\n+Summary: Says hello, rebuilt\n License: MIT\n';
const sourcePatch = '--- a/hello\n+++ b/hello\n@@ -1,2 +1,2 @@\n #!/bin/sh\n-echo hello\n+echo good day\n';

/** A `.src.rpm` with a spec file. */
function sourceRpm(folder: string, text: string): string {
  const tree = join(folder, 'hello-1.0');
  mkdirSync(tree, { recursive: true });
  writeFileSync(join(tree, 'hello'), '#!/bin/sh\necho hello\n');
  execFileSync('tar', ['-C', folder, '-czf', join(folder, 'hello-1.0.tar.gz'), 'hello-1.0']);
  writeFileSync(join(folder, 'hello.spec'), text);
  const define = ['_topdir', '_sourcedir', '_srcrpmdir', '_dbpath'].flatMap((name) => [
    '--define',
    `${name} ${folder}`,
  ]);
  execFileSync('rpmbuild', ['-bs', '--nodeps', ...define, join(folder, 'hello.spec')], { stdio: 'ignore' });
  return join(folder, 'hello-1.0-3.src.rpm');
}

function projectOf(more: Readonly<Record<string, string>>, text = spec): TestProject {
  const project = new TestProject({
    ...toyLayer,
    ...Object.fromEntries(
      ['distro-source', 'distro-source_rpm'].map((name) => [
        `meta-toy/classes/${name}.bbclass`,
        readFileSync(join(projectRoot, `layers/core/classes/${name}.bbclass`), 'utf8'),
      ]),
    ),
    'meta-toy/recipes/root/source-build-root_1.0.bb': 'do_unpack_root[noexec] = "1"\naddtask unpack_root\n',
    'meta-toy/recipes/hello/files/hello.patch': sourcePatch,
    'meta-toy/recipes/hello/files/hello-spec.patch': specPatch,
    ...more,
  });
  const file = sourceRpm(join(project.path, 'upstream'), text);
  project.write(
    'meta-toy/recipes/hello/hello_1.0.bb',
    [
      `SRC_URI = "https://vendor.invalid/hello-1.0-3.src.rpm file://hello.patch"`,
      `SRC_URI[sha256sum] = "${sha256(readFileSync(file))}"`,
      'PKGMETA_URI = "file://hello-spec.patch"',
      'PREMIRRORS = "https://vendor.invalid/ file://${TOPDIR}/../upstream/"',
      'PARALLEL_MAKE = "-j1"',
      'export PATH = "/usr/sbin:/usr/bin:/sbin:/bin"',
      'export SOURCE_DATE_EPOCH = "1735689600"',
      'PACKAGE_FAMILY = "rpm"',
      'BUILD_ROOT_TASK = "source-build-root:do_unpack_root"',
      'VERSION_SUFFIX = ".stx1"',
      `LICENSE = 'MIT AND "its own" \\ $HOME'`,
      'inherit distro-source',
      'addtask configure after do_patch before do_compile',
      'addtask install after do_compile before do_build',
      'do_install[cleandirs] = "${D}"',
      'deltask do_stage',
      '',
    ].join('\n'),
  );
  return project;
}

const query = (file: string, format: string) =>
  execFileSync('rpm', ['--query', '--package', '--queryformat', format, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });

test('a source rpm is rebuilt by its own spec file with both series, a higher release and the same bytes', async (t) => {
  await using project = projectOf({});
  const run = await project.run(['hello']);
  t.is(run.status, 0, run.output);
  const folder = join(project.path, 'build/tmp/deploy-rpm/hello');
  const name = 'hello-1.0-3.stx1.noarch.rpm';
  t.deepEqual(readdirSync(folder), [name, 'packages.json']);
  t.deepEqual(JSON.parse(readFileSync(join(folder, 'packages.json'), 'utf8')), [
    {
      package: 'hello',
      version: '1.0-3.stx1',
      architecture: 'noarch',
      installedSizeBytes: 24,
      file: name,
      license: 'MIT AND "its own" \\ $HOME',
      recipe: 'hello',
    },
  ]);
  t.is(query(join(folder, name), '%{version}-%{release} %{summary}'), '1.0-3.stx1 Says hello, rebuilt');
  t.is(project.read('build/tmp/work/hello/image/usr/bin/hello'), '#!/bin/sh\necho good day\n');
  const before = readFileSync(join(folder, name));
  project.edit('meta-toy/recipes/hello/files/hello.patch', 'good day', 'good night');
  t.is((await project.run(['hello'])).status, 0);
  t.notDeepEqual(readFileSync(join(folder, name)), before);
  project.edit('meta-toy/recipes/hello/files/hello.patch', 'good night', 'good day');
  t.is((await project.run(['hello'])).status, 0);
  t.deepEqual(readFileSync(join(folder, name)), before);
});

test('a release whose macro has the label of the system gets the suffix once', async (t) => {
  // As %autorelease does it: the macro stands in the tag, the label in the macro.
  const text = `%define counted() 3%{?dist}\n${spec.replace('Release: 3', 'Release: %counted')}`;
  await using project = projectOf({ 'meta-toy/recipes/hello/files/hello-spec.patch': '' }, text);
  const run = await project.run(['hello']);
  t.is(run.status, 0, run.output);
  const folder = join(project.path, 'build/tmp/deploy-rpm/hello');
  t.deepEqual(readdirSync(folder), ['hello-1.0-3.stx1.noarch.rpm', 'packages.json']);
});

test('a patch that does not apply to the source stops before anything is compiled', async (t) => {
  await using project = projectOf({
    'meta-toy/recipes/hello/files/hello.patch': sourcePatch.replace('-echo hello', '-echo nothing'),
  });
  const run = await project.run(['hello']);
  t.is(run.status, 1);
  t.regex(run.output, /FAILED hello:do_configure/);
  t.regex(run.output, /stx-bake-0001-hello\.patch/);
});

test('a spec file gets its patches where it would have them itself, and loses them again', (t) => {
  const two = withPatches(spec, ['a.patch', 'b.patch']) ?? '';
  const lines = two.split('\n').filter((line) => !line.startsWith('#'));
  t.is(lines[lines.indexOf('Source0: hello-1.0.tar.gz') + 1], 'Patch9000: a.patch');
  t.is(lines[lines.indexOf('Source0: hello-1.0.tar.gz') + 2], 'Patch9001: b.patch');
  t.is(lines[lines.indexOf('%setup -q') + 1], '%patch -P 9000 -p1');
  t.is(lines[lines.indexOf('%setup -q') + 2], '%patch -P 9001 -p1');
  t.is(withPatches(two, []), spec);
  t.is(withPatches(two, ['a.patch', 'b.patch']), two);
  const auto = withPatches(spec.replace('%setup -q', '%autosetup -p1'), ['a.patch']) ?? '';
  t.true(auto.includes('Patch9000: a.patch'));
  t.false(auto.includes('%patch -P'));
  const none = withPatches(spec.replace('%setup -q', '%autosetup -N'), ['a.patch']) ?? '';
  t.true(none.includes('%patch -P 9000 -p1'));
  const conditional = spec.replace('Source0: ', '%if 1\nSource0: ').replace('BuildArch', '%endif\nBuildArch');
  const placed = (withPatches(conditional, ['a.patch']) ?? '').split('\n');
  t.true(placed.indexOf('Patch9000: a.patch') > placed.indexOf('%endif'));
  t.is(withPatches(spec.replace('%prep', ''), ['a.patch']), undefined);
});
