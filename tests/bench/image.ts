import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Checkout, type LauncherRun, projectRoot } from '../support/checkout.ts';

/**
 * How long images take: `npm run bench:image [-- --runs N] [--systems NAME,NAME] [--settings LINE] [--world DIR]`. Fresh checkout to
 * ISO; rootfs and image anew with packages and base root in the store; one changed package to a new ISO; several systems in
 * one run beside each of them alone; nothing to do. Medians of `runs` (default 3), of 15 for the last. `--settings` are
 * lines of local.conf, such as a folder of downloads; `--world` is the build directory of `npm run test:all-os`, where only the
 * systems are compared.
 */
const image = 'stx-image';
const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    systems: { type: 'string', default: 'debian,debian-trixie' },
    settings: { type: 'string', multiple: true, default: [] },
    world: { type: 'string' },
  },
});
const runs = Number(given.runs);
const systems = given.systems.split(',').filter((each) => each !== '');
const budget = { anew: 45, changed: 25, together: 1.3 };

print(`${new Date().toISOString()}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, ${loadText()}`);
if (given.world === undefined)
  measureFresh(new Checkout(mkdtempSync(join(tmpdir(), 'stx-bench-')), { withoutPackages: true }));
else compareSystems(given.world, (targets) => bakedIn(given.world ?? '', targets));

function measureFresh(checkout: Checkout): void {
  try {
    configure(checkout);
    const baked = (args: readonly string[]) => checked(checkout.bake(args));
    const fresh = baked(['--yes', image]);
    print(`fresh checkout to ISO (npm packages included): ${fresh.seconds.toFixed(1)} s, ${fresh.ran.length} tasks`);
    const iso = join(checkout.path, 'build/deploy/images/x86-64/stx-debian.iso');
    print(`ISO: ${(statSync(iso).size / 1e6).toFixed(0)} MB`);
    row(
      'rootfs and image anew',
      medianOf((index) => rootfsAnew(checkout, index)),
      budget.anew,
    );
    row(
      'one changed package to a new ISO',
      medianOf((index) => packageChanged(checkout, index)),
      budget.changed,
    );
    const build = join(checkout.path, 'build');
    if (systems.length > 1) compareSystems(build, (targets) => baked(targets).seconds);
    baked([image]);
    print(`nothing to do: ${(1000 * median(Array.from({ length: 15 }, () => nothing(checkout)))).toFixed(0)} ms`);
  } finally {
    checkout.remove();
  }
}

/** A changed host name: rootfs, image and deploy run, from a root and packages that are in the store. */
function rootfsAnew(checkout: Checkout, index: number): number {
  vary(join(checkout.path, 'build'), [`IMAGE_HOSTNAME = "anew${index}"`]);
  const unshare = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-auto', '--map-root-user'];
  const [program = 'rm', ...args] = [...unshare, 'rm', '-rf', join(checkout.path, 'build/tmp')];
  execFileSync(program, args);
  const run = checked(checkout.bake([image]));
  if (!run.ran.includes(`${image}:do_rootfs`)) throw new Error(run.output);
  return run.seconds;
}

/** An edit of a program of ours, with all else as a developer has it. */
function packageChanged(checkout: Checkout, index: number): number {
  const path = join(checkout.path, 'meta-stx/recipes-core/stx-osal/files/osal');
  const text = readFileSync(path, 'utf8').replace(/\n# bench .*\n$/, '\n');
  writeFileSync(path, `${text}# bench ${index}\n`);
  const run = checked(checkout.bake([image]));
  if (!run.ran.includes('stx-osal:do_package') || !run.ran.includes(`${image}:do_rootfs`)) throw new Error(run.output);
  return run.seconds;
}

/**
 * Another text in a package and another host name, which concern all systems, first for one system after
 * the other, each taking from the store what the ones before have made, so that the sum is what is not shared; then again
 * for all in one run.
 */
function compareSystems(build: string, seconds: (targets: readonly string[]) => number): void {
  const targets = systems.map((name) => `mc:${name}:${image}`);
  const change = (mark: string) => vary(build, [`SUMMARY:pn-stx-osal = "${mark}"`, `IMAGE_HOSTNAME = "${mark}"`]);
  try {
    seconds(targets);
    const ratios = Array.from({ length: runs }, (_, index) => {
      const stamp = Date.now().toString(36);
      change(`alone${stamp}`);
      const alone = targets.map((target) => seconds([target]));
      change(`together${stamp}`);
      const together = seconds(targets);
      print(
        `  ${index + 1}: alone ${alone.map((each) => each.toFixed(1)).join(' + ')} s, in one run ${together.toFixed(1)} s`,
      );
      return together / alone.reduce((sum, each) => sum + each, 0);
    });
    row(`${systems.length} systems in one run / sum of what is not shared`, median(ratios), budget.together, '');
  } finally {
    vary(build, []);
  }
}

/** Settings of one measurement; they stand in a file of their own. */
function vary(build: string, lines: readonly string[]): void {
  writeFileSync(join(build, 'conf/site.conf'), lines.map((line) => `${line}\n`).join(''));
}

function configure(checkout: Checkout): void {
  checkout.configure([`BBMULTICONFIG = "${systems.join(' ')}"`, ...given.settings]);
  for (const name of systems) writeConfiguration(checkout, name);
}

/** `NAME-CODENAME` is a configuration of this benchmark; NAME one that a layer brings. */
function writeConfiguration(checkout: Checkout, name: string): void {
  const [distro, codename] = name.split('-');
  if (codename === undefined) return;
  const folder = join(checkout.path, 'build/conf/multiconfig');
  mkdirSync(folder, { recursive: true });
  const lines = [`DISTRO = "${distro}"`, `DISTRO_CODENAME = "${codename}"`, `DISTRO_IMAGE_WORD = "${name}"`];
  writeFileSync(join(folder, `${name}.conf`), `${lines.join('\n')}\n`);
}

function bakedIn(build: string, targets: readonly string[]): number {
  const startMs = performance.now();
  execFileSync(join(projectRoot, 'stx-bake'), ['--build-dir', build, ...targets], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return (performance.now() - startMs) / 1000;
}

function checked(run: LauncherRun): LauncherRun {
  if (run.status !== 0) throw new Error(run.output);
  return run;
}

function nothing(checkout: Checkout): number {
  const run = checked(checkout.bake([image]));
  if (run.ran.length + run.restored.length > 0) throw new Error(run.output);
  return run.seconds;
}

function medianOf(measure: (index: number) => number): number {
  return median(Array.from({ length: runs }, (_, index) => measure(index)));
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function row(what: string, value: number, most: number, unit = ' s'): void {
  const digits = unit === '' ? 2 : 1;
  const verdict = value <= most ? 'within' : 'ABOVE';
  print(`${what}: ${value.toFixed(digits)}${unit} (${verdict} ${most}${unit}), ${loadText()}`);
}

function loadText(): string {
  return `load ${loadavg()[0]?.toFixed(1)}`;
}

function print(line: string): void {
  console.log(line);
}
