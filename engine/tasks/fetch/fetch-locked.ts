import { type Diagnostic, errorDiagnostic } from '../../base/diagnostic.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import { downloadMany } from '../../net/download.ts';
import { DownloadError } from '../../net/download-error.ts';
import { findKeptFile, keptPaths, settleKeptFile } from '../../net/kept-file.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { readLockedRecords } from '../locked-records.ts';
import { progressReporter, readSettings } from './downloads.ts';
import { lockedBases, lockedUrls } from './locked-urls.ts';
import { isYes, requireVariable, type Variables } from './sources.ts';

const shownFailures = 5;

/**
 * Brings every package that the lock holds for LOCK_ROOT into DL_DIR, under the last part of its path; where a file of that
 * name has another content, with the start of its sum before it (`net/kept-file.ts`).
 */
export const run: BuiltinTask = async (context) => {
  const { variables } = context.order;
  const records = beyond(await readLockedRecords(context.order), variables['LOCK_BASE_ROOT']?.trim() ?? '');
  const directory = requireVariable(variables, 'DL_DIR');
  const kept = new Map<LockRecord, string>();
  for (const record of records) {
    context.signal.throwIfAborted();
    const path = await findKeptFile(directory, record);
    if (path !== undefined) kept.set(record, path);
  }
  const wanted = records.filter((record) => !kept.has(record));
  context.log(`${records.length} locked packages, ${kept.size} of them present`);
  if (wanted.length > 0) await fetchRecords(wanted, directory, context);
  for (const record of wanted) kept.set(record, await settleKeptFile(directory, record));
  const artifacts: Artifact[] = records.map((record) => ({
    path: kept.get(record) ?? '',
    sizeBytes: record.sizeBytes,
  }));
  return { artifacts, bytes: wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
};

/** The records that a root has beyond those of the one that it is laid over (LOCK_BASE_ROOT), which has been fetched. */
function beyond(records: readonly LockRecord[], base: string): readonly LockRecord[] {
  return base === '' ? records : records.filter(({ roots }) => !roots.includes(base));
}

async function fetchRecords(records: readonly LockRecord[], directory: string, context: TaskContext): Promise<void> {
  const { variables } = context.order;
  const requests = records.map((record) => ({
    urls: lockedUrls(record, variables),
    path: keptPaths(directory, record)[1],
    sha256: record.sha256,
    sizeBytes: record.sizeBytes,
  }));
  refuseNetwork(
    records.filter((_, index) => requests[index]?.urls.length === 0),
    variables,
  );
  const bytes = records.reduce((sum, record) => sum + record.sizeBytes, 0);
  const results = await downloadMany(requests, {
    parallel: 8,
    ...readSettings(variables),
    signal: context.signal,
    onProgress: progressReporter(context, { files: records.length, bytes }),
  });
  const diagnostics: Diagnostic[] = [];
  for (const [index, record] of records.entries()) {
    const result = results[index];
    if (result instanceof DownloadError) diagnostics.push(...explain(record, result));
    else if (result !== undefined) logFailures(result.failures, context);
  }
  if (diagnostics.length > 0) throw new StxError(shorten(diagnostics), { origin: 'environment' });
}

function refuseNetwork(records: readonly LockRecord[], variables: Variables): void {
  if (records.length === 0) return;
  const why = isYes(variables['BB_NO_NETWORK'])
    ? 'BB_NO_NETWORK is set'
    : 'BB_FETCH_PREMIRRORONLY is set and no rule of PREMIRRORS fits';
  const diagnostics = records.map((record) =>
    errorDiagnostic(
      'network-disabled',
      `\`${lockedBases(record, variables)[0]}/${record.path}\` is not in DL_DIR, and ${why}`,
      { help: 'unset BB_NO_NETWORK, name a mirror in PREMIRRORS, or fill DL_DIR beforehand' },
    ),
  );
  throw new StxError(shorten(diagnostics), { origin: 'environment' });
}

function explain(record: LockRecord, error: DownloadError): readonly Diagnostic[] {
  if (!error.failures.every((failure) => failure.kind === 'not-found')) return error.diagnostics;
  const tried = error.failures.map((failure) => `\n  ${failure.url}: ${failure.reason}`).join('');
  return [
    errorDiagnostic('locked-file-gone', `no mirror has \`${record.name}\` ${record.version} any more${tried}`, {
      help: 'move the lock to what the mirrors have now: `stx-bake lock update`',
    }),
  ];
}

function logFailures(failures: DownloadError['failures'], context: TaskContext): void {
  for (const failure of failures) context.log(`${failure.url}: ${failure.reason}`);
}

/** The first few; the last of them counts the rest. */
function shorten(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const rest = diagnostics.length - shownFailures;
  const last = diagnostics[shownFailures - 1];
  if (rest <= 0 || last === undefined) return diagnostics;
  const message = `${last.message}\n  and ${rest} more like these`;
  return [...diagnostics.slice(0, shownFailures - 1), { ...last, message }];
}
