import { readFile, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { decompressFile } from '../../archive/open-compressed.ts';
import { errorDiagnostic } from '../../base/diagnostic.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { runProcessGroup } from '../process-group.ts';
import { openEntry, type PatchRun, takeBack } from './patch-journal.ts';
import type { PatchStep } from './patch-list.ts';

/** Where patches are applied. */
export interface PatchPlace extends PatchRun {
  readonly sourceDirectory: string;
  /** Folder below `sourceDirectory` that nothing outside of may be changed; empty: all of it. */
  readonly within: string;
  /** The source is a folder of the user: it may have changes of patches already. */
  readonly isExternal?: boolean | undefined;
  readonly signal: AbortSignal;
}

// The user's own settings of patch do not count.
const script =
  'LC_ALL=C; export LC_ALL; unset PATCH_VERSION_CONTROL VERSION_CONTROL POSIXLY_CORRECT PATCH_GET; exec patch "$@"';

/**
 * Applies one patch and gives back what `patch` said; `undefined`: a folder of the user has its changes already. When a hunk
 * fails, everything that this patch changed is put back, and `patch-failed` shows the file, the hunk and the reject.
 */
export async function applyPatch(step: PatchStep, index: number, place: PatchPlace): Promise<string | undefined> {
  const root = isAbsolute(step.directory) ? step.directory : join(place.sourceDirectory, step.directory);
  const input = await plainPatch(step, index, place.workdir);
  const rejects = join(place.workdir, '.patch-rejects');
  const common = [
    `--strip=${step.stripLevel}`,
    '--batch',
    '--binary',
    '--quoting-style=literal',
    `--directory=${root}`,
  ];
  const options = [...common, step.reverse ? '--reverse' : '--forward', `--input=${input}`];
  const trial = await runPatch(['--dry-run', ...options], place.signal);
  if (place.isExternal === true && trial.exitCode !== 0) {
    const back = [...common, step.reverse ? '--forward' : '--reverse', '--fuzz=0', `--input=${input}`];
    if ((await runPatch(['--dry-run', ...back], place.signal)).exitCode === 0) return undefined;
  }
  const files = namedFiles(trial.output);
  checkWithin(step, files, { root, ...place });
  const entry = await openEntry(place, index, { root, files });
  const backup = ['--backup', `--prefix=${entry.backupPrefix}`, '--no-backup-if-mismatch'];
  const done = await runPatch([...options, ...backup, `--reject-file=${rejects}`], place.signal);
  const reject = await readFile(rejects, 'utf8').catch(() => '');
  await rm(rejects, { force: true });
  if (input !== step.path) await rm(input, { force: true });
  if (done.exitCode === 0) return done.output;
  await takeBack(entry.directory);
  place.signal.throwIfAborted();
  throw failure(step, { root, ...place }, { ...done, reject });
}

function checkWithin(step: PatchStep, files: readonly string[], place: PatchPlace & { readonly root: string }): void {
  const { root, sourceDirectory, within } = place;
  const allowed = `${join(sourceDirectory, within)}/`;
  const outside = within === '' ? undefined : files.find((file) => !join(root, file).startsWith(allowed));
  if (outside === undefined) return;
  throw StxError.of('patch-outside', `\`${step.name}\` changes \`${outside}\`, which is not below \`${within}/\``, {
    help: 'a patch of the packaging changes the packaging alone; name one of the source in SRC_URI',
  });
}

async function plainPatch(step: PatchStep, index: number, workdir: string): Promise<string> {
  if (!step.isCompressed) return step.path;
  const path = join(workdir, `.patch-input-${index}`);
  await decompressFile(step.path, path);
  return path;
}

interface Ran {
  readonly exitCode: number;
  readonly output: string;
}

async function runPatch(args: readonly string[], signal: AbortSignal): Promise<Ran> {
  let output = '';
  const onOutput = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  const { exitCode } = await runProcessGroup({
    command: 'sh',
    args: ['-c', script, 'sh', ...args],
    onOutput,
    signal,
  });
  signal.throwIfAborted();
  if (exitCode === 127) {
    throw StxError.of('missing-host-tools', '`patch` is needed to apply patches', { help: 'install `patch`' });
  }
  return { exitCode, output };
}

/** Names that a trial run said it would touch. */
function namedFiles(output: string): readonly string[] {
  const files = new Set<string>();
  for (const match of output.matchAll(
    /^checking (?:file|symbolic link) (.+?)(?: \((?:renamed|copied) from (.+)\))?$/gm,
  )) {
    for (const name of [match[1], match[2]]) if (name !== undefined) files.add(name);
  }
  return [...files];
}

function failure(
  step: PatchStep,
  { root, isExternal }: Pick<PatchPlace, 'isExternal'> & { readonly root: string },
  ran: Ran & { readonly reject: string },
): StxError {
  if (/No space left on device|Disk quota exceeded/.test(ran.output)) {
    return systemError(Object.assign(new Error(ran.output), { code: 'ENOSPC' }), 'patching', root);
  }
  const wrong = failedHunks(ran.output);
  const message = `\`${step.name}\` does not apply${wrong === '' ? '' : `: ${wrong}`}`;
  const detail = [ran.output.trimEnd(), ran.reject.trimEnd()].filter((text) => text !== '').join('\n\n');
  const refresh = `refresh \`${step.path}\` for the sources in \`${root}\`; they are as they were before this patch`;
  const isIn = `; if the folder of EXTERNALSRC has what it does, name \`${step.name}\` in EXTERNALSRC_PATCHED`;
  const help = isExternal === true ? refresh + isIn : refresh;
  return new StxError([errorDiagnostic('patch-failed', message, { detail, help })], { origin: 'task' });
}

/** "hunk 2 of `src/a.c`, line 40; …" out of what `patch` printed. */
function failedHunks(output: string): string {
  const found: string[] = [];
  let file = '';
  for (const line of output.split('\n')) {
    file = /^patching (?:file|symbolic link) (.+?)(?: \(.*\))?$/.exec(line)?.[1] ?? file;
    const hunk = /^Hunk #(\d+) (?:FAILED|ignored) at ([\d,]+)( \(different line endings\))?/.exec(line);
    if (hunk !== null) found.push(`hunk ${hunk[1]} of \`${file}\` at line ${hunk[2]}${hunk[3] ?? ''}`);
    if (/git binary diffs are not supported/.test(line))
      found.push('it changes a binary file, which `patch` cannot do');
    if (/^Reversed \(or previously applied\)/.test(line)) found.push(`\`${file}\` has the change already`);
    if (/^can't find file to patch|^No file to patch/.test(line)) {
      found.push('it names a file that is not there (is `striplevel` right?)');
    }
    if (/garbage|malformed patch|Ignoring potentially dangerous/.test(line)) found.push(line.trim());
  }
  return [...new Set(found)].join('; ');
}
