import test from 'ava';
import { oldCommands, translateOldCommand } from '../../engine/app/command-line/old-commands.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const rows: readonly (readonly [old: string, now: string])[] = [
  ['build-pkgs', 'world'],
  ['build-pkgs -a', 'world'],
  ['build-pkgs -p fm-common,mtce', 'fm-common mtce'],
  ['build-pkgs --packages=fm-common --no-descendants', '--no-descendants fm-common'],
  ['build-pkgs --no-required fm-common', '--only fm-common'],
  ['build-pkgs --rt -p gauge-mod', 'gauge-mod-rt'],
  ['build-pkgs -b std,rt -p gauge-mod', 'gauge-mod gauge-mod-rt'],
  ['build-pkgs -b rt', 'world'],
  ['build-pkgs --reuse -p a -k', '-k a'],
  ['build-pkgs --clean -p a', '-c cleansstate a'],
  ['build-pkgs --edit a', 'devtool modify a'],
  ['build-pkgs --all-os -n -p a', '--all-os -n a'],
  ['-n build-pkgs -p a', '-n a'],
  ['--build-dir b --all-os build-iso', '--build-dir b --all-os stx-image'],
  ['build-rpms-parallel', 'world'],
  ['build-iso', 'stx-image'],
  ['build-image --std', 'stx-image'],
  ['downloader -b -s', '--runall fetch world'],
  ['download_mirror.sh', '--runall fetch world'],
  ['mirror-check.sh', 'lock check'],
  ['update_lst.sh build-root', 'lock update build-root'],
  ['stx build world', 'world'],
  ['stx build image', 'stx-image'],
  ['stx build download', '--runall fetch world'],
  ['stx build fm-common', 'fm-common'],
  ['stx cleanup', 'cache gc'],
  ['repomgr', 'stx-feed'],
  ['generate-centos-repo.sh', 'stx-feed'],
  ['starlingx_add_pkgs.sh', 'lock add'],
];

for (const [old, now] of rows) {
  test(`\`${old}\` is \`stx-bake ${now}\``, (t) => {
    t.is(translateOldCommand(old.split(' '))?.args.join(' '), now);
  });
}

const refused: readonly (readonly [old: string, message: string, help: RegExp])[] = [
  ['patch-builder -p x', '`patch-builder` is of the former build systems', /^now: nothing yet/],
  ['stx control start', '`stx control` is of the former build systems', /no daemon/],
  ['stx build layer flock', '`stx build layer` is of the former build systems', /BBLAYERS/],
  ['stx build prepare', '`stx build prepare` is of the former build systems', /nothing to do/],
  ['STX_MIRROR_STRATEGY', '`STX_MIRROR_STRATEGY` is of the former build systems', /BB_FETCH_PREMIRRORONLY = "1"/],
  ['stx enter', '`stx enter` is of the former build systems', /these are known: control, /],
  ['build-pkgs -l flock', '`build-pkgs -l` is of the former build systems', /BBLAYERS/],
  ['build-pkgs --wrong', '`build-pkgs --wrong` is of the former build systems', /`stx-bake world, stx-bake RECIPE...`/],
  ['build-pkgs -p', '`build-pkgs -p` needs a value', /behind it/],
  ['build-image --rt', '`build-image --rt` is of the former build systems', /KERNEL_VARIANT = "rt"/],
];

for (const [old, message, help] of refused) {
  test(`\`${old}\` tells what to do instead`, (t) => {
    const error = t.throws(() => translateOldCommand(old.split(' ')), { instanceOf: StxError });
    t.is(error?.diagnostics[0]?.code, 'old-command');
    t.is(error?.diagnostics[0]?.message, message);
    t.regex(error?.diagnostics[0]?.help ?? '', help);
  });
}

test('every old name that is listed is known, once', (t) => {
  const names = oldCommands().map(({ old }) => old);
  t.is(new Set(names).size, names.length);
  for (const { old, runs } of oldCommands()) {
    const call = (): unknown => translateOldCommand(old.split(' '));
    if (runs) t.truthy(call(), old);
    else t.throws(call, { instanceOf: StxError }, old);
  }
});

test('words of today are left alone', (t) => {
  for (const each of [['libpcap'], ['build', 'build-iso'], ['-k', 'build-iso'], []])
    t.is(translateOldCommand(each), undefined);
});

test('an old command builds, and says the new one', async (t) => {
  await using project = new TestProject(toyLayer);
  const run = await project.run(['build-pkgs', '-p', 'lib', '--careful']);
  t.is(run.status, 0, run.output);
  t.true(run.ran.includes('lib:do_stage'));
  t.regex(
    run.stderr,
    /stx-bake: `--careful` has nothing to do: .*\nstx-bake: this is now: stx-bake --build-dir \S+ lib\n/,
  );
  const refusedRun = await project.run(['patch-builder']);
  t.is(refusedRun.status, 2);
  t.regex(refusedRun.stderr, /error: `patch-builder` is of the former build systems \[old-command\]\n {3}help: now: /);
});
