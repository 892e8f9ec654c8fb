import test from 'ava';
import { compareBases, compareOwn, type SignatureParts } from '../../engine/explain/compare-records.ts';

function parts(changes: Partial<SignatureParts['outside']> = {}, more: Partial<SignatureParts> = {}): SignatureParts {
  const outside = {
    recipe: 'app',
    task: 'do_compile',
    files: {},
    locks: {},
    outputs: [],
    dependencies: [],
    identity: {},
  };
  return { base: 'b', surroundings: {}, dependencies: {}, ...more, outside: { ...outside, ...changes } };
}

test('a changed body, a changed value and a value that came or went are each a difference', (t) => {
  const before = { body: 'one ${A}', variables: { A: '1', B: 'x', C: 'gone' } };
  const after = { body: 'two ${A}', variables: { A: '2', B: null, D: 'new' } };
  t.deepEqual(compareBases('do_compile', before, after), [
    { kind: 'variable', name: 'do_compile', from: 'one ${A}', to: 'two ${A}' },
    { kind: 'variable', name: 'A', from: '1', to: '2' },
    { kind: 'variable', name: 'B', from: 'x', to: null },
    { kind: 'variable', name: 'C', from: 'gone', to: undefined },
    { kind: 'variable', name: 'D', from: undefined, to: 'new' },
  ]);
});

test('names that only follow from a changed text are no causes of their own', (t) => {
  const before = { body: 'run ${OLD}', variables: { OLD: '${DEEP}', DEEP: 'x' } };
  const after = { body: 'run ${NEW}', variables: { NEW: '${DEEPER}', DEEPER: 'y' } };
  t.deepEqual(
    compareBases('do_compile', before, after).map((each) => (each.kind === 'variable' ? each.name : each.kind)),
    ['do_compile'],
  );
});

test('a word that a list gained or lost is told as that, not as a change of what asks for it', (t) => {
  const text = (state: string): string => `echo\nFEATURES{pam} = ${state}\nFEATURES{x11} = set`;
  const difference = compareBases(
    'do_compile',
    { body: text('unset'), variables: {} },
    { body: text('set'), variables: {} },
  );
  t.deepEqual(difference, [{ kind: 'word', name: 'FEATURES', word: 'pam', isSet: true }]);
});

test('sources, locks, tools, outputs and dependencies are compared each for itself', (t) => {
  const before = parts(
    {
      files: { 'file://a': '1', 'file://b': '1' },
      locks: { root: '1' },
      identity: { platform: 'x' },
      dependencies: ['lib:do_stage'],
    },
    { dependencies: { 'lib:do_stage': 's' }, surroundings: { SANDBOX_ROOT: '/r' } },
  );
  const after = parts(
    {
      files: { 'file://a': '2' },
      locks: { root: '2' },
      identity: { platform: 'y' },
      outputs: ['out'],
      dependencies: ['zlib:do_stage'],
      taint: 't',
    },
    { dependencies: { 'zlib:do_stage': 's' } },
  );
  t.deepEqual(compareOwn(before, after), [
    { kind: 'variable', name: 'SANDBOX_ROOT', from: '/r', to: undefined },
    { kind: 'file', name: 'file://a', from: '1', to: '2' },
    { kind: 'file', name: 'file://b', from: '1', to: undefined },
    { kind: 'lock', root: 'root', from: '1', to: '2' },
    { kind: 'identity', name: 'platform', from: 'x', to: 'y' },
    { kind: 'outputs', from: [], to: ['out'] },
    { kind: 'dependencies', added: ['zlib:do_stage'], removed: ['lib:do_stage'] },
    { kind: 'taint' },
  ]);
});

test('what is equal has no differences', (t) => {
  t.deepEqual(compareOwn(parts(), parts()), []);
  t.deepEqual(
    compareBases('do_compile', { body: 'a', variables: { A: null } }, { body: 'a', variables: { A: null } }),
    [],
  );
});
