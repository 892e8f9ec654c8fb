import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { damagedEntries, leftAfter, namesIn, reached, temporaryNames } from '../support/after-kill.ts';
import { type Run, TestProject, toyLayer } from '../support/test-project.ts';

/** One kind of task with so much to do that a signal hits it in the middle. */
interface Kind {
  readonly what: string;
  readonly recipe: string;
  readonly task: string;
  /** Further files of the layer, or a finished build that is restored from. */
  prepare?(project: TestProject): Promise<void> | void;
  /** The task is in the middle of its work. */
  isUnderWay(project: TestProject): boolean;
  /** What stands under the final names; nothing while there are none. */
  result(project: TestProject): string;
  readonly whole: string;
}

const recipeFile = 'meta-toy/recipes/lib/lib_1.0.bb';
const bigResult = 'do_compile() {\n    head -c 60000000 /dev/zero > result\n}\n';
const manyFiles = 300;

function count(project: TestProject, folder: string): string {
  const path = join(project.path, folder);
  return existsSync(path) ? String(readdirSync(path).length) : '';
}

function size(project: TestProject, file: string): string {
  const stats = statSync(join(project.path, file), { throwIfNoEntry: false });
  return stats === undefined ? '' : String(stats.size);
}

/** A tar archive with many files, without unpacking it here first. */
function writeBigArchive(project: TestProject): void {
  const folder = join(project.path, 'meta-toy/recipes/lib/files');
  mkdirSync(join(folder, 'big'), { recursive: true });
  for (let index = 0; index < manyFiles; index++) writeFileSync(join(folder, `big/${index}`), `file ${index}\n`);
  execFileSync('tar', ['-cf', join(folder, 'big.tar'), '-C', folder, 'big']);
  rmSync(join(folder, 'big'), { recursive: true });
}

const patches = Array.from({ length: 25 }, (_, index) => index);

/** A recipe that hands many headers to others. */
const stagingRecipe = [
  'do_compile() {',
  '    mkdir -p ${D}/usr/include',
  `    head -c ${manyFiles * 100} /dev/zero | split -a 4 -b 100 - \${D}/usr/include/`,
  '    echo done > result',
  '}',
  'SYSROOT_DIRS = "/usr/include"',
  'do_populate_sysroot[builtin] = "populate-sysroot"',
  'do_populate_sysroot[sstate-outputdirs] = "${TMPDIR}/out/${PN}-sysroot"',
  'addtask populate_sysroot after do_compile before do_build',
  '',
].join('\n');

const kinds: readonly Kind[] = [
  {
    what: 'unpack',
    task: 'lib:do_unpack',
    recipe: 'SRC_URI = "file://big.tar"\ndo_compile() {\n    ls big | wc -l > result\n}\n',
    prepare: writeBigArchive,
    isUnderWay: (project) => namesIn(project, 'build/tmp/work/lib/.unpack/big').length > 3,
    result: (project) => size(project, 'build/tmp/out/lib/result') && project.read('build/tmp/out/lib/result'),
    whole: `${manyFiles}\n`,
  },
  {
    what: 'patch',
    task: 'lib:do_patch',
    recipe: `SRC_URI = "file://source.txt ${patches.map((index) => `file://${index}.patch`).join(' ')}"\ndo_compile() {\n    cp source.txt result\n}\n`,
    prepare: (project) => {
      for (const index of patches) {
        const text = `--- a/source.txt\n+++ b/source.txt\n@@ -3,1 +3,1 @@\n-${index === 0 ? 'third line' : `line ${index - 1}`}\n+line ${index}\n`;
        project.write(`meta-toy/recipes/lib/files/${index}.patch`, text);
      }
    },
    isUnderWay: (project) => namesIn(project, 'build/tmp/work/lib/.patches').length > 3,
    result: (project) => size(project, 'build/tmp/out/lib/result') && project.read('build/tmp/out/lib/result'),
    whole: 'first line\nsecond line\nline 24\n',
  },
  {
    what: 'the capture of big outputs',
    task: 'lib:do_stage',
    recipe: bigResult,
    isUnderWay: (project) => namesIn(project, 'build/sstate/tmp').length > 0,
    result: (project) => size(project, 'build/tmp/out/lib/result'),
    whole: '60000000',
  },
  {
    what: 'the restoring of big outputs',
    task: 'lib:do_stage',
    recipe: bigResult,
    prepare: async (project) => {
      const first = await project.run(['lib']);
      if (first.status !== 0) throw new Error(first.output);
      rmSync(join(project.path, 'build/tmp'), { recursive: true });
    },
    isUnderWay: (project) => namesIn(project, 'build/tmp/out').some((name) => name.startsWith('lib.stx-')),
    result: (project) => size(project, 'build/tmp/out/lib/result'),
    whole: '60000000',
  },
  {
    what: 'package',
    task: 'lib:do_package',
    recipe: [
      'do_compile() {',
      '    mkdir -p ${D}/usr/share/lib',
      `    head -c ${manyFiles * 100} /dev/zero | split -a 4 -b 100 - \${D}/usr/share/lib/`,
      '    echo done > result',
      '}',
      'PACKAGE_VERSION = "1.0-r0"',
      'PACKAGES = "${PN}"',
      'FILES:${PN} = "/usr"',
      'SUMMARY = "a package"',
      'LICENSE = "Apache-2.0"',
      'MAINTAINER = "Toy <toy@localhost>"',
      'SECTION = "misc"',
      'PACKAGE_ARCH = "all"',
      'DEB_ARCH = "amd64"',
      'do_package[builtin] = "package"',
      'do_package[sstate-outputdirs] = "${TMPDIR}/out/${PN}-packages"',
      'addtask package after do_compile before do_build',
      '',
    ].join('\n'),
    isUnderWay: (project) => namesIn(project, 'build/tmp/out/lib-packages.stx-new/lib/root/usr/share/lib').length > 3,
    result: (project) => count(project, 'build/tmp/out/lib-packages/lib/root/usr/share/lib'),
    whole: String(manyFiles),
  },
  {
    what: 'populate-sysroot',
    task: 'lib:do_populate_sysroot',
    recipe: stagingRecipe,
    isUnderWay: (project) => namesIn(project, 'build/tmp/out/lib-sysroot.stx-new/usr/include').length > 3,
    result: (project) => count(project, 'build/tmp/out/lib-sysroot/usr/include'),
    whole: String(manyFiles),
  },
  {
    what: 'recipe-sysroot',
    task: 'lib:do_prepare_recipe_sysroot',
    recipe: [
      'RECIPE_SYSROOT = "${WORKDIR}/recipe-sysroot"',
      'do_prepare_recipe_sysroot[builtin] = "recipe-sysroot"',
      'do_prepare_recipe_sysroot[depends] = "dep:do_populate_sysroot"',
      'addtask prepare_recipe_sysroot before do_compile',
      'do_compile() {',
      '    ls ${RECIPE_SYSROOT}/usr/include | wc -l > result',
      '}',
      '',
    ].join('\n'),
    prepare: (project) => project.write('meta-toy/recipes/dep/dep_1.0.bb', stagingRecipe),
    isUnderWay: (project) =>
      namesIn(project, 'build/tmp/work/lib').some(
        (name) =>
          /^recipe-sysroot.+/.test(name) && namesIn(project, `build/tmp/work/lib/${name}/usr/include`).length > 3,
      ),
    result: (project) => count(project, 'build/tmp/work/lib/recipe-sysroot/usr/include'),
    whole: String(manyFiles),
  },
  {
    what: 'feed',
    task: 'lib:do_feed',
    recipe: [
      'do_compile() {',
      '    mkdir -p deb/DEBIAN',
      '    printf "Package: p\\nVersion: 1\\nArchitecture: all\\nMaintainer: t\\nDescription: t\\n" > deb/DEBIAN/control',
      '    dpkg-deb --build deb p.deb',
      '    echo done > result',
      '}',
      'do_stage() {',
      '    for n in $(seq 60); do cp p.deb ${OUT}/p${n}_1_all.deb; done',
      '}',
      'do_feed[builtin] = "feed"',
      'do_feed[sstate-outputdirs] = "${TMPDIR}/out/${PN}-feed"',
      'addtask feed after do_stage before do_build',
      '',
    ].join('\n'),
    isUnderWay: (project) => namesIn(project, 'build/tmp/out/lib-feed.stx-new').length > 3,
    result: (project) =>
      size(project, 'build/tmp/out/lib-feed/Release') &&
      String(project.read('build/tmp/out/lib-feed/Packages').match(/^Package: p$/gm)?.length),
    whole: '60',
  },
  {
    what: 'deploy',
    task: 'lib:do_deploy',
    recipe: [
      'do_compile() {',
      '    mkdir -p ready',
      '    for n in $(seq 40); do head -c 2000000 /dev/zero > ready/$n; done',
      '    echo done > result',
      '}',
      `DEPLOY_FILES = "${Array.from({ length: 40 }, (_, index) => `\${B}/ready/${index + 1}`).join(' ')}"`,
      'do_deploy[builtin] = "deploy"',
      'do_deploy[sstate-inputdirs] = "${WORKDIR}/to-deploy"',
      'do_deploy[sstate-outputdirs] = "${TOPDIR}/deploy"',
      'addtask deploy after do_compile before do_build',
      '',
    ].join('\n'),
    isUnderWay: (project) => namesIn(project, 'build/deploy').length > 0,
    result: (project) =>
      [...new Set(Array.from({ length: 40 }, (_, index) => size(project, `build/deploy/${index + 1}`)))].join(' '),
    whole: '2000000',
  },
];

/** Hits the task of a fresh project; on a busy machine it may be over before the signal comes, then another is tried. */
async function strike(
  kind: (typeof kinds)[number],
  signal: 'SIGINT' | 'SIGKILL',
): Promise<{ project: TestProject; run: Run }> {
  for (let tries = 1; ; tries++) {
    const project = new TestProject({ ...toyLayer, [recipeFile]: kind.recipe });
    await kind.prepare?.(project);
    const call = project.start(['lib']);
    const isHit = await reached(call, () => kind.isUnderWay(project)).then(
      () => true,
      () => false,
    );
    if (isHit && signal === 'SIGINT') call.pressCtrlC();
    else if (isHit) call.child.kill(signal);
    const run = await call.done;
    if ((isHit && !run.output.includes(`done   ${kind.task}`)) || tries === 6) return { project, run };
    await project[Symbol.asyncDispose]();
  }
}

for (const kind of kinds) {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    test.serial(
      `${signal} in the middle of ${kind.what} leaves no process and nothing half-written, and the next run goes on`,
      async (t) => {
        const struck = await strike(kind, signal);
        await using project = struck.project;
        const { run } = struck;
        t.is(run.status, signal === 'SIGINT' ? 130 : null, run.output);
        t.notRegex(run.output, /FAILED|error/, 'nothing is told as an error of the task');
        t.false(run.output.includes(`done   ${kind.task}`), 'the task was hit before its end');
        t.deepEqual(await leftAfter(project, 2000), []);
        t.deepEqual(damagedEntries(project), []);
        const early = kind.result(project).trim();
        t.true(early === '' || early === kind.whole.trim(), `half-written: ${early}`);
        const next = await project.run(['lib']);
        t.is(next.status, 0, next.output);
        t.is([...next.ran, ...next.restored].filter((task) => task === kind.task).length, 1, 'the task is done again');
        t.is(kind.result(project), kind.whole);
        t.deepEqual(temporaryNames(project), []);
      },
    );
  }
}

test.serial('a build that is killed again and again, each time somewhat later, gets done in the end', async (t) => {
  await using project = new TestProject(toyLayer);
  await using undisturbed = new TestProject(toyLayer);
  t.is((await undisturbed.run(['app'])).status, 0);
  for (let milliseconds = 150; ; milliseconds += 60) {
    const call = project.start(['app']);
    const isDone = await Promise.race([call.done.then(() => true), setTimeout(milliseconds, false)]);
    call.child.kill('SIGKILL');
    const run = await call.done;
    t.deepEqual(damagedEntries(project), []);
    if (!isDone) continue;
    t.is(run.status, 0, run.output);
    break;
  }
  t.is(project.read('build/tmp/out/app/result'), undisturbed.read('build/tmp/out/app/result'));
  t.deepEqual(await leftAfter(project, 2000), []);
  t.deepEqual(temporaryNames(project), []);
  t.deepEqual((await project.run(['app'])).ran, []);
});
