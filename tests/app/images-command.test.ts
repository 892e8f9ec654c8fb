import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const described = (about: Readonly<Record<string, unknown>>) => JSON.stringify(about);
const debian = { name: 'stx-debian', file: 'stx-debian.iso', format: 'iso', arch: 'x86_64', platform: '' };
const power = { ...debian, file: 'ppc64le-stx-debian.iso', arch: 'ppc64le', platform: 'power9', sizeBytes: 2000000 };

function projectWithImages(): TestProject {
  const project = new TestProject({
    ...toyLayer,
    'build/deploy/images/x86-64/stx-debian.iso': 'bytes',
    'build/deploy/images/x86-64/stx-debian.iso.json': described(debian),
    'build/deploy/images/x86-64/stx-debian.iso.manifest.json': '{"packages": []}',
    'build/deploy/images/power9/ppc64le-stx-debian.iso': 'bytes',
    'build/deploy/images/power9/ppc64le-stx-debian.iso.json': described(power),
    'build/deploy/images/arm64/aarch64-stx-debian.iso': 'bytes',
    'build/deploy/images/arm64/gone.iso.json': described({ ...debian, file: 'gone.iso' }),
    'other/x/aarch64-stx-centos.iso': 'bytes',
  });
  const conf = project.read('build/conf/local.conf');
  project.write('build/conf/local.conf', `${conf}\nDEPLOY_DIR_IMAGE = "\${TOPDIR}/deploy/images/any"\n`);
  return project;
}

test('images of all machines are listed, those without a description by their names, and none that is gone', async (t) => {
  await using project = projectWithImages();
  const { status, stdout } = await project.run(['images', 'list']);
  t.is(status, 0);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 3).join(' '));
  t.deepEqual(lines, [
    'NAME ARCH PLATFORM',
    'stx-debian aarch64 -',
    'stx-debian ppc64le power9',
    'stx-debian x86_64 -',
  ]);
  const { images } = JSON.parse((await project.run(['images', 'list', '--json'])).stdout) as { images: unknown[] };
  t.like(images[1], { ...power, path: `${project.path}/build/deploy/images/power9/ppc64le-stx-debian.iso` });
});

test('the path of the selected image is printed, or why there is none', async (t) => {
  await using project = projectWithImages();
  const select = (...words: string[]) => project.run(['images', 'select', ...words]);
  const folder = `${project.path}/build/deploy/images`;
  t.is((await select('stx-debian')).output, `${folder}/x86-64/stx-debian.iso\n`);
  t.is((await select('stx-debian', '--arch', 'arm64')).output, `${folder}/arm64/aarch64-stx-debian.iso\n`);
  const fine = await select('--arch', 'ppc64le', '--platform', 'power9', 'stx-debian', '--json');
  t.like(JSON.parse(fine.stdout), { rule: 'platform', sizeBytes: 2000000 });
  const none = await select('--arch', 'ppc64le', 'stx-debian');
  t.is(none.status, 1);
  t.is(
    none.output,
    'stx-bake: error: there is no image `stx-debian` for `ppc64le` [no-image]\n' +
      `   help: there is \`${folder}/arm64/aarch64-stx-debian.iso\` for aarch64; ` +
      `\`${folder}/power9/ppc64le-stx-debian.iso\` for ppc64le and the platform power9; ` +
      `\`${folder}/x86-64/stx-debian.iso\` for x86_64\n`,
  );
});

test('published images are looked at in their folder, without a build directory', async (t) => {
  await using project = projectWithImages();
  const { stdout } = await project.run(['images', 'select', '--dir', 'other', '--arch', 'aarch64', 'stx-centos']);
  t.is(stdout, `${project.path}/other/x/aarch64-stx-centos.iso\n`);
  t.is((await project.run(['images', 'list', '--dir', 'nowhere'])).stdout, 'no image is built yet\n');
});
