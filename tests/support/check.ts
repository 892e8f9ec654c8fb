import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `npm run check`: every static rule of the project, all of them reported, one exit code. */
const root = fileURLToPath(new URL('../..', import.meta.url));
const steps: readonly (readonly [string, readonly string[]])[] = [
  [
    'biome',
    [
      'biome',
      'check',
      '--error-on-warnings',
      'engine',
      'tests',
      'package.json',
      'tsconfig.json',
      '.dependency-cruiser.mjs',
    ],
  ],
  ['tsc', ['tsc', '--noEmit']],
  ['dependency-cruiser', ['depcruise', '--config', '.dependency-cruiser.mjs', 'engine', 'tests']],
  ['typedoc', ['typedoc']],
];

let failures = 0;
for (const [name, [tool = '', ...args]] of steps) {
  const started = performance.now();
  const run = spawnSync(`node_modules/.bin/${tool}`, args, { cwd: root, stdio: 'inherit' });
  const ok = run.status === 0;
  if (!ok) failures += 1;
  console.log(`check: ${name} ${ok ? 'passed' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}
for (const command of [['fmt', '--check'], ['lint']]) {
  const started = performance.now();
  const args = [
    'engine/app/main.ts',
    ...command,
    'layers',
    ...globSync('meta-*', { cwd: root }).sort(),
    'conf/templates',
  ];
  const ok = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
  if (!ok) failures += 1;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`check: ${command[0]} of the layers ${ok ? 'passed' : 'FAILED'} in ${seconds} s`);
}
for (const problem of [...sizeProblems(), ...nameProblems(), ...undocumentedFunctions()]) {
  failures += 1;
  console.log(`check: ${problem}`);
}
process.exitCode = failures === 0 ? 0 : 1;

/** Files of engine/ with more than 400 lines. */
function sizeProblems(): readonly string[] {
  return globSync('engine/**/*.ts', { cwd: root })
    .map((file) => ({ file, lines: readFileSync(`${root}/${file}`, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 400)
    .map(({ file, lines }) => `${file} has ${lines} lines, at most 400 are allowed; split it by subject`);
}

/** Names of operating systems do not stand in the engine: they are data of a layer. */
function nameProblems(): readonly string[] {
  const names =
    /debian|ubuntu|centos|clear ?linux|starlingx|fedora|red ?hat|\b(?:open)?suse|\brhel|\bel\d|stream-?(?:9|10)\b|bookworm|bullseye|trixie|jammy|noble\b/i;
  return globSync('engine/**/*.*', { cwd: root }).flatMap((file) =>
    readFileSync(`${root}/${file}`, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        names.test(line) ? [`${file}:${index + 1} names an operating system: ${line.trim()}`] : [],
      ),
  );
}

/** Exported functions without a doc comment; typedoc looks at the other exports (of functions it would want methods too). */
function undocumentedFunctions(): readonly string[] {
  return globSync('engine/**/*.ts', { cwd: root }).flatMap((file) => {
    const lines = readFileSync(`${root}/${file}`, 'utf8').split('\n');
    return lines.flatMap((line, index) =>
      /^export (default )?(async )?function/.test(line) && !/\*\/$/.test(lines[index - 1] ?? '')
        ? [`${file}:${index + 1} exports a function without a doc comment`]
        : [],
    );
  });
}
