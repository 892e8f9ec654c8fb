import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { pythonReferences } from '../../engine/python/variable-references.ts';

function references(code: string) {
  const { variables, flagsOf, functions, contains } = pythonReferences(code);
  return {
    variables: [...variables].sort(),
    flagsOf: [...flagsOf].sort(),
    functions: [...functions].sort(),
    contains: Object.fromEntries([...contains].map(([name, items]) => [name, [...items].sort()])),
  };
}

const nothing = { variables: [], flagsOf: [], functions: [], contains: {} };

test('getVar, appendVar and oe.utils.conditional with a literal refer to the variable', (t) => {
  const code = "d.getVar('A') or e.data.appendVar('B', 'x') or oe.utils.conditional('C', 'x', 'y', 'z', d)";
  t.deepEqual(references(code), { ...nothing, variables: ['A', 'B', 'C'] });
});

test('a flag is referred to as VAR[flag], one whose name is computed as any flag of the variable', (t) => {
  const found = references("d.getVarFlag('A', 'f') or d.getVarFlag('B', x)");
  t.deepEqual(found, { ...nothing, variables: ['A[f]'], flagsOf: ['B'] });
});

test('contains takes the literal as one item, contains_any and filter take its words', (t) => {
  const code =
    "bb.utils.contains('A', 'x y', '1', '', d) + bb.utils.contains_any('B', 'x y', '1', '', d) + bb.utils.filter('C', 'z', d)";
  t.deepEqual(references(code), { ...nothing, contains: { A: ['x y'], B: ['x', 'y'], C: ['z'] } });
});

test('contains with items that are no literal refers to the whole variable', (t) => {
  t.deepEqual(references("bb.utils.contains('A', ['x'], '1', '', d)"), { ...nothing, variables: ['A'] });
});

test('expand of a literal refers to what the literal refers to', (t) => {
  const code = 'd.expand(\'${A} ${@d.getVar("B")}\')';
  t.deepEqual(references(code), { ...nothing, variables: ['A', 'B'] });
});

test('other calls are functions, by their dotted name', (t) => {
  t.deepEqual(references("f(x.g(1)) + h()[0].strip() + bb.build.exec_func('do_y', d)"), {
    ...nothing,
    functions: ['do_y', 'f', 'h', 'x.g'],
  });
});

test('names that are not literals are not seen', (t) => {
  t.deepEqual(references('d.getVar(name)'), nothing);
});

test('an indented body of statements is read', (t) => {
  const body = "    if d.getVar('A'):\n        for x in d.getVar('B').split():\n            d.setVar('C', f(x))\n";
  t.deepEqual(references(body), { ...nothing, variables: ['A', 'B'], functions: ['d.setVar', 'f'] });
});

test('an empty text refers to nothing', (t) => {
  t.deepEqual(references('  \n'), nothing);
});

test('invalid Python is an error', (t) => {
  const error = t.throws(() => pythonReferences('if:'), { instanceOf: StxError });
  t.is(error.diagnostics[0]!.code, 'python-syntax');
});
