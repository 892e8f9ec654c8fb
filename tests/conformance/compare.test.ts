import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { errorDiagnostic } from '../../engine/base/diagnostic.ts';
import { SourceText } from '../../engine/base/source-text.ts';
import { makeScratch, readCases, readExpected } from './cases.ts';
import { differences } from './compare.ts';
import { computeAnswers } from './compute-answers.ts';
import { failureAnswer, messageOf } from './loaded-project.ts';

const query = (kind: string) => ({ id: 'q', kind });

test('a failure agrees when place and words do, whatever else the messages say', (t) => {
  const expected = { fails: true, stage: 'recipes', file: 'a.bb', line: 2, messages: ['x'], keywords: ['odd'] };
  const answer = { fails: true, stage: 'recipes', file: 'a.bb', line: 2, messages: ['an odd thing'] };
  t.deepEqual(differences(query('error'), expected, answer), []);
  t.is(differences(query('error'), expected, { ...answer, line: 3 }).length, 1);
  t.is(differences(query('error'), expected, { ...answer, messages: [] }).length, 1);
  t.is(differences(query('error'), expected, { fails: false }).length, 1);
  t.is(differences(query('variables'), { vars: {} }, answer).length, 1);
});

test('a place that was not recorded is not compared', (t) => {
  const answer = { fails: true, stage: 'recipes', file: 'a.bb', line: 2, messages: [] };
  t.deepEqual(differences(query('error'), { fails: true, stage: 'recipes' }, answer), []);
});

test('values are compared as texts, and failed expansions as failed', (t) => {
  const expected = { vars: { A: '1', B: null, C: { error: 'division by zero' } } };
  t.deepEqual(differences(query('variables'), expected, { vars: { A: '1', B: null, C: { error: 'other' } } }), []);
  t.is(differences(query('variables'), expected, { vars: { A: '1', B: '', C: { error: 'x' } } }).length, 1);
  t.is(differences(query('variables'), expected, { vars: { A: '1', B: null, C: 'value' } }).length, 1);
});

test('warnings are compared by number, place and words; a base name is enough for a file', (t) => {
  const expected = { fails: false, warnings: [{ message: 'm', file: 'a.bb', line: 2 }], keywords: ['tabs'] };
  const warning = { message: 'found tabs', file: 'meta/recipes/a.bb', line: 2 };
  t.deepEqual(differences(query('warnings'), expected, { fails: false, warnings: [warning] }), []);
  t.true(differences(query('warnings'), expected, { fails: false, warnings: [warning, warning] }).length > 0);
  t.true(differences(query('warnings'), expected, { fails: false, warnings: [] }).length > 0);
});

test('of providers the messages count only as there or not', (t) => {
  const expected = { targets: { a: { pn: 'a', multiple: false, warnings: ['w'] } } };
  const target = { pn: 'a', multiple: false };
  t.deepEqual(differences(query('providers'), expected, { targets: { a: { ...target, warnings: ['other'] } } }), []);
  t.is(differences(query('providers'), expected, { targets: { a: target } }).length, 1);
});

test('the line of a failure is the one in which the statement ends', (t) => {
  const source = new SourceText('/p/a.bb', 'A = "x \\\n  y" z\n');
  const end = { span: source.span(9, 15), message: 'the statement ends here' };
  const wrong = errorDiagnostic('syntax-error', 'wrong', { span: source.span(4, 5), related: [end] });
  const answer = failureAnswer([wrong], 'recipes', '/p');
  t.deepEqual([answer?.file, answer?.line], ['a.bb', 2]);
  t.regex(messageOf(wrong), /^\/p\/a.bb:1:5: error: wrong \[syntax-error\]\nBitBake: unparsed line/);
});

test('answers are computed without the recorded ones, and hold no path of the machine', async (t) => {
  const scratch = makeScratch();
  t.teardown(() => scratch.remove());
  const folder = join(scratch.path, 'cases', '001-one');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const skeleton = join(scratch.path, 'skeleton');
  write(join(skeleton, 'conf/bblayers.conf'), 'BBPATH = "${TOPDIR}"\nBBLAYERS = "${TOPDIR}/meta"\n');
  write(
    join(skeleton, 'meta/conf/layer.conf'),
    'BBPATH .= ":${LAYERDIR}"\nBBFILES = "${LAYERDIR}/*.bb"\nBBFILE_COLLECTIONS = "m"\nBBFILE_PATTERN_m = "^${LAYERDIR}/"\n',
  );
  write(join(skeleton, 'meta/conf/bitbake.conf'), 'PN = "app"\nA = "${TOPDIR}/a"\n');
  write(join(skeleton, 'meta/classes/base.bbclass'), '');
  write(join(folder, 'meta/app.bb'), 'B = "b"\n');
  const queries = [{ id: 'v', kind: 'variables', file: 'meta/app.bb', vars: ['A', 'B', 'C'] }];
  write(join(folder, 'case.json'), JSON.stringify({ title: 't', queries, expected: { v: 'not looked at' } }));
  const [only] = readCases(join(scratch.path, 'cases'));
  const projects = join(scratch.path, 'projects');
  mkdirSync(projects);
  const answers = await computeAnswers(only!, projects);
  t.deepEqual(answers, { v: { vars: { A: '${PROJECT}/a', B: 'b', C: null } } });
  t.deepEqual(readExpected(only!), { v: 'not looked at' });
  cpSync(folder, `${folder}2`, { recursive: true });
  rmSync(`${folder}2/case.json`);
  t.is(readCases(join(scratch.path, 'cases')).length, 1);
});
