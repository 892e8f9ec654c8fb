import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { dependencyText, parseDependencyList } from '../../../engine/tasks/package/dependency.ts';

const parse = (text: string) => parseDependencyList(text, 'RDEPENDS:p').map(dependencyText);

test('names, versions and alternatives are told apart, with or without commas', (t) => {
  t.deepEqual(parse(' a b (>= 1.2)\n own, c(<2) | d  e (= 1-r0) vendor:py:six (> 1)'), [
    'a',
    'b (>= 1.2)',
    'own',
    'c (<< 2) | d',
    'e (= 1-r0)',
    'vendor:py:six (>> 1)',
  ]);
  t.deepEqual(parse(''), []);
  t.deepEqual(parse('a a'), ['a']);
});

test('a capability in rpm’s form is a name like another', (t) => {
  t.deepEqual(parse('python3dist(six) pkgconfig(json-c) (>= 0.15) libx.so.1()(64bit) | python3dist(a.b)(>= 1)'), [
    'python3dist(six)',
    'pkgconfig(json-c) (>= 0.15)',
    'libx.so.1()(64bit) | python3dist(a.b) (>= 1)',
  ]);
});

test('what is no list of packages is an error that shows it', (t) => {
  for (const text of ['(>= 1)', 'a (1.2)', 'a (>= 1', 'a |', '| a', 'a (>= 1) (<< 2)', ', a']) {
    const error = t.throws(() => parse(text), { instanceOf: StxError }, text);
    t.is(error?.diagnostics[0]?.code, 'bad-package-metadata');
    t.true(error?.message.includes(`\`${text}\``));
  }
});
