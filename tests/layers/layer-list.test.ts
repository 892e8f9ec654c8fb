import test from 'ava';
import fc from 'fast-check';
import { StxError } from '../../engine/base/stx-error.ts';
import { withLayer, withLine, withoutEntries } from '../../engine/layers/edit-layer-list.ts';
import { readLayerList } from '../../engine/layers/layer-list.ts';
import { collectionName, newLayerFiles } from '../../engine/layers/new-layer.ts';
import { memoryFiles } from '../support/memory-files.ts';

const evaluator = { evaluate: (): string => '' };
const file = '/b/conf/bblayers.conf';

const listOf = (text: string) =>
  readLayerList({ topDirectory: '/b', files: memoryFiles({ [file]: text }), evaluator, environment: {} });

const added = (text: string): string => withLayer(listOf(text), '/new');
const removed = (text: string, path: string): string => {
  const list = listOf(text);
  return withoutEntries(
    list,
    list.entries.filter((each) => each.path === path),
  );
};

const block = '# Ours.\nBBLAYERS ?= " \\\n    /a \\\n    ${TOPDIR}/b \\\n    /c \\\n"\n# End.\n';

test('a layer is added on a line of its own below the last one, comments and quotes stay', (t) => {
  t.is(added(block), '# Ours.\nBBLAYERS ?= " \\\n    /a \\\n    ${TOPDIR}/b \\\n    /c \\\n    /new \\\n"\n# End.\n');
});

test('a list whose first layer stands behind the quote grows below it', (t) => {
  t.is(added('BBLAYERS = "/a \\\n            /b"\n'), 'BBLAYERS = "/a \\\n            /b \\\n            /new"\n');
});

test('a list on one line grows on that line, an empty one and a missing one too', (t) => {
  t.is(added("BBLAYERS = '/a'\n"), "BBLAYERS = '/a /new'\n");
  t.is(added('BBLAYERS = ""\n'), 'BBLAYERS = "/new"\n');
  t.is(added('BBPATH = "x"'), 'BBPATH = "x"\nBBLAYERS += "/new"\n');
});

test('line ends of another system stay', (t) => {
  t.is(added('BBLAYERS = " \\\r\n  /a \\\r\n"\r\n'), 'BBLAYERS = " \\\r\n  /a \\\r\n  /new \\\r\n"\r\n');
});

test('a layer that stands alone on its line goes with the line', (t) => {
  t.is(removed(block, '/b/b'), '# Ours.\nBBLAYERS ?= " \\\n    /a \\\n    /c \\\n"\n# End.\n');
});

test('a layer between others on a line, behind or before a quote goes alone', (t) => {
  t.is(removed('BBLAYERS = "/a /x /c"\n', '/x'), 'BBLAYERS = "/a /c"\n');
  t.is(removed('BBLAYERS = "/x /c"\n', '/x'), 'BBLAYERS = "/c"\n');
  t.is(removed('BBLAYERS = "/a /x"\n', '/x'), 'BBLAYERS = "/a"\n');
  t.is(removed('BBLAYERS = "/a \\\n  /x"\n', '/x'), 'BBLAYERS = "/a \\\n  "\n');
});

test('every list of the file is read, what `:remove` names is no entry', (t) => {
  const { entries, paths } = listOf(
    'BBLAYERS = "/a"\nBBLAYERS += "${TOPDIR}/../m/"\nBBLAYERS:append = " rel"\nBBLAYERS:remove = "/a"\n',
  );
  t.deepEqual(
    entries.map((each) => each.path),
    ['/a', '/m', '/b/rel'],
  );
  t.deepEqual(paths, ['/m', '/b/rel']);
});

test('a file that cannot be read is an error, not an empty list', (t) => {
  t.throws(() => listOf('BBLAYERS = "/a\n'), { instanceOf: StxError });
  t.throws(() => readLayerList({ topDirectory: '/b', files: memoryFiles({}), evaluator, environment: {} }), {
    message: /no-layers/,
  });
});

test('adding and removing a layer gives the same layers again, and no other line changes', (t) => {
  const path = fc.constantFrom('/a', '/b', '/c', '${TOPDIR}/d', '/x+y', '/e-1.0');
  const lists = fc.uniqueArray(path, { minLength: 1, maxLength: 5 });
  const layout = fc.constantFrom(
    (each: readonly string[]) => `BBLAYERS = "${each.join(' ')}"\n`,
    (each: readonly string[]) => `BBLAYERS ?= " \\\n${each.map((one) => `  ${one} \\\n`).join('')}  "\n`,
    (each: readonly string[]) => `BBLAYERS = "${each.join(' \\\n\t')}"\n`,
    (each: readonly string[]) => `BBLAYERS = ""\n${each.map((one) => `BBLAYERS += "${one}"\n`).join('')}`,
    (each: readonly string[]) => `BBLAYERS ??= "  ${each.join('   ')}  \\\n "\n`,
  );
  fc.assert(
    fc.property(lists, layout, fc.nat(), (paths, format, pick) => {
      const text = `# before\nA = "1"\n${format(paths)}# after\n`;
      const list = listOf(text);
      const grown = listOf(withLayer(list, '/new'));
      t.deepEqual(grown.paths, [...list.paths, '/new']);
      const shrunk = withoutEntries(
        grown,
        grown.entries.filter((each) => each.path === '/new'),
      );
      t.deepEqual(listOf(shrunk).paths, list.paths);
      const gone = list.entries[pick % list.entries.length]!.path;
      t.deepEqual(
        listOf(removed(text, gone)).paths,
        list.paths.filter((each) => each !== gone),
      );
      for (const each of [grown.parsed.source.text, shrunk, removed(text, gone)]) {
        t.true(each.startsWith('# before\nA = "1"\nBBLAYERS') && each.endsWith('# after\n'), each);
      }
    }),
    { numRuns: 500 },
  );
});

test('a line at the end counts where another assignment hides the list', (t) => {
  const list = listOf('BBLAYERS = "/a"\nBBLAYERS ?= "/b"\n');
  t.deepEqual(listOf(withLayer(list, '/new')).paths, ['/a']);
  t.deepEqual(listOf(withLine(list.parsed.source.text, '/new')).paths, ['/a', '/new']);
});

test('the name of a collection is that of the folder without `meta-`', (t) => {
  t.is(collectionName('meta-net'), 'net');
  t.is(collectionName('net'), 'net');
  t.is(collectionName('meta-'), 'meta-');
  for (const folder of ['', '-x', 'a b', 'a:b', 'a$b', 'my_append', 'é']) {
    t.throws(() => collectionName(folder), { instanceOf: StxError }, folder);
  }
});

test('a new layer names the series that the build directory has', (t) => {
  const conf = newLayerFiles({ folder: 'meta-net', priority: 7, series: 'one two' }).get('conf/layer.conf');
  t.regex(conf ?? '', /^BBFILE_PRIORITY_net = "7"\nLAYERSERIES_COMPAT_net = "one two"$/m);
});
