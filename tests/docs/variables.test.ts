import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { SourceText } from '../../engine/base/source-text.ts';
import { parseRecipeFile } from '../../engine/language/parse-recipe-file.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/reference/variables.md');
const contract = read('docs/reference/os-contract.md');
/** Names in backticks, without flag and override. */
const documented = new Set(
  [...`${page}${contract}`.matchAll(/`([A-Za-z_][\w-]*)(?:[[:][^`]*)?`/g)].map(([, name]) => name),
);

/** Variables that layers are described by; BitBake's own, the same in every layer. */
const ofLayers = /^(BB(PATH|FILES|FILE_.*|LAYERS)|LAYER.*|HOST_(TOOL|PACKAGE).*)$/;

function variablesOf(file: string): readonly string[] {
  const kind = file.endsWith('.conf') ? 'configuration' : 'class';
  const { statements, diagnostics } = parseRecipeFile(new SourceText(file, read(file)), kind);
  if (diagnostics.some((each) => each.severity === 'error')) throw new Error(`${file} has errors`);
  return statements.flatMap((statement) => {
    if (statement.kind !== 'assign') return [];
    const name = statement.name.text.split(':')[0] ?? '';
    return name.startsWith('do_') || ofLayers.test(name) ? [] : [name];
  });
}

test('docs/reference/variables.md names every variable that a class or configuration file of the layers sets', (t) => {
  const files = globSync(['layers/**/*.{conf,bbclass}', 'meta-*/**/*.conf', 'conf/templates/local.conf'], {
    cwd: root,
  });
  t.true(files.length > 15);
  const missing = files.flatMap((file) =>
    variablesOf(file)
      .filter((name) => !documented.has(name))
      .map((name) => `${file}: ${name}`),
  );
  t.deepEqual(missing, []);
});

test('docs/reference/variables.md names nothing that neither the layers nor the engine know', (t) => {
  const known = globSync(
    ['layers/**/*.{conf,bbclass}', 'meta-*/**/*.{conf,bb,bbclass}', 'conf/templates/*', 'engine/**/*.ts'],
    {
      cwd: root,
    },
  )
    .map(read)
    .join('\n');
  const rows = [...page.matchAll(/^\| (`[^|]*`) \|/gm)].map(([, cell = '']) => cell);
  const names = rows.flatMap((cell) => [...cell.matchAll(/`\[?([A-Za-z_][\w-]*)/g)].map(([, name = '']) => name));
  t.true(names.length > 100);
  t.deepEqual(
    names.filter((name) => !known.includes(name)),
    [],
  );
});
