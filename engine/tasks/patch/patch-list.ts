import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { archiveKind, plainName } from '../../archive/unpack-archive.ts';
import { type SeriesLine, seriesLines } from '../../base/patch-series.ts';
import { redactUrl } from '../../base/redact.ts';
import { StxError } from '../../base/stx-error.ts';
import { isNo, isYes, type Source } from '../fetch/sources.ts';
import type { PatchSet } from '../unpack/workdir-content.ts';

/** One patch to apply. */
export interface PatchStep {
  readonly name: string;
  readonly path: string;
  readonly isCompressed: boolean;
  readonly stripLevel: number;
  readonly reverse: boolean;
  /** Folder that the names in the patch start from; relative ones count from S. */
  readonly directory: string;
}

/**
 * The patches of a series among the sources, in order (those of the packaging have `pkgmeta=1`); a file `series` stands for
 * the patches that it lists.
 */
export async function listPatches(all: readonly Source[], set: PatchSet): Promise<readonly PatchStep[]> {
  const sources = sourcesOf(all, set);
  const steps: PatchStep[] = [];
  const inSeries = new Set<string>();
  for (const source of sources) {
    const series = await readSeries(source);
    if (series === undefined) continue;
    for (const line of series.lines) inSeries.add(patchPath(line.name, series, sources));
  }
  for (const source of sources) {
    const series = await readSeries(source);
    if (series !== undefined) {
      for (const line of series.lines) {
        const path = patchPath(line.name, series, sources);
        const base = toStep(source, path);
        steps.push({ ...base, name: line.name, stripLevel: line.stripLevel ?? base.stripLevel, reverse: line.reverse });
      }
    } else if (isPatch(source) && !inSeries.has(source.path)) {
      steps.push(toStep(source, source.path));
    }
  }
  return steps;
}

/** Paths of the files `series` among the sources of a series that name no patch at all. */
export async function emptySeries(all: readonly Source[], set: PatchSet): Promise<readonly string[]> {
  const found = await Promise.all(sourcesOf(all, set).map(readSeries));
  return found.flatMap((series) => (series?.lines.length === 0 ? [series.path] : []));
}

function sourcesOf(all: readonly Source[], set: PatchSet): readonly Source[] {
  return all.filter((source) => set === '' || (source.uri.parameters.get('pkgmeta') === '1') === (set === 'packaging'));
}

function isPatch(source: Source): boolean {
  const apply = source.uri.parameters.get('apply');
  if (apply !== undefined) return isYes(apply) && !isNo(apply);
  const name = archiveKind(source.name) === 'compressed-file' ? plainName(source.name) : source.name;
  return /\.(patch|diff)$/.test(name);
}

function toStep(source: Source, path: string): PatchStep {
  const level = source.uri.parameters.get('striplevel') ?? '1';
  if (!/^\d+$/.test(level)) {
    throw StxError.of(
      'bad-source-uri',
      `\`${redactUrl(source.uri.url)}\` has the striplevel \`${level}\`, which is no number`,
      {
        setting: { variable: 'SRC_URI', word: source.uri.word },
      },
    );
  }
  return {
    name: source.name,
    path,
    isCompressed: archiveKind(path) === 'compressed-file',
    stripLevel: Number(level),
    reverse: false,
    directory: source.uri.parameters.get('patchdir') ?? '',
  };
}

interface Series {
  readonly path: string;
  readonly lines: readonly SeriesLine[];
  readonly directory: string | undefined;
  /** Patches of it that lie elsewhere. */
  readonly members?: ReadonlyMap<string, string> | undefined;
}

/** A source that is a file `series`, or a folder that holds one. `apply=no` makes it an ordinary source. */
async function readSeries(source: Source): Promise<Series | undefined> {
  if (source.kind !== 'local' || isNo(source.uri.parameters.get('apply'))) return undefined;
  if (basename(source.path) === 'series') {
    const { path } = source;
    return { path, lines: seriesLines(await readFile(path, 'utf8')), directory: undefined };
  }
  const path = join(source.path, 'series');
  return isFile(path)
    ? { path, lines: seriesLines(await readFile(path, 'utf8')), directory: dirname(path), members: source.members }
    : undefined;
}

/** The thread has nothing else to do: to hand the call to another one takes longer than it does. */
function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** Only what SRC_URI names may be read, or the change of a patch would go unseen. */
function patchPath(name: string, { directory, members }: Series, sources: readonly Source[]): string {
  const member = members?.get(name);
  if (member !== undefined) return member;
  if (directory !== undefined && !isAbsolute(name) && !name.split('/').includes('..')) return join(directory, name);
  const found = sources.find((source) => source.name === name || basename(source.name) === basename(name));
  if (found !== undefined) return found.path;
  throw StxError.of('local-source-missing', `the series names \`${name}\`, which SRC_URI does not`, {
    setting: { variable: 'SRC_URI' },
    help: `add \`file://${name}\` to SRC_URI, or name the whole folder of the series there`,
  });
}
