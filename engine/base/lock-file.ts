import { canonicalJson, compareCodePoints, type Json } from './canonical-json.ts';
import type { LockRecord } from './lock-record.ts';
import { SourceText } from './source-text.ts';
import { StxError } from './stx-error.ts';

/** Reads a lock file; throws StxError (`invalid-lock-file`) at the line that is wrong. */
export function parseLockFile(text: string, path: string): readonly LockRecord[] {
  const source = new SourceText(path, text);
  const records: LockRecord[] = [];
  let stanza = new Map<string, Field>();
  let offset = 0;
  for (const line of `${source.text}\n`.split('\n')) {
    const place = { source, start: offset, end: offset + line.length };
    offset += line.length + 1;
    if (line.trim() === '') {
      if (stanza.size > 0) records.push(toRecord(stanza));
      stanza = new Map();
    } else if (!line.startsWith('#')) {
      addField(stanza, place);
    }
  }
  rejectDuplicates(records, source);
  return records;
}

/** The text of a lock file: one stanza per record, in an order that does not depend on how they came. */
export function formatLockFile(records: readonly LockRecord[]): string {
  const stanzas = records
    .toSorted(compareRecords)
    .map((each) =>
      [
        `Package: ${each.name}`,
        `Version: ${each.version}`,
        `Architecture: ${each.architecture}`,
        `Filename: ${each.path}`,
        `Size: ${each.sizeBytes}`,
        `SHA256: ${each.sha256}`,
        `Roots: ${each.roots.join(' ')}`,
        '',
      ].join('\n'),
    );
  return `# Locked packages; written by \`stx-bake lock update\`, never by hand.\n\n${stanzas.join('\n')}`;
}

/** Name and version in one text that is unique within a lock file: `bash_5.2_amd64`. */
export function lockRecordId(record: LockRecord): string {
  return `${record.name}_${record.version}_${record.architecture}`;
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

const checks: Readonly<Record<string, RegExp>> = {
  Package: /^[a-z0-9][a-z0-9+.-]*$/,
  Version: /^[A-Za-z0-9.+:~-]+$/,
  Architecture: /^[a-z0-9-]+$/,
  Filename: /^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\s]+$/,
  Size: /^[0-9]{1,15}$/,
  SHA256: /^[0-9a-f]{64}$/,
  Roots: /^\S+( \S+)*$/,
};

function addField(stanza: Map<string, Field>, place: Place): void {
  const line = place.source.text.slice(place.start, place.end);
  const match = /^([A-Za-z0-9]+): *(.*)$/.exec(line);
  const [, name = '', value = ''] = match ?? [];
  const check = checks[name];
  if (!match) throw invalid('expected `Field: value`', place);
  if (!check) throw invalid(`unknown field \`${name}\`, expected one of ${Object.keys(checks).join(', ')}`, place);
  if (stanza.has(name)) throw invalid(`\`${name}\` occurs twice in one record`, place);
  if (!check.test(value)) throw invalid(`\`${value}\` is not a value of \`${name}\``, place);
  stanza.set(name, { value, place });
}

function toRecord(stanza: ReadonlyMap<string, Field>): LockRecord {
  const first = [...stanza.values()][0];
  const get = (name: string): string => {
    const field = stanza.get(name);
    if (!field) throw invalid(`the record lacks \`${name}\``, first?.place);
    return field.value;
  };
  return {
    name: get('Package'),
    version: get('Version'),
    architecture: get('Architecture'),
    path: get('Filename'),
    sizeBytes: Number(get('Size')),
    sha256: get('SHA256'),
    roots: get('Roots').split(' '),
  };
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

const lockHelp = 'write the file anew with `stx-bake lock update`';

function invalid(message: string, span: Place | undefined): StxError {
  return StxError.of('invalid-lock-file', message, { ...(span ? { span } : {}), help: lockHelp });
}

/** The records of one root as canonical JSON: what its digest in signatures is made from. Mirrors' paths do not count. */
export function lockRecordsText(records: readonly LockRecord[], root: string): string {
  const own = records.filter((record) => record.roots.includes(root)).map(({ roots: _, path: __, ...rest }) => rest);
  return canonicalJson(own as unknown as Json);
}
