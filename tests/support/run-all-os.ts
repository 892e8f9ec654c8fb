import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type AllOsModule, AllOsWorld, type Cell } from './all-os.ts';
import { projectRoot } from './checkout.ts';

/**
 * `npm run test:all-os [-- WORD...]`: every cell of tests/all-os, one line each with the command that shows it; with words
 * only those cells whose system, subject, both (`ubuntu/image`) or file is one. Ends with `N passed, N failed`. ALL_OS_DIR
 * (default build/all-os), DL_DIR and SSTATE_DIR say where it works.
 */
const words = process.argv.slice(2);
const world = new AllOsWorld(process.env['ALL_OS_DIR'] ?? join(projectRoot, 'build/all-os'));
const totals = { passed: 0, failed: 0 };
const opened = await attempt(async () => {
  await world.prepare();
  return undefined;
});

for (const path of globSync('tests/all-os/*.ts', { cwd: projectRoot }).sort()) {
  const { module } = (await import(join(projectRoot, path))) as { readonly module: AllOsModule };
  const cells = module.cells.filter((cell) => isWanted(cell, basename(path, '.ts')));
  const problem =
    cells.length === 0
      ? undefined
      : await attempt(async () => {
          await module.prepare?.(world);
          return undefined;
        });
  for (const cell of cells) await show(cell, module, opened.error ?? problem?.error);
}
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1;

function isWanted({ system, what }: Cell, file: string): boolean {
  return words.length === 0 || words.some((word) => [system, what, file, `${system}/${what}`].includes(word));
}

interface Attempt {
  readonly value?: string | undefined;
  readonly error?: unknown;
}

async function attempt(work: () => Promise<string | undefined>): Promise<Attempt> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

async function show(cell: Cell, { about }: AllOsModule, unprepared: unknown): Promise<void> {
  const startMs = performance.now();
  const { value, error } = unprepared === undefined ? await attempt(() => cell.run(world)) : { error: unprepared };
  totals[error === undefined ? 'passed' : 'failed']++;
  const seconds = `${Math.round((performance.now() - startMs) / 1000)} s`;
  const head = `${cell.system.padEnd(8)} ${cell.what.padEnd(12)} ${error === undefined ? 'ok    ' : 'FAILED'} ${seconds.padStart(6)}`;
  const remarks = [value, about].filter((each) => each !== undefined);
  console.log(`${head}  ${cell.command}${remarks.length === 0 ? '' : `  (${remarks.join('; ')})`}`);
  if (error !== undefined) console.log(indented(error instanceof Error ? error.message : String(error)));
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
