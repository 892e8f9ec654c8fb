import { canonicalJson, compareCodePoints, type Json } from './canonical-json.ts';
import type { Lock, LockedPart, LockedRepository, LockRecord } from './lock-record.ts';
import { SourceText } from './source-text.ts';
import { StxError } from './stx-error.ts';
import { systemError } from './system-error.ts';

/** Reads the records of a lock file; throws StxError (`invalid-lock-file`) at the line that is wrong. */
export function parseLockFile(text: string, path: string): readonly LockRecord[] {
  return parseLock(text, path).records;
}

/** Reads a lock file, of this form or of the first (without a head); throws StxError (`invalid-lock-file`). */
export function parseLock(text: string, path: string): Lock {
  const source = new SourceText(path, text);
  const records: LockRecord[] = [];
  const repositories: LockedRepository[] = [];
  let stanza = new Map<string, Field>();
  let offset = 0;
  for (const line of `${source.text}\n`.split('\n')) {
    const place = { source, start: offset, end: offset + line.length };
    offset += line.length + 1;
    if (line.trim() !== '') {
      if (!line.startsWith('#')) addField(stanza, place);
      continue;
    }
    if (stanza.has('Package')) records.push(toRecord(stanza));
    else if (stanza.has('Lock-Version')) checkVersion(stanza);
    else if (stanza.has('Index')) repositories.push(toRepository(stanza));
    else if (stanza.size > 0) throw invalid('the record lacks `Package`', [...stanza.values()][0]?.place);
    stanza = new Map();
  }
  rejectDuplicates(records, source);
  const first = repositories[0]?.id;
  return {
    repositories,
    records: first === undefined ? records : records.map((each) => ({ repository: first, ...each })),
  };
}

/** The text of a lock file: a stanza per repository and per record, in an order that does not depend on how they came. */
export function formatLockFile(records: readonly LockRecord[], repositories: readonly LockedRepository[] = []): string {
  const stanzas = [
    stanza([['Lock-Version', '2']]),
    ...repositories.map(repositoryStanza),
    ...records.toSorted(compareRecords).map((record) => recordStanza(record, repositories[0]?.id)),
  ];
  return `# Locked packages; written by \`stx-bake lock update\`, never by hand.\n\n${stanzas.join('\n')}`;
}

/** Name and version in one text that is unique within a lock file: `bash_5.2_amd64`. */
export function lockRecordId(record: LockRecord): string {
  return `${record.name}_${record.version}_${record.architecture}`;
}

type Fields = readonly (readonly [string, string | undefined])[];

function stanza(fields: Fields): string {
  return fields.map(([name, value]) => (value === undefined ? '' : `${name}: ${value}\n`)).join('');
}

function repositoryStanza({ id, index, indexSha256, revision, signedBy }: LockedRepository): string {
  return stanza([
    ['Repository', id],
    ['Index', index],
    ['Index-SHA256', indexSha256],
    ['Revision', revision],
    ['Signed-By', signedBy === 'packages' ? signedBy : signedBy.join(' ')],
  ]);
}

/** What is of the first repository does not say so: most is. */
function recordStanza(record: LockRecord, first: string | undefined): string {
  const parts = record.parts?.map((each) => `${each.sha256} ${each.sizeBytes} ${each.name}`).join('; ');
  return stanza([
    ['Package', record.name],
    ['Type', record.type === 'deb' ? undefined : record.type],
    ['Version', record.version],
    ['Architecture', record.architecture],
    ['Repository', record.repository === first ? undefined : record.repository],
    ['Filename', record.path],
    ['Size', String(record.sizeBytes)],
    ['SHA256', record.sha256],
    ['Signed-By', record.signedBy],
    ['Source', record.source],
    ['License', record.license],
    ['Files', parts],
    ['Asked-As', record.askedAs?.join(', ')],
    ['Roots', record.roots.join(' ')],
  ]);
}

interface Place {
  readonly source: SourceText;
  readonly start: number;
  readonly end: number;
}

interface Field {
  readonly value: string;
  readonly place: Place;
}

const path = /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\s]+$/;

const checks: Readonly<Record<string, RegExp>> = {
  Package: /^[A-Za-z0-9][A-Za-z0-9+._-]*$/,
  Type: /^(deb|rpm|dsc|srpm)$/,
  Version: /^[A-Za-z0-9.+:~^_-]+$/,
  Architecture: /^[a-z0-9_-]+$/,
  Repository: /^[A-Za-z0-9_.+-]+$/,
  Filename: path,
  Size: /^[0-9]{1,15}$/,
  SHA256: /^[0-9a-f]{64}$/,
  'Signed-By': /^(packages|[0-9A-F]{40}( [0-9A-F]{40})*)$/,
  Source: /^\S+$/,
  License: /^\S.*$/,
  Files: /^[0-9a-f]{64} \d{1,15} [^\s/;]+(; [0-9a-f]{64} \d{1,15} [^\s/;]+)*$/,
  'Asked-As': /^\S.*$/,
  Roots: /^\S+( \S+)*$/,
  'Lock-Version': /^\d+$/,
  Index: path,
  'Index-SHA256': /^[0-9a-f]{64}$/,
  Revision: /^\S.*$/,
};

function addField(stanza: Map<string, Field>, place: Place): void {
  const line = place.source.text.slice(place.start, place.end);
  const match = /^([A-Za-z0-9-]+): *(.*)$/.exec(line);
  const [, name = '', value = ''] = match ?? [];
  const check = checks[name];
  if (!match) throw invalid('expected `Field: value`', place);
  if (!check) throw invalid(`unknown field \`${name}\`, expected one of ${Object.keys(checks).join(', ')}`, place);
  if (stanza.has(name)) throw invalid(`\`${name}\` occurs twice in one record`, place);
  if (!check.test(value)) throw invalid(`\`${value}\` is not a value of \`${name}\``, place);
  stanza.set(name, { value, place });
}

/** Gives the value of a field that the stanza must have. */
function reader(stanza: ReadonlyMap<string, Field>): (name: string) => string {
  const first = [...stanza.values()][0];
  return (name) => {
    const field = stanza.get(name);
    if (!field) throw invalid(`the record lacks \`${name}\``, first?.place);
    return field.value;
  };
}

function toRecord(stanza: ReadonlyMap<string, Field>): LockRecord {
  const get = reader(stanza);
  const optional = (name: string, field: keyof LockRecord): Partial<LockRecord> => {
    const value = stanza.get(name)?.value;
    return value === undefined ? {} : { [field]: value };
  };
  const parts = stanza.get('Files')?.value.split('; ').map(toPart);
  const askedAs = stanza.get('Asked-As')?.value.split(', ');
  return {
    name: get('Package'),
    ...optional('Type', 'type'),
    version: get('Version'),
    architecture: get('Architecture'),
    ...optional('Repository', 'repository'),
    path: get('Filename'),
    sizeBytes: Number(get('Size')),
    sha256: get('SHA256'),
    ...optional('Signed-By', 'signedBy'),
    ...optional('Source', 'source'),
    ...optional('License', 'license'),
    ...(parts === undefined ? {} : { parts }),
    ...(askedAs === undefined ? {} : { askedAs }),
    roots: get('Roots').split(' '),
  };
}

function toPart(text: string): LockedPart {
  const [sha256 = '', size = '', name = ''] = text.split(' ');
  return { name, sizeBytes: Number(size), sha256 };
}

function toRepository(stanza: ReadonlyMap<string, Field>): LockedRepository {
  const get = reader(stanza);
  const signedBy = get('Signed-By');
  return {
    id: get('Repository'),
    index: get('Index'),
    indexSha256: get('Index-SHA256'),
    ...(stanza.has('Revision') ? { revision: get('Revision') } : {}),
    signedBy: signedBy === 'packages' ? signedBy : signedBy.split(' '),
  };
}

/** A lock of a later program may mean what this one does not know. */
function checkVersion(stanza: ReadonlyMap<string, Field>): void {
  const field = stanza.get('Lock-Version');
  if (field === undefined || Number(field.value) <= 2) return;
  throw StxError.of('invalid-lock-file', `the lock has the form ${field.value}, and this stx-bake knows up to 2`, {
    span: field.place,
    help: 'use the stx-bake that wrote it, or a later one',
  });
}

function rejectDuplicates(records: readonly LockRecord[], source: SourceText): void {
  const seen = new Set<string>();
  for (const record of records) {
    const id = lockRecordId(record);
    if (seen.has(id)) {
      throw StxError.of('invalid-lock-file', `\`${source.path}\` holds \`${id}\` twice`, { help: lockHelp });
    }
    seen.add(id);
  }
}

function compareRecords(a: LockRecord, b: LockRecord): number {
  return compareCodePoints(a.name, b.name) || compareCodePoints(lockRecordId(a), lockRecordId(b));
}

/** What is said of a lock file that cannot be read: `lock-missing` when there is none. */
export function lockUnreadable(error: unknown, path: string): StxError {
  const setting = { variable: 'LOCK_FILE' };
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
    return systemError(error, 'reading the lock file', path, { setting, help: lockHelp });
  }
  return StxError.of('lock-missing', `there is no lock file \`${path}\` yet`, {
    setting,
    help: 'run `stx-bake lock update` (`stx-bake lock update mc:NAME` for the configuration NAME), which writes it from the signed indexes of the repositories that REPOSITORIES names',
  });
}

const lockHelp = 'write the file anew with `stx-bake lock update`';

function invalid(message: string, span: Place | undefined): StxError {
  return StxError.of('invalid-lock-file', message, { ...(span ? { span } : {}), help: lockHelp });
}

/** Root that holds what an image needs of the vendor besides its own packages; it is laid over the image's root, and may be empty. */
export function runTimeRoot(image: string): string {
  return `${image}:run`;
}

/** The records of a root, or of several (`build-root fm-common`: names with spaces between them). */
export function lockRecordsOf(records: readonly LockRecord[], roots: string): readonly LockRecord[] {
  const names = roots.split(/\s+/).filter((name) => name !== '');
  return records.filter((record) => names.some((name) => record.roots.includes(name)));
}

/**
 * The records of a root, or of several, as canonical JSON: what their digest in signatures is made from. What is the same
 * package from another place, or by another name, counts as the same.
 */
export function lockRecordsText(records: readonly LockRecord[], roots: string): string {
  const own = lockRecordsOf(records, roots).map(({ name, type, version, architecture, sizeBytes, sha256, parts }) => ({
    ...{ name, version, architecture, sizeBytes, sha256 },
    ...(type === undefined || type === 'deb' ? {} : { type }),
    ...(parts === undefined ? {} : { parts }),
  }));
  return canonicalJson(own as unknown as Json);
}
