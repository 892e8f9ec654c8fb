import test from 'ava';
import { parseSrcUri } from '../../engine/base/src-uri.ts';
import { findLocalFile, findLocalSources } from '../../engine/metadata/local-files.ts';
import { metadataProject } from '../support/metadata-project.ts';

test('a local file is taken from the strongest override folder of the first directory that has it', (t) => {
  const { recipe, reader } = metadataProject({
    '/meta/recipes/app_1.bb': 'SRC_URI = "file://a.patch file://b.patch;striplevel=0 https://host/x.tgz file://gone"\n',
    '/meta/recipes/app-1/a.patch': 'general',
    '/meta/recipes/app-1/board/a.patch': 'board',
    '/meta/recipes/app-1/pn-app/a.patch': 'pn',
    '/meta/recipes/files/b.patch': 'b',
  });
  const sources = findLocalSources(recipe('app').datastore, reader);
  t.deepEqual(
    sources.map(({ name, path }) => [name, path]),
    [
      ['a.patch', '/meta/recipes/app-1/pn-app/a.patch'],
      ['b.patch', '/meta/recipes/files/b.patch'],
      ['gone', undefined],
    ],
  );
  t.deepEqual(sources[2]?.lookedFor, [
    '/meta/recipes/app-1/pn-app/gone',
    '/meta/recipes/app-1/board/gone',
    '/meta/recipes/app-1/gone',
    '/meta/recipes/app/pn-app/gone',
    '/meta/recipes/app/board/gone',
    '/meta/recipes/app/gone',
    '/meta/recipes/files/pn-app/gone',
    '/meta/recipes/files/board/gone',
    '/meta/recipes/files/gone',
  ]);
});

test('FILESEXTRAPATHS comes before the own directories, and FILESPATH replaces them', (t) => {
  const { recipe, reader } = metadataProject({
    '/meta/recipes/app_1.bb': plainRecipe,
    '/meta/recipes/files/a': 'own',
    '/extra/files/a': 'extra',
    '/extra/recipes/app_%.bbappend': 'FILESEXTRAPATHS:prepend := "/extra/files:"\n',
    '/meta/recipes/lib_1.bb': 'FILESPATH = "/elsewhere"\n',
    '/elsewhere/a': 'elsewhere',
  });
  t.is(findLocalFile(recipe('app').datastore, reader, 'a').path, '/extra/files/a');
  t.is(findLocalFile(recipe('lib').datastore, reader, 'a').path, '/elsewhere/a');
  t.is(findLocalFile(recipe('lib').datastore, reader, '/extra/files/a').path, '/extra/files/a');
});

const plainRecipe = 'SRC_URI = "file://a"\n';

test('an entry of SRC_URI is split into type, path and parameters', (t) => {
  const [http, file] = parseSrcUri(' https://host/a.tar.gz;name=a;sha256sum=0f=;unpack \n file://b c://');
  t.is(http?.type, 'https');
  t.is(http?.url, 'https://host/a.tar.gz');
  t.deepEqual(
    [...(http?.parameters ?? [])],
    [
      ['name', 'a'],
      ['sha256sum', '0f='],
      ['unpack', ''],
    ],
  );
  t.deepEqual([file?.type, file?.path], ['file', 'b']);
});

test('a series is put together: the strongest list, each patch from the strongest folder that has it', (t) => {
  const { recipe, reader } = metadataProject({
    '/meta/recipes/app_1.bb': 'SRC_URI = "file://patches file://plain"\n',
    '/meta/recipes/files/patches/series': 'one.patch\ntwo.patch -p0\n../escaped.patch\n',
    '/meta/recipes/files/patches/one.patch': '1',
    '/meta/recipes/files/patches/two.patch': '2',
    '/meta/recipes/files/board/patches/two.patch': '2 for the board',
    '/meta/recipes/files/plain/x': 'x',
  });
  t.deepEqual(
    findLocalSources(recipe('app').datastore, reader).map(({ name, path }) => [name, path]),
    [
      ['patches', '/meta/recipes/files/patches'],
      ['patches/two.patch', '/meta/recipes/files/board/patches/two.patch'],
      ['plain', '/meta/recipes/files/plain'],
    ],
  );
});
