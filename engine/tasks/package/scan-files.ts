import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import type { InstalledEntry } from './installed-tree.ts';
import type { ElfEntry, NamedThing, Scan } from './package-record.ts';
import { neededLibraries } from './scan-elf.ts';
import { parsePkgConfig } from './scan-pkg-config.ts';
import { normalizedPythonName, parsePythonMetadata, parseRequiresText } from './scan-python.ts';

/** What the files of a package offer to others by name. */
export interface Offers {
  readonly pkgConfig: readonly NamedThing[];
  readonly python: readonly NamedThing[];
}

interface Findings {
  readonly pkgConfig: NamedThing[];
  readonly python: NamedThing[];
  readonly offeredPkgConfig: NamedThing[];
  readonly offeredPython: NamedThing[];
  readonly interpreters: Set<string>;
  readonly pythonVersions: Set<string>;
}

const pkgConfigFile = /\/pkgconfig\/([^/]+)\.pc$/;
const pythonMetadata = /\/[^/]+\.(?:dist-info\/METADATA|egg-info\/PKG-INFO|egg-info)$/;
const pythonModule = /^usr\/(?:local\/)?lib(?:64)?\/python3(?:\.(\d+))?\/(?:site|dist)-packages\//;

/** Reads what the files of a package need and offer. `python` is the system's version, for environment markers. */
export async function scanFiles(
  tree: string,
  contents: {
    readonly entries: readonly InstalledEntry[];
    readonly elves: readonly ElfEntry[];
    readonly python: string;
  },
): Promise<{ readonly needs: Scan; readonly offers: Offers }> {
  const findings: Findings = {
    pkgConfig: [],
    python: [],
    offeredPkgConfig: [],
    offeredPython: [],
    interpreters: new Set(),
    pythonVersions: new Set(),
  };
  for (const entry of contents.entries) {
    if (entry.kind === 'file') await scanFile(tree, { entry, python: contents.python }, findings);
  }
  const own = (offered: readonly NamedThing[]) => new Set(offered.map((each) => each.name));
  const others = (needed: readonly NamedThing[], offered: readonly NamedThing[]) =>
    uniqueThings(needed.filter((each) => !own(offered).has(each.name)));
  return {
    needs: {
      libraries: neededLibraries(contents.elves),
      pkgConfig: others(findings.pkgConfig, findings.offeredPkgConfig),
      python: others(findings.python, findings.offeredPython),
      interpreters: [...findings.interpreters].sort(compareCodePoints),
      pythonVersions: [...findings.pythonVersions].sort(compareCodePoints),
    },
    offers: { pkgConfig: uniqueThings(findings.offeredPkgConfig), python: uniqueThings(findings.offeredPython) },
  };
}

async function scanFile(
  tree: string,
  file: { readonly entry: InstalledEntry; readonly python: string },
  findings: Findings,
): Promise<void> {
  const { path, mode } = file.entry;
  const full = join(tree, path);
  const module = pkgConfigFile.exec(path)?.[1];
  if (module !== undefined) {
    const { version, requires } = parsePkgConfig(await readFile(full, 'utf8'));
    findings.offeredPkgConfig.push(offered(module, version));
    findings.pkgConfig.push(...requires);
  }
  const found = pythonModule.exec(path);
  if (found !== null) {
    findings.pythonVersions.add(found[1] === undefined ? '' : `3.${found[1]}`);
    if (pythonMetadata.test(path)) await scanDistribution(full, file.python, findings);
  }
  if ((mode & 0o111) !== 0) {
    const interpreter = await interpreterOf(full);
    if (interpreter !== undefined) findings.interpreters.add(interpreter);
  }
}

async function scanDistribution(path: string, python: string, findings: Findings): Promise<void> {
  const distribution = parsePythonMetadata(await readFile(path, 'utf8'), python);
  if (distribution === undefined) return;
  findings.offeredPython.push(offered(normalizedPythonName(distribution.name), distribution.version));
  findings.python.push(...distribution.requires);
  if (!path.endsWith('/PKG-INFO')) return;
  const requires = await readFile(join(dirname(path), 'requires.txt'), 'utf8').catch(() => '');
  findings.python.push(...parseRequiresText(requires, python));
}

function offered(name: string, version: string): NamedThing {
  return version === '' ? { name } : { name, operator: '=', version };
}

/** The program of a `#!` line; of `/usr/bin/env NAME` it is `/usr/bin/NAME`. */
async function interpreterOf(path: string): Promise<string | undefined> {
  await using file = await open(path);
  const head = Buffer.alloc(256);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  const line = head.subarray(0, bytesRead).toString('latin1');
  const found = /^#!\s*(\/[^\s\0]+)(?:[ \t]+(?:-S[ \t]+)?([^\s\0]+))?/.exec(line);
  if (found === null) return undefined;
  const [, program = '', argument] = found;
  if (!program.endsWith('/env')) return program;
  return argument === undefined || argument.startsWith('-') || argument.includes('=')
    ? program
    : argument.startsWith('/')
      ? argument
      : `/usr/bin/${argument}`;
}

function uniqueThings(things: readonly NamedThing[]): readonly NamedThing[] {
  const byText = new Map(things.map((each) => [`${each.name} ${each.operator ?? ''} ${each.version ?? ''}`, each]));
  return [...byText.keys()].sort(compareCodePoints).flatMap((key) => byText.get(key) ?? []);
}
