import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from '../../archive/gzip.ts';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { digestOf, digestOfFile } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';

const run = promisify(execFile);

/** Files indexed at the same time: each is one short dpkg-deb process and one hash. */
const PARALLEL = 4;

/**
 * Writes `Packages`, `Packages.gz` and `Release` of a flat repository, so that apt reads `deb [trusted=yes] copy:DIR ./`.
 * `debs` are paths relative to the directory; `outputs` says which task output each is part of (field Stx-Output).
 * Throws an StxError (`bad-package-file`) for a file dpkg-deb cannot read.
 */
export async function writeDebIndex(
  directory: string,
  debs: readonly string[],
  outputs: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const stanzas = await debStanzas(directory, debs, outputs);
  await mkdir(directory, { recursive: true });
  const files = await writePackagesFiles(directory, '.', stanzas);
  await replaceFile(join(directory, 'Release'), releaseText(new Map(), files));
}

/** What the Release file of a suite says besides its checksums. */
export interface DebSuite {
  readonly codename: string;
  readonly component: string;
  readonly architectures: readonly string[];
  readonly origin: string;
  /** Seconds since 1970. */
  readonly date: number;
}

/**
 * Writes the index of a repository with suites below `dists/CODENAME`, as apt reads it from `deb URL CODENAME COMPONENT`.
 * `debs` are paths relative to the directory.
 */
export async function writeDebSuite(
  directory: string,
  debs: readonly string[],
  more: { readonly suite: DebSuite; readonly outputs?: ReadonlyMap<string, string> },
): Promise<void> {
  const { suite } = more;
  const stanzas = await debStanzas(directory, debs, more.outputs ?? new Map());
  const top = join(directory, 'dists', suite.codename);
  const files: (readonly [string, Uint8Array])[] = [];
  for (const architecture of suite.architectures) {
    const own = stanzas.filter((each) => ['all', architecture].includes(parseControl(each).get('Architecture') ?? ''));
    const place = `${suite.component}/binary-${architecture}`;
    await mkdir(join(top, place), { recursive: true });
    files.push(...(await writePackagesFiles(top, place, own)));
  }
  const fields = new Map([
    ['Origin', suite.origin],
    ['Label', suite.origin],
    ['Suite', suite.codename],
    ['Codename', suite.codename],
    ['Architectures', suite.architectures.join(' ')],
    ['Components', suite.component],
    ['Date', new Date(suite.date * 1000).toUTCString().replace('GMT', 'UTC')],
  ]);
  await replaceFile(join(top, 'Release'), releaseText(fields, files));
}

/** One stanza per package, in the order of their file names. */
async function debStanzas(
  directory: string,
  debs: readonly string[],
  outputs: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const names = [...new Set(debs.map((each) => normalize(each)))].sort(compareCodePoints);
  const stanzas: string[] = new Array(names.length).fill('');
  const queue = names.entries();
  const worker = async () => {
    for (const [index, name] of queue)
      stanzas[index] = `${await debStanza(directory, name)}${outputField(outputs.get(name))}`;
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return stanzas;
}

/** Writes the two forms of an index below `top/place`; gives their names below `top` with their contents. */
async function writePackagesFiles(
  top: string,
  place: string,
  stanzas: readonly string[],
): Promise<readonly (readonly [string, Uint8Array])[]> {
  const packages = Buffer.from(stanzas.map((each) => `${each}\n`).join(''));
  const files = [
    ['Packages', packages],
    ['Packages.gz', gzip(packages)],
  ] as const;
  for (const [name, content] of files) await replaceFile(join(top, place, name), content);
  return files.map(([name, content]) => [normalize(join(place, name)), content] as const);
}

function outputField(output: string | undefined): string {
  return output === undefined ? '' : `Stx-Output: ${output}\n`;
}

async function debStanza(directory: string, name: string): Promise<string> {
  const path = join(directory, name);
  const control = await controlFields(path);
  const digest = await digestOfFile(path);
  return `${control.trimEnd()}\nFilename: ${dirname(name) === '.' ? './' : ''}${name}\nSize: ${digest.sizeBytes}\nSHA256: ${digest.hash}\n`;
}

async function controlFields(path: string): Promise<string> {
  try {
    return (await run('dpkg-deb', ['-f', path], { env: commandEnvironment, maxBuffer: 1 << 24 })).stdout;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (failure.code === 'ENOENT') {
      throw systemError(error, 'running', 'dpkg-deb');
    }
    throw StxError.of(
      'bad-package-file',
      `\`${path}\` is not a package: ${failure.stderr?.trim() ?? failure.message}`,
      {
        origin: 'environment',
        cause: error,
        help: 'remove the file, so that it is made or fetched again',
      },
    );
  }
}

const commandEnvironment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

function releaseText(fields: ReadonlyMap<string, string>, files: readonly (readonly [string, Uint8Array])[]): Buffer {
  const sums = files.map(([name, bytes]) => {
    const digest = digestOf(bytes);
    return ` ${digest.hash} ${digest.sizeBytes} ${name}\n`;
  });
  // apt warns about a Release without a date; it is fixed because the index is a function of the packages alone.
  const all = new Map([['Date', 'Thu, 01 Jan 1970 00:00:00 UTC'], ...fields]);
  const lines = [...all].filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}\n`);
  return Buffer.from(`${lines.join('')}SHA256:\n${sums.join('')}`);
}

async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${process.pid}.index.tmp`);
  await writeFile(temporary, content);
  await rename(temporary, path);
}

/** Reads a `Packages` file back: one map of fields per stanza. */
export async function readDebIndex(path: string): Promise<readonly ReadonlyMap<string, string>[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split(/\n{2,}/)
    .filter((stanza) => stanza.trim() !== '')
    .map(parseControl);
}

/** One control stanza as a map; continuation lines keep their line ends. */
export function parseControl(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let last: string | undefined;
  for (const line of stanza.split('\n')) {
    const field = /^([^\s:]+):[ \t]*(.*)$/.exec(line);
    if (field?.[1] !== undefined) {
      last = field[1];
      fields.set(last, field[2] ?? '');
    } else if (last !== undefined && /^[ \t]/.test(line)) {
      fields.set(last, `${fields.get(last)}\n${line}`);
    }
  }
  return fields;
}
