import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** On every host that runs a shell script; `apt-config` is asked only when apt's configuration is there. */
const taken = new Set(['sh', '/bin/sh', 'env', 'rm', 'chmod', 'apt-config', 'apt-cache']);

/** Programs that a source file names where it starts one: the first argument, or the first word of a command. */
function startedPrograms(text: string): readonly string[] {
  const calls = [
    /\b(?:spawn|spawnSync|execFile|execFileSync|run|runTool|dyingWithEngine|promisify\(execFile\))\(\s*'([a-z/][\w/.-]*)'/g,
    /\bcommand: '([\w/.-]+)'/g,
    /(?<!, )\['([a-z][\w-]*)', '--?[\w-]/g,
    /\bexec ([a-z][\w-]*) "\$@"/g,
    /, '(bwrap)', \.\.\./g,
    /\.run\('([\w-]+)'/g,
  ];
  return calls.flatMap((call) => [...text.matchAll(call)].map((match) => match[1] ?? ''));
}

/** What a call of git begins with in these files is a command of git, no program. */
function readSource(file: string): string {
  const text = readFileSync(`${root}/${file}`, 'utf8');
  return file.includes('/fetch/git/') ? text.replaceAll(/\['[a-z-]+'/g, '[') : text;
}

function programs(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const file of globSync('engine/**/*.ts', { cwd: root }))
    for (const program of startedPrograms(readSource(file))) found.set(program, file);
  return found;
}

test('every program that the engine starts has a row in the table of host tools, or is on every host', (t) => {
  const table = readFileSync(`${root}/layers/core/conf/host-tools.conf`, 'utf8');
  const rows = new Set([...table.matchAll(/^HOST_TOOL\[([^\]]+)\]/gm)].map((match) => match[1]));
  const found = programs();
  for (const known of [
    'bwrap',
    'unshare',
    'setpriv',
    'tar',
    'patch',
    'dpkg-deb',
    'mmdebstrap',
    'flock',
    'apt-get',
    'git',
  ])
    t.true(found.has(known), `the search overlooks ${known}`);
  const missing = [...found].filter(([program]) => !rows.has(program) && !taken.has(program));
  t.deepEqual(missing, []);
});

test('every row of the table of host tools says why, for whom and which package brings it', (t) => {
  const files = ['layers/core/conf/host-tools.conf', ...globSync('layers/arch-*/conf/machine/*.conf', { cwd: root })];
  const table = files.map((file) => readFileSync(`${root}/${file}`, 'utf8')).join('');
  const rows = [...table.matchAll(/^HOST_TOOL\[([^\]]+)\]/gm)].map((match) => match[1] ?? '');
  t.deepEqual(rows, [...new Set(rows)], 'no tool has two rows');
  for (const row of rows)
    for (const column of ['HOST_TOOL_FOR', 'HOST_TOOL_PACKAGE_apt-get', 'HOST_TOOL_PACKAGE_dnf'])
      t.true(table.includes(`\n${column}[${row}] = "`), `${column}[${row}]`);
});
