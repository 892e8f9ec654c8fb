import test from 'ava';
import fc from 'fast-check';
import { canonicalJson, type Json } from '../../engine/base/canonical-json.ts';
import { formatLockFile, lockRecordsText, parseLock, parseLockFile } from '../../engine/base/lock-file.ts';
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

const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
const part = fc.record({ name: fc.stringMatching(/^[a-z0-9_.+]{1,9}$/), sizeBytes: fc.nat(), sha256 });
const binary = {
  name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9+._-]{1,8}$/),
  version: fc.stringMatching(/^[0-9][0-9.+~^:-]{0,6}$/),
  architecture: fc.constantFrom('amd64', 'all', 'x86_64'),
  path: fc.stringMatching(/^pool\/[a-z0-9_+]{1,9}\.deb$/),
  sizeBytes: fc.nat(),
  sha256,
  roots: fc.array(fc.stringMatching(/^[a-z-]{1,8}$/), { minLength: 1, maxLength: 3 }),
};
const fingerprint = fc.stringMatching(/^[0-9A-F]{40}$/);
const record = fc.record(
  {
    ...binary,
    type: fc.constantFrom('rpm' as const, 'dsc' as const, 'srpm' as const),
    repository: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
    signedBy: fingerprint,
    source: fc.stringMatching(/^[a-z0-9.-]{1,9}\.src\.rpm$/),
    license: fc.stringMatching(/^[A-Z][A-Za-z0-9+ ]{0,9}[a-z]$/),
    parts: fc.array(part, { minLength: 1, maxLength: 2 }),
    askedAs: fc.array(fc.constantFrom('pkgconfig(uuid)', '/usr/bin/perl', 'a >= 1'), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['name', 'version', 'architecture', 'path', 'sizeBytes', 'sha256', 'roots'] },
);
const repository = fc.record(
  {
    id: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/),
    index: fc.constantFrom('repodata/repomd.xml', 'dists/stable/InRelease'),
    indexSha256: sha256,
    revision: fc.constantFrom('1735689600', 'Sat, 05 Sep 2026 08:44:28 UTC'),
    signedBy: fc.oneof(fc.array(fingerprint, { minLength: 1, maxLength: 2 }), fc.constant('packages' as const)),
  },
  { requiredKeys: ['id', 'index', 'indexSha256', 'signedBy'] },
);
const records = fc.uniqueArray(record, { selector: (each) => `${each.name}_${each.version}_${each.architecture}` });

test('a lock file that was written reads back as the same records and repositories', (t) => {
  fc.assert(
    fc.property(records, fc.array(repository, { maxLength: 3 }), (locked, repositories) => {
      const back = parseLock(formatLockFile(locked, repositories), 'x.lock');
      const texts = (all: readonly LockRecord[]) =>
        all.map((each) => canonicalJson({ ...each } as unknown as Json)).sort();
      const [first] = repositories;
      const whole = first === undefined ? locked : locked.map((each) => ({ repository: first.id, ...each }));
      t.deepEqual(texts(back.records), texts(whole));
      t.deepEqual(
        back.repositories,
        repositories.map((each) => ({ ...each })),
      );
    }),
  );
});

test('a lock of the first form, without a head, reads on', (t) => {
  const text = formatLockFile([bash]).replace('Lock-Version: 2\n\n', '');
  t.false(text.includes('Lock-Version'));
  t.deepEqual(parseLock(text, 'x.lock'), { repositories: [], records: [bash] });
});

test('a lock of a form that is not known yet is refused', (t) => {
  const text = formatLockFile([bash]).replace('Lock-Version: 2', 'Lock-Version: 3');
  t.throws(() => parseLockFile(text, 'x.lock'), {
    message: /the lock has the form 3, and this stx-bake knows up to 2/,
  });
});

test('where a package lies, who signed it and by what word it is asked for do not change what is made of it', (t) => {
  const text = lockRecordsText([bash], 'base');
  const elsewhere: LockRecord = {
    ...bash,
    ...{ path: 'other/bash.deb', repository: 'security', signedBy: 'A'.repeat(40), roots: ['base'] },
    ...{ askedAs: ['/bin/bash'], source: 'bash', license: 'GPL-3.0-or-later' },
  };
  t.is(lockRecordsText([elsewhere], 'base'), text);
  t.not(lockRecordsText([{ ...bash, sha256: 'c'.repeat(64) }], 'base'), text);
  t.not(lockRecordsText([{ ...bash, type: 'rpm' }], 'base'), text);
});

test('the text of a lock file does not depend on the order of the records', (t) => {
  fc.assert(
    fc.property(records, (locked) => {
      t.is(formatLockFile(locked), formatLockFile(locked.toReversed()));
    }),
  );
});

const broken: readonly (readonly [string, (text: string) => string, RegExp, number])[] = [
  ['a checksum that is too short', (text) => text.replace('aaaa\n', '\n'), /not a value of `SHA256`/, 10],
  ['a path that leaves the mirror', (text) => text.replace('pool/main', '../main'), /not a value of `Filename`/, 8],
  ['an unknown field', (text) => text.replace('Size:', 'Sise:'), /unknown field `Sise`/, 9],
  ['a field given twice', (text) => text.replace('\nVersion:', '\nPackage: sh\nVersion:'), /occurs twice/, 6],
  ['a line that is no field', (text) => text.replace('Size: 1491', '1491'), /expected `Field: value`/, 9],
  ['a record without a version', (text) => text.replace(/^Version:.*\n/m, ''), /lacks `Version`/, 5],
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
