import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { readPrimary } from '../../engine/lock/rpm/primary.ts';
import { readRepositoryIndex, repositoryIndexText } from '../../engine/lock/rpm/repomd.ts';
import { readXml, type XmlEvent } from '../../engine/lock/rpm/xml.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

async function eventsOf(chunks: Iterable<Uint8Array>): Promise<readonly XmlEvent[]> {
  const events: XmlEvent[] = [];
  for await (const each of readXml(chunks)) events.push(each);
  return events;
}

const document = `<?xml version="1.0"?>
<!-- a > comment --><a x='1 > 2' y="&quot;&#x41;&amp;"><b/>fi&lt;é</a>`;

test('XML reads the same wherever its bytes are cut', async (t) => {
  const whole = await eventsOf([Buffer.from(document)]);
  t.deepEqual(
    whole.map((each) =>
      each.kind === 'open' ? [each.name, ...each.attributes.values()] : [`/${each.name}`, each.text],
    ),
    [['a', '1 > 2', '"A&'], ['b'], ['/b', ''], ['/a', 'fi<é']],
  );
  const bytes = Buffer.from(document);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 5 }), async (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      t.deepEqual(await eventsOf(chunks), whole);
    }),
  );
});

for (const text of ['<a><b></a></b>', '<a>', '<a', '</a>']) {
  test(`\`${text}\` is refused`, async (t) => {
    await t.throwsAsync(eventsOf([Buffer.from(text)]));
  });
}

const primary = `<?xml version="1.0"?><metadata packages="1"><package type="rpm"><name>perl-App-x</name><arch>noarch</arch>
<version epoch="4" ver="5.32^git~1" rel="481.el9"/><checksum type="sha256" pkgid="YES">${'a'.repeat(64)}</checksum>
<size package="123" installed="1" archive="2"/><location href="Packages/p/perl.rpm"/>
<format><rpm:license>GPL+ or Artistic</rpm:license><rpm:sourcerpm>perl.src.rpm</rpm:sourcerpm>
<rpm:provides><rpm:entry name="x" ver="9"/></rpm:provides></format></package></metadata>`;

for (const [name, pack] of [
  ['plain', (data: Buffer) => data],
  ['gzip', (data: Buffer) => gzipSync(data)],
  ['zstd', (data: Buffer) => zstdCompressSync(data)],
] as const) {
  test(`a primary index is read when it is packed by ${name}`, async (t) => {
    await using directory = await temporaryDirectory();
    const path = join(directory.path, 'primary');
    await writeFile(path, pack(Buffer.from(primary)));
    const packages = [];
    for await (const each of readPrimary(path)) packages.push(each);
    t.deepEqual(packages, [
      {
        ...{ name: 'perl-App-x', architecture: 'noarch', version: '4:5.32^git~1-481.el9', sizeBytes: 123 },
        ...{ checksum: { type: 'sha256', sum: 'a'.repeat(64) }, path: 'Packages/p/perl.rpm' },
        ...{ license: 'GPL+ or Artistic', source: 'perl.src.rpm', requires: [] },
      },
    ]);
  });
}

test('an index that leads out of its repository, or names no sum, is refused', async (t) => {
  const index = (path: string, sum = `<checksum type="sha256">${'a'.repeat(64)}</checksum>`) =>
    readRepositoryIndex(
      Buffer.from(
        `<repomd><revision>1</revision><data type="primary">${sum}<location href="${path}"/></data></repomd>`,
      ),
    );
  const good = await index('repodata/p.xml.gz');
  t.deepEqual(await readRepositoryIndex(Buffer.from(repositoryIndexText(good))), good);
  for (const path of ['../p.xml', '/etc/passwd', 'http://host.invalid/p', 'a/../../b', '']) {
    await t.throwsAsync(index(path), { message: /has no place/ }, path);
  }
  await t.throwsAsync(index('p.xml', ''), { message: /no checksum/ });
});
