import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Answers, type Case, casesFolder, makeScratch, readCases, readExpected } from './cases.ts';
import { caseDifferences } from './compare.ts';
import { computeAnswers } from './compute-answers.ts';

/** `npm run conformance [-- --cases DIR] [--answers OUT] [--only TEXT]`; ends with `N passed, N failed`. */
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: fileURLToPath(new URL('../../../shared/conformance/cases', import.meta.url)) },
    answers: { type: 'string' },
    only: { type: 'string', default: '' },
  },
});

const started = performance.now();
if (!existsSync(values.cases)) fail(`there is no folder \`${values.cases}\`; name one with --cases DIR`);
const cases = readCases(casesFolder(values.cases), values.only);
if (cases.length === 0) fail(`\`${values.cases}\` holds no case: a case is a folder with a case.json`);
const answers = await answerAll(cases);
if (values.answers !== undefined) writeAnswers(values.answers, answers);
const failed = compareAll(cases, answers);
process.exitCode = failed === 0 ? 0 : 1;

/** The first step: only queries are seen. */
async function answerAll(all: readonly Case[]): Promise<ReadonlyMap<string, Answers>> {
  const scratch = makeScratch();
  try {
    const found = new Map<string, Answers>();
    for (const each of all) found.set(each.name, await computeAnswers(each, scratch.path));
    return found;
  } finally {
    scratch.remove();
  }
}

/** One file for all cases, or one for each when `out` is a folder. */
function writeAnswers(out: string, all: ReadonlyMap<string, Answers>): void {
  const text = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
  if (!out.endsWith('/') && !(existsSync(out) && statSync(out).isDirectory())) {
    writeFileSync(out, text(Object.fromEntries(all)));
    return;
  }
  mkdirSync(out, { recursive: true });
  for (const [name, each] of all) writeFileSync(join(out, `${name}.json`), text(each));
}

/** The second step; gives the number of cases that failed. */
function compareAll(all: readonly Case[], given: ReadonlyMap<string, Answers>): number {
  const known = knownExceptions();
  const totals = { passed: 0, failed: 0, open: 0, runPassed: 0, runFailed: 0 };
  for (const each of all) {
    const expected = readExpected(each);
    if (expected === undefined) {
      totals.open += 1;
      continue;
    }
    const found = caseDifferences(each.queries, expected, given.get(each.name) ?? {});
    const isRun = (id: string): boolean => each.queries.some((query) => query.id === id && query.kind === 'run');
    const runs = each.queries.filter((query) => query.kind === 'run');
    totals.runFailed += runs.filter(({ id }) => found.has(id)).length;
    totals.runPassed += runs.filter(({ id }) => !found.has(id)).length;
    const wrong = [...found].filter(([id]) => !isRun(id));
    if (wrong.length === 0) totals.passed += 1;
    else totals.failed += 1;
    report(each.name, [...found], known);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${all.length} cases in ${seconds} s${totals.open > 0 ? `, ${totals.open} without recorded answers` : ''}`,
  );
  console.log(`run queries: ${totals.runPassed} agree, ${totals.runFailed} differ`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed;
}

function report(
  name: string,
  found: readonly (readonly [string, readonly string[]])[],
  known: ReadonlyMap<string, string>,
): void {
  if (found.length === 0) return;
  const reason = known.get(name);
  console.log(`FAILED ${name}${reason === undefined ? '' : ` (known exception: ${reason})`}`);
  for (const [id, lines] of found) for (const line of lines) console.log(`  ${id}: ${line}`);
}

function knownExceptions(): ReadonlyMap<string, string> {
  const text = readFileSync(new URL('exceptions.json', import.meta.url), 'utf8');
  const entries = JSON.parse(text) as readonly { readonly case: string; readonly reason: string }[];
  return new Map(entries.map((each) => [each.case, each.reason]));
}

function fail(message: string): never {
  console.error(`conformance: ${message}`);
  process.exit(2);
}
