import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * `npm test`: host tools, static checks, unit tests, the conformance cases when they lie beside the checkout, then the
 * real thing end to end. `npm test -- unit` leaves that out. Ends with `N passed, N failed`; a check counts as one.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const only = process.argv[2];
const totals = { passed: 0, failed: 0 };

count(runHere('host tools', ['./stx-bake', '--yes', 'doctor']));
count(runHere('check', ['npm', 'run', '--silent', 'check']));
await runAva('unit', ['--tap']);
runConformance();
if (only !== 'unit') await runAva('e2e', ['--tap', '--config', 'ava.e2e.config.mjs']);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;

function count(ok: boolean): void {
  if (ok) totals.passed += 1;
  else totals.failed += 1;
}

function runHere(name: string, [command = '', ...args]: readonly string[]): boolean {
  console.log(`== ${name}`);
  const run = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (run.status !== 0) console.log(`== ${name} FAILED`);
  return run.status === 0;
}

/** Adds the counts of the cases' runner, which reads its own last line: `N passed, N failed`. */
function runConformance(): void {
  if (!existsSync(`${root}../shared/conformance/cases`)) return;
  console.log('== conformance cases');
  const run = spawnSync(process.execPath, ['tests/conformance/run.ts'], { cwd: root, encoding: 'utf8' });
  console.log(`${run.stdout}${run.stderr}`);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(run.stdout) ?? [];
  totals.passed += Number(passed ?? 0);
  totals.failed += Number(failed ?? 1);
}

/** Runs ava and counts its TAP lines; what failed is printed with its details, the rest as one line each. */
async function runAva(name: string, args: readonly string[]): Promise<void> {
  console.log(`== ${name} tests`);
  const before = totals.failed;
  const child = spawn('node_modules/.bin/ava', args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ok ')) totals.passed += 1;
    else if (line.startsWith('not ok ')) totals.failed += 1;
    if (!/^(TAP version|1\.\.|# (tests|pass|fail)|---| {2}---)/.test(line)) console.log(line);
  }
  const status = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });
  if (status !== 0 && totals.failed === before) totals.failed += 1;
}
