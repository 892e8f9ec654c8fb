import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { Header } from 'tar';
import { openCompressed } from '../../engine/archive/open-compressed.ts';
import { archiveKind, unpackArchive } from '../../engine/archive/unpack-archive.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function sampleTree(path: string): void {
  mkdirSync(join(path, 'top/sub'), { recursive: true });
  writeFileSync(join(path, 'top/run'), '#!/bin/sh\n');
  chmodSync(join(path, 'top/run'), 0o775);
  writeFileSync(join(path, 'top/sub/data'), 'x'.repeat(300_000));
  symlinkSync('../run', join(path, 'top/sub/link'));
  utimesSync(join(path, 'top/run'), 1_000_000, 1_000_000);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof StxError ? (error.diagnostics[0]?.code ?? '') : `other: ${error}`),
  );
}

const forms = [
  ['tar', (tar: string) => tar],
  ['tar.gz', (tar: string) => pack(tar, 'gzip', 'gz')],
  ['tar.bz2', (tar: string) => pack(tar, 'bzip2', 'bz2')],
  ['tar.xz', (tar: string) => pack(tar, 'xz', 'xz')],
  [
    'tar.zst',
    (tar: string) => {
      writeFileSync(`${tar}.zst`, zstdCompressSync(readFileSync(tar)));
      return `${tar}.zst`;
    },
  ],
] as const;

function pack(path: string, program: string, ending: string): string {
  execFileSync(program, ['-k', path]);
  return `${path}.${ending}`;
}

function makeTar(directory: string): string {
  sampleTree(join(directory, 'in'));
  execFileSync('tar', ['-cf', join(directory, 'a.tar'), '-C', join(directory, 'in'), 'top']);
  mkdirSync(join(directory, 'out'));
  return join(directory, 'a.tar');
}

for (const [form, make] of forms) {
  test(`a ${form} is unpacked with content, modes, times and links`, async (t) => {
    using directory = temporaryDirectory();
    const into = join(directory.path, 'out');
    await unpackArchive({ archive: make(makeTar(directory.path)), into });
    t.is(readFileSync(join(into, 'top/sub/link'), 'utf8'), '#!/bin/sh\n');
    t.is(statSync(join(into, 'top/run')).mode & 0o777, 0o755);
    t.is(statSync(join(into, 'top/run')).mtimeMs, 1_000_000_000);
    t.is(statSync(join(into, 'top/sub/data')).size, 300_000);
  });

  test(`a ${form} that is cut short is refused as corrupt`, async (t) => {
    using directory = temporaryDirectory();
    const archive = make(makeTar(directory.path));
    truncateSync(archive, Math.floor(statSync(archive).size / 2));
    t.is(await codeOf(unpackArchive({ archive, into: join(directory.path, 'out') })), 'corrupt-archive');
  });
}

test('a file that is no archive is refused as corrupt', async (t) => {
  using directory = temporaryDirectory();
  const archive = join(directory.path, 'a.tar.gz');
  for (const text of ['<html>not found</html>', '']) {
    writeFileSync(archive, text);
    t.is(await codeOf(unpackArchive({ archive, into: directory.path })), 'corrupt-archive', JSON.stringify(text));
  }
});

interface Member {
  readonly path: string;
  readonly type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'Directory';
  readonly linkpath?: string;
}

function writeTar(path: string, members: readonly Member[]): void {
  const blocks = members.map((member) => {
    const block = Buffer.alloc(512);
    const content = { path: member.path, type: member.type ?? 'File', size: 0, mode: 0o644 } as const;
    new Header({ ...content, ...(member.linkpath === undefined ? {} : { linkpath: member.linkpath }) }).encode(
      block,
      0,
    );
    return block;
  });
  writeFileSync(path, Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

const escapes: readonly (readonly [string, readonly Member[]])[] = [
  ['a path with dots', [{ path: 'a/../../evil' }]],
  ['an absolute path', [{ path: '/tmp/evil' }]],
  ['a symlink to an absolute path', [{ path: 'a', type: 'SymbolicLink', linkpath: '/etc' }]],
  ['a symlink that leads out', [{ path: 'a/b', type: 'SymbolicLink', linkpath: '../../x' }]],
  [
    'a symlink that leads out behind another',
    [
      { path: 'in/dir', type: 'SymbolicLink', linkpath: '..' },
      { path: 'q', type: 'SymbolicLink', linkpath: 'in/dir/../..' },
    ],
  ],
  ['a member behind a symlink', [{ path: 'a', type: 'SymbolicLink', linkpath: 'b' }, { path: 'a/x' }]],
  ['a hard link to the outside', [{ path: 'a', type: 'Link', linkpath: '../../etc/passwd' }]],
  ['a device', [{ path: 'a', type: 'CharacterDevice' }]],
];

for (const [what, members] of escapes) {
  test(`an archive with ${what} is refused as unsafe`, async (t) => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'x/out'), { recursive: true });
    writeTar(join(directory.path, 'a.tar'), members);
    const into = join(directory.path, 'x/out');
    t.is(await codeOf(unpackArchive({ archive: join(directory.path, 'a.tar'), into })), 'unsafe-archive');
    t.deepEqual(readdirSync(join(directory.path, 'x')), ['out']);
    t.false(existsSync('/tmp/evil'));
  });
}

test('a symlink that stays inside is kept', async (t) => {
  using directory = temporaryDirectory();
  writeTar(join(directory.path, 'a.tar'), [
    { path: 'd', type: 'Directory' },
    { path: 'd/l', type: 'SymbolicLink', linkpath: '../x/y' },
  ]);
  mkdirSync(join(directory.path, 'out'));
  t.is(
    await codeOf(unpackArchive({ archive: join(directory.path, 'a.tar'), into: join(directory.path, 'out') })),
    'ok',
  );
});

function zip(members: readonly { readonly path: string; readonly content: string; readonly mode: number }[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { path, content, mode } of members) {
    const packed = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt16LE(0x21, 8);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.byteLength, 14);
    fields.writeUInt32LE(Buffer.byteLength(content), 18);
    fields.writeUInt16LE(Buffer.byteLength(path), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(path), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((mode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x03'), fields, tail, Buffer.from(path)]));
    locals.push(local);
    offset += local.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(directory.byteLength, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end]);
}

test('a zip is unpacked with content, executable bit and links', async (t) => {
  using directory = temporaryDirectory();
  const archive = join(directory.path, 'a.zip');
  const bytes = zip([
    { path: 'd/', content: '', mode: 0o40755 },
    { path: 'd/run', content: 'echo', mode: 0o100755 },
    { path: 'd/link', content: 'run', mode: 0o120777 },
  ]);
  writeFileSync(archive, bytes);
  mkdirSync(join(directory.path, 'out'));
  await unpackArchive({ archive, into: join(directory.path, 'out') });
  t.is(readFileSync(join(directory.path, 'out/d/link'), 'utf8'), 'echo');
  t.is(statSync(join(directory.path, 'out/d/run')).mode & 0o777, 0o755);
  writeFileSync(archive, bytes.subarray(0, bytes.byteLength - 40));
  t.is(await codeOf(unpackArchive({ archive, into: join(directory.path, 'out') })), 'corrupt-archive');
});

test('a zip whose member leads out writes nothing', async (t) => {
  using directory = temporaryDirectory();
  const archive = join(directory.path, 'a.zip');
  writeFileSync(
    archive,
    zip([
      { path: 'ok', content: 'x', mode: 0o100644 },
      { path: '../evil', content: 'x', mode: 0o100644 },
    ]),
  );
  mkdirSync(join(directory.path, 'out'));
  t.is(await codeOf(unpackArchive({ archive, into: join(directory.path, 'out') })), 'unsafe-archive');
  t.deepEqual(readdirSync(join(directory.path, 'out')), []);
});

test('a compressed file that is cut short is refused when it is only read', async (t) => {
  using directory = temporaryDirectory();
  const plain = join(directory.path, 'a');
  writeFileSync(plain, Array.from({ length: 50_000 }, (_, index) => `${index * 7919}`).join(' '));
  for (const [program, ending] of [
    ['gzip', 'gz'],
    ['xz', 'xz'],
    ['bzip2', 'bz2'],
  ] as const) {
    const path = pack(plain, program, ending);
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const read = async () => {
      for await (const _ of openCompressed(path));
    };
    t.is(await codeOf(read()), 'corrupt-archive', program);
  }
});

test('the name tells an archive from one compressed file', (t) => {
  t.deepEqual(['a.tar.xz', 'a.tgz', 'a.zip', 'a.patch.gz', 'a.c'].map(archiveKind), [
    'archive',
    'archive',
    'archive',
    'compressed-file',
    'plain',
  ]);
});
