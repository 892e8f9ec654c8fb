import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { decompressFile } from '../../archive/open-compressed.ts';
import { plainName } from '../../archive/unpack-archive.ts';
import { StxError } from '../../base/stx-error.ts';
import type { PatchStep } from './patch-list.ts';

const mark = '# Added by stx-bake.';
const prefix = 'stx-bake-';
const firstNumber = 9000;

/** The spec file of a source package that lies in a folder; undefined when there is none, or more than one. */
export async function specFile(folder: string): Promise<string | undefined> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.spec'));
  return names.length === 1 ? join(folder, names[0] ?? '') : undefined;
}

/** Puts patches beside a spec file and into it, in place of what an earlier run put there. They must be of level 1. */
export async function addToSpec(steps: readonly PatchStep[], folder: string, spec: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.startsWith(prefix)) await rm(join(folder, name));
  const names: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.stripLevel !== 1 || step.reverse || step.directory !== '') throw notForSpec(step);
    const plain = step.isCompressed ? plainName(step.path) : step.path;
    const name = `${prefix}${String(index + 1).padStart(4, '0')}-${basename(plain)}`;
    if (step.isCompressed) await decompressFile(step.path, join(folder, name));
    else await copyFile(step.path, join(folder, name));
    names.push(name);
  }
  const text = withPatches(await readFile(spec, 'utf8'), names);
  if (text === undefined) throw noPrep(spec);
  await writeFile(`${spec}.new`, text);
  await rename(`${spec}.new`, spec);
}

/**
 * The text of a spec file with patches: a tag for each behind the last source or patch of the preamble, and, unless %prep applies
 * all patches itself (%autosetup, %autopatch), a line for each at its end. Undefined without %prep.
 */
export function withPatches(text: string, names: readonly string[]): string | undefined {
  const lines = text.split('\n');
  const own = lines.filter((line, index) => !line.includes(mark) && !lines[index - 1]?.includes(mark));
  if (names.length === 0) return own.join('\n');
  const start = own.findIndex((line) => /^%prep\b/.test(line));
  if (start === -1) return undefined;
  const length = own.slice(start + 1).findIndex((line) => sections.test(line));
  const end = length === -1 ? own.length : start + 1 + length;
  const prep = own.slice(start, end);
  const appliesAll = prep.some((line) => /^\s*%(autopatch\b|autosetup\b(?!.*\s-N\b))/.test(line));
  const tags = names.flatMap((name, index) => [mark, `Patch${firstNumber + index}: ${name}`]);
  const calls = appliesAll ? [] : names.flatMap((_, index) => [mark, `%patch -P ${firstNumber + index} -p1`]);
  const body = prep.findLastIndex((line) => line.trim() !== '' && !/^\s*#/.test(line)) + 1;
  const preamble = own.slice(0, start);
  const tagsAt = placeOfTags(preamble);
  return [...preamble.slice(0, tagsAt), ...tags, ...preamble.slice(tagsAt), ...prep.slice(0, body), ...calls]
    .concat(prep.slice(body), own.slice(end))
    .join('\n');
}

const sections =
  /^%(build|conf|install|check|clean|files|changelog|package|description|generate_buildrequires|pre|post|preun|postun|trigger\w*)\b/;

/** Behind the last Source or Patch of the preamble that no condition encloses; else before the first section. */
function placeOfTags(preamble: readonly string[]): number {
  let depth = 0;
  let place: number | undefined;
  for (const [index, line] of preamble.entries()) {
    if (/^%(package|description)\b/.test(line)) return place ?? index;
    if (/^\s*%if/.test(line)) depth++;
    if (/^\s*%endif/.test(line)) depth--;
    const isTag = /^(Source|Patch)\d*\s*:/i.test(line);
    if (depth === 0 && (isTag || /^\s*%endif/.test(line)) && (isTag || place !== undefined)) place = index + 1;
  }
  return place ?? preamble.length;
}

function notForSpec(step: PatchStep): StxError {
  return StxError.of('bad-source-uri', `\`${step.name}\` cannot be made a patch of a spec file`, {
    setting: { variable: 'SRC_URI' },
    help: 'make it apply to the root of the source with striplevel 1, without `patchdir` and `-R`',
  });
}

function noPrep(spec: string): StxError {
  return StxError.of('bad-source-package', `\`${basename(spec)}\` has no section %prep that could apply a patch`, {
    help: 'add one with a patch of the packaging (PKGMETA_URI)',
  });
}
