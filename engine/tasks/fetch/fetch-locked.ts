import { basename, join } from 'node:path';
import { type Diagnostic, errorDiagnostic } from '../../base/diagnostic.ts';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import { downloadMany } from '../../net/download.ts';
import { DownloadError } from '../../net/download-error.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { readLockedRecords } from '../locked-records.ts';
import { findPresent, progressReporter, readSettings } from './downloads.ts';
import { isYes, requireVariable, type Variables } from './sources.ts';

const shownFailures = 5;

/** Brings every package that the lock holds for LOCK_ROOT into DL_DIR, under the last part of its path. */
export const run: BuiltinTask = async (context) => {
  const { variables } = context.order;
  const records = await readLockedRecords(context.order);
  const directory = requireVariable(variables, 'DL_DIR');
  const wanted: LockRecord[] = [];
  for (const record of records) {
    context.signal.throwIfAborted();
    const file = { path: join(directory, basename(record.path)), sha256: record.sha256, sizeBytes: record.sizeBytes };
    if ((await findPresent(file, context.log)) === undefined) wanted.push(record);
  }
  context.log(`${records.length} locked packages, ${records.length - wanted.length} of them present`);
  if (wanted.length > 0) await fetchRecords(wanted, directory, context);
  const artifacts: Artifact[] = records.map((record) => ({
    path: join(directory, basename(record.path)),
    sizeBytes: record.sizeBytes,
  }));
  return { artifacts, bytes: wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
};

async function fetchRecords(records: readonly LockRecord[], directory: string, context: TaskContext): Promise<void> {
  const { variables } = context.order;
  const mirrors = usableMirrors(records, variables);
  const requests = records.map((record) => ({
    urls: mirrors.map((mirror) => `${mirror}/${encodeURI(record.path)}`),
    path: join(directory, basename(record.path)),
    sha256: record.sha256,
    sizeBytes: record.sizeBytes,
  }));
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

function usableMirrors(records: readonly LockRecord[], variables: Variables): readonly string[] {
  const all = (variables['LOCK_MIRRORS'] ?? '').split(/\s+/).filter((word) => word !== '');
  const usable = isYes(variables['BB_NO_NETWORK']) ? all.filter((url) => url.startsWith('file:')) : all;
  if (usable.length > 0) return usable.map((mirror) => mirror.replace(/\/+$/, ''));
  if (all.length === 0) requireVariable(variables, 'LOCK_MIRRORS');
  const diagnostics = records.map((record) =>
    errorDiagnostic(
      'network-disabled',
      `\`${all[0]?.replace(/\/+$/, '')}/${record.path}\` is not in DL_DIR, and BB_NO_NETWORK is set`,
      { help: 'unset BB_NO_NETWORK, or fill DL_DIR beforehand' },
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
