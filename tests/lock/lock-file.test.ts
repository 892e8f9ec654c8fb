import test from 'ava';
import fc from 'fast-check';
import { formatLockFile, parseLockFile } from '../../engine/base/lock-file.ts';
import type { LockRecord } from '../../engine/base/lock-record.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { checkLock, driftText } from '../../engine/lock/check-lock.ts';

const bash: LockRecord = {
  name: 'bash',
  version: '5.2.15-2+b7',
  architecture: 'amd64',
  path: 'pool/main/b/bash/bash_5.2.15-2+b7_amd64.deb',
  sizeBytes: 1491,
  sha256: 'a'.repeat(64),
  roots: ['base', 'image'],
};

const record = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9+.-]{1,8}$/),
  version: fc.stringMatching(/^[0-9][0-9.+~-]{0,6}$/),
  architecture: fc.constantFrom('amd64', 'all'),
  path: fc.stringMatching(/^pool\/[a-z0-9_+]{1,9}\.deb$/),
  sizeBytes: fc.nat(),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  roots: fc.array(fc.stringMatching(/^[a-z-]{1,8}$/), { minLength: 1, maxLength: 3 }),
});
const records = fc.uniqueArray(record, { selector: (each) => `${each.name}_${each.version}_${each.architecture}` });

test('a lock file that was written reads back as the same records', (t) => {
  fc.assert(
    fc.property(records, (locked) => {
      const back = parseLockFile(formatLockFile(locked), 'x.lock');
      const texts = (all: readonly LockRecord[]) => all.map((each) => JSON.stringify(each)).sort();
      t.deepEqual(texts(back), texts(locked));
    }),
  );
});

test('the text of a lock file does not depend on the order of the records', (t) => {
  fc.assert(
    fc.property(records, (locked) => {
      t.is(formatLockFile(locked), formatLockFile(locked.toReversed()));
    }),
  );
});

const broken: readonly (readonly [string, (text: string) => string, RegExp, number])[] = [
  ['a checksum that is too short', (text) => text.replace('aaaa\n', '\n'), /not a value of `SHA256`/, 8],
  ['a path that leaves the mirror', (text) => text.replace('pool/main', '../main'), /not a value of `Filename`/, 6],
  ['an unknown field', (text) => text.replace('Size:', 'Sise:'), /unknown field `Sise`/, 7],
  ['a field given twice', (text) => text.replace('Version:', 'Package: sh\nVersion:'), /occurs twice/, 4],
  ['a line that is no field', (text) => text.replace('Size: 1491', '1491'), /expected `Field: value`/, 7],
  ['a record without a version', (text) => text.replace(/Version:.*\n/, ''), /lacks `Version`/, 3],
];
for (const [title, change, message, line] of broken) {
  test(`${title} is reported at its line`, (t) => {
    const error = t.throws(() => parseLockFile(change(formatLockFile([bash])), 'x.lock'), { instanceOf: StxError });
    const diagnostic = error?.diagnostics[0];
    t.is(diagnostic?.code, 'invalid-lock-file');
    t.regex(diagnostic?.message ?? '', message);
    t.is(diagnostic?.span?.source.position(diagnostic.span.start).line, line);
  });
}

test('a package locked twice is refused', (t) => {
  const text = formatLockFile([bash]);
  t.throws(() => parseLockFile(`${text}\n${text}`, 'x.lock'), { message: /holds `bash_5.2.15-2\+b7_amd64` twice/ });
});

test('a lock that is what the index gives has not drifted', (t) => {
  t.deepEqual(checkLock([bash], [{ ...bash }]), []);
});

test('drift names new versions, other content, new and dropped packages, and other roots', (t) => {
  const named = (name: string, more: Partial<LockRecord> = {}): LockRecord => ({ ...bash, name, ...more });
  const locked = ['a', 'b', 'c', 'e'].map((name) => named(name));
  const current = [
    named('a', { version: '6' }),
    named('b', { sha256: 'b'.repeat(64) }),
    named('d'),
    named('e', { roots: ['image'] }),
  ];
  t.deepEqual(checkLock(locked, current).map(driftText), [
    'a: 5.2.15-2+b7 is locked, the mirror has 6',
    'b: 5.2.15-2+b7 has another content on the mirror',
    'c: 5.2.15-2+b7 would be dropped',
    'd: 5.2.15-2+b7 would be added',
    'e: 5.2.15-2+b7 would be in other roots',
  ]);
});
