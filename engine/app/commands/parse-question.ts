import type { BuildCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { readMetadata } from '../load-metadata.ts';
import { printDiagnostics } from '../say-diagnostics.ts';

/** `stx-bake -p`: reads everything, reports every problem, and says how much there is and how long it took. */
export async function parseOnly(options: BuildCall): Promise<number> {
  const { workspace, diagnostics, durationMs } = await readMetadata(options);
  printDiagnostics(diagnostics);
  const { base, catalog } = workspace.configurations.get('') ?? {};
  const recipes = catalog?.recipes ?? [];
  const skipped = recipes.filter((each) => each.skipped !== undefined).length;
  const errors = diagnostics.filter((each) => each.severity === 'error').length;
  const warnings = diagnostics.filter((each) => each.severity === 'warning').length;
  const counts = [
    `${recipes.length} recipes`,
    `${skipped} skipped`,
    `${base?.recipeFiles.masked ?? 0} files masked`,
    `${errors} errors`,
    `${warnings} warnings`,
  ];
  const others = [...workspace.configurations.keys()].filter((name) => name !== '');
  if (others.length > 0) counts.push(`configurations besides the default one: ${others.join(' ')}`);
  const files = base?.recipeFiles.recipes.length ?? 0;
  process.stdout.write(
    `stx-bake: parsed ${files} recipe files in ${(durationMs / 1000).toFixed(2)} s: ${counts.join(', ')}\n`,
  );
  return errors > 0 ? exitCodes.input : exitCodes.ok;
}
