import test from 'ava';
import fc from 'fast-check';
import type { Digest } from '../../engine/base/digest.ts';
import { digestOf } from '../../engine/base/sha256.ts';
import type { ActionResult } from '../../engine/sstate/action-cache.ts';
import { decodeActionResult, digestOfResult, encodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import { decodeTree, encodeTree } from '../../engine/sstate/reapi/tree.ts';
import { type FieldWriter, messageBytes } from '../../engine/sstate/reapi/wire.ts';
import type { TreeEntry } from '../../engine/sstate/tree-manifest.ts';

const digest = fc.string().map((text) => digestOf(text));
const name = fc
  .string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
  .filter((each) => !/^\.{1,2}$|[/\0]/.test(each));
const mode = fc.integer({ min: 0, max: 0o7777 });

type Node =
  | { readonly kind: 'file'; readonly mode: number; readonly digest: Digest }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'directory'; readonly mode: number; readonly below: readonly (readonly [string, Node])[] };

const { directory } = fc.letrec<{ directory: readonly (readonly [string, Node])[]; node: Node }>((tie) => ({
  directory: fc.uniqueArray(fc.tuple(name, tie('node')), { selector: ([each]) => each, maxLength: 5 }),
  node: fc.oneof(
    { depthSize: 'small' },
    fc.record({ kind: fc.constant('file'), mode, digest }),
    fc.record({ kind: fc.constant('link'), target: name }),
    fc.record({ kind: fc.constant('directory'), mode, below: tie('directory') }),
  ) as fc.Arbitrary<Node>,
}));

function flat(nodes: readonly (readonly [string, Node])[], prefix = ''): TreeEntry[] {
  return nodes.flatMap(([each, node]): TreeEntry[] => {
    const path = prefix + each;
    if (node.kind !== 'directory') return [{ ...node, path }];
    return [{ kind: 'directory', path, mode: node.mode }, ...flat(node.below, `${path}/`)];
  });
}

function sorted(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}

test('a tree comes back from its bytes, and the order in which it was listed does not matter', (t) => {
  fc.assert(
    fc.property(directory, (nodes) => {
      const bytes = encodeTree({ entries: flat(nodes) });
      t.deepEqual(sorted(decodeTree(bytes)?.entries ?? []), sorted(flat(nodes)));
      t.deepEqual(encodeTree({ entries: flat([...nodes].reverse()) }), bytes);
    }),
    { numRuns: 200 },
  );
});

test('damaged bytes of a tree give no tree or another one, and never an exception', (t) => {
  fc.assert(
    fc.property(directory, fc.nat(), fc.nat(255), (nodes, at, value) => {
      const bytes = encodeTree({ entries: flat(nodes) });
      bytes[at % bytes.length] = value;
      t.notThrows(() => decodeTree(bytes));
      t.notThrows(() => decodeTree(bytes.subarray(0, at % bytes.length)));
    }),
  );
});

test('a tree has the bytes that the Remote Execution API prescribes', (t) => {
  const [a, b] = [digestOf('a'), digestOf('b')];
  const bytes = encodeTree({
    entries: [
      { kind: 'directory', path: 'sub', mode: 0o750 },
      { kind: 'file', path: 'sub/tool', mode: 0o4755, digest: a },
      { kind: 'link', path: 'z', target: 'sub/tool' },
      { kind: 'file', path: 'b', mode: 0o644, digest: b },
    ],
  });
  const varint = (...values: number[]): string => Buffer.from(values).toString('hex');
  const field = (tag: number, content: string): string => varint(tag, content.length / 2) + content;
  const text = (tag: number, value: string): string => field(tag, Buffer.from(value).toString('hex'));
  const digestField = (value: Digest): string =>
    varint(0x12) + varint(68) + text(0x0a, value.hash) + varint(0x10, value.sizeBytes);
  const unixMode = (tag: number, ...value: number[]): string => field(tag, field(0x1a, varint(0x08, ...value)));
  const sub =
    field(0x0a, text(0x0a, 'tool') + digestField(a) + varint(0x20, 1) + unixMode(0x32, 0xed, 0x13)) +
    unixMode(0x2a, 0xe8, 0x03);
  const subDigest = digestOf(Buffer.from(sub, 'hex'));
  const subReference = text(0x0a, 'sub') + digestField(subDigest);
  const root =
    field(0x0a, text(0x0a, 'b') + digestField(b) + unixMode(0x32, 0xa4, 0x03)) +
    field(0x12, subReference) +
    field(0x1a, text(0x0a, 'z') + text(0x12, 'sub/tool'));
  t.is(Buffer.from(bytes).toString('hex'), varint(0x0a, (root.length / 2) | 0x80, 1) + root + field(0x12, sub));
});

test('a directory that stands in a tree several times is stored once, after all that hold it', (t) => {
  const file = { kind: 'file', mode: 0o644, digest: digestOf('') } as const;
  const folder = { kind: 'directory', mode: 0o755 } as const;
  const entries: TreeEntry[] = [
    { ...folder, path: 'a' },
    { ...file, path: 'a/f' },
    { ...folder, path: 'b' },
    { ...folder, path: 'b/a' },
    { ...file, path: 'b/a/f' },
  ];
  const bytes = encodeTree({ entries });
  t.deepEqual(sorted(decodeTree(bytes)?.entries ?? []), sorted(entries));
  t.is(Buffer.from(bytes).toString('latin1').split(digestOf('').hash).length - 1, 1);
});

type Write = (fields: FieldWriter) => void;

function treeOf(root: Write, ...children: Write[]): Uint8Array {
  return messageBytes((fields) => {
    fields.message(1, root);
    for (const child of children) fields.message(2, child);
  });
}

const fileNamed =
  (each: string): Write =>
  (fields) =>
    fields.message(1, (file) => {
      file.text(1, each);
      file.digest(2, digestOf('x'));
    });
const linkNamed =
  (each: string): Write =>
  (fields) =>
    fields.message(3, (link) => {
      link.text(1, each);
      link.text(2, '/etc');
    });

test('a tree whose names would leave their directory, come twice or lie under a link is refused', (t) => {
  for (const each of ['..', '.', '', 'a/b', '/etc/passwd', '../x', 'nul\0'])
    t.is(decodeTree(treeOf(fileNamed(each))), undefined, each);
  const both: Write = (fields) => {
    fileNamed('a')(fields);
    linkNamed('a')(fields);
  };
  t.is(decodeTree(treeOf(both)), undefined, 'the same name twice');
  const child = messageBytes(fileNamed('x'));
  const withChild =
    (hash: Digest): Write =>
    (fields) =>
      fields.message(2, (node) => {
        node.text(1, 'a');
        node.digest(2, hash);
      });
  t.truthy(decodeTree(treeOf(withChild(digestOf(child)), fileNamed('x'))));
  t.is(decodeTree(treeOf(withChild(digestOf('other')), fileNamed('x'))), undefined, 'a directory that is not there');
  const shadowed: Write = (fields) => {
    withChild(digestOf(child))(fields);
    linkNamed('a')(fields);
  };
  t.is(decodeTree(treeOf(shadowed, fileNamed('x'))), undefined, 'a link where a directory is');
});

test('a tree of a few bytes that would unfold into millions of entries is refused', (t) => {
  let below = messageBytes(fileNamed('x'));
  const children = [below];
  for (let level = 0; level < 30; level++) {
    const digestBelow = digestOf(below);
    below = messageBytes((fields) => {
      for (const each of ['a', 'b'])
        fields.message(2, (node) => {
          node.text(1, each);
          node.digest(2, digestBelow);
        });
    });
    children.push(below);
  }
  t.is(
    decodeTree(
      treeOf(
        (root) => root.raw(below),
        ...children.map(
          (each): Write =>
            (child) =>
              child.raw(each),
        ),
      ),
    ),
    undefined,
  );
});

const result: fc.Arbitrary<ActionResult> = fc.record({
  trees: fc.array(digest, { maxLength: 4 }),
  files: fc.dictionary(name, digest, { minKeys: 1, maxKeys: 3 }),
  output: digest,
  dependencies: fc.dictionary(name, name, { maxKeys: 4 }),
  durationMs: fc.nat(),
});

test('a result comes back from its bytes, and a message beside it does not change its digest', (t) => {
  fc.assert(
    fc.property(result, fc.uint8Array({ minLength: 1 }), (each, value) => {
      t.deepEqual({ ...decodeActionResult(encodeActionResult(each)) }, { ...each });
      const signed = { ...each, auxiliary: [{ typeUrl: 'type.googleapis.com/other', value }] };
      t.deepEqual(decodeActionResult(encodeActionResult(signed))?.auxiliary?.[0]?.typeUrl, 'type.googleapis.com/other');
      t.deepEqual(digestOfResult(signed), digestOfResult(each));
    }),
  );
});

test('a change of any single byte of a result, or a lost end, makes it a miss or leaves what it says', (t) => {
  const sample: ActionResult = {
    trees: [digestOf('tree')],
    files: { 'attributes/0': digestOf('attributes') },
    output: digestOf('output'),
    dependencies: { 'lib:do_package': digestOf('lib').hash },
    durationMs: 1234,
  };
  const bytes = encodeActionResult(sample);
  for (let at = 0; at < bytes.length; at++) {
    const changed = Uint8Array.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x11;
    const seen = decodeActionResult(changed);
    if (seen !== undefined)
      t.deepEqual({ ...seen, auxiliary: undefined }, { ...sample, auxiliary: undefined }, `byte ${at}`);
    t.is(decodeActionResult(bytes.subarray(0, at)), undefined, `cut at ${at}`);
  }
});

test('a result is still ours after a server has added fields that we do not know', (t) => {
  const sample: ActionResult = { trees: [], output: digestOf(''), dependencies: {}, durationMs: 0 };
  const extended = messageBytes((fields) => {
    fields.raw(encodeActionResult(sample));
    fields.integer(4, 0);
    fields.text(77, 'later version');
  });
  t.deepEqual(decodeActionResult(extended), sample);
});

test('an ActionResult of another program is a miss', (t) => {
  const foreign = messageBytes((fields) => fields.message(3, (tree) => tree.digest(3, digestOf('tree'))));
  t.is(decodeActionResult(foreign), undefined);
  t.is(decodeActionResult(Buffer.from('{"json": true}')), undefined);
});
