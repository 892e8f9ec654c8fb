import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { diagnosticCodes } from '../../engine/base/diagnostic-codes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const codes = Object.keys(diagnosticCodes);

/** The texts of files, without the backslashes of regular expressions. */
function texts(pattern: string, except: string): string {
  const files = globSync(pattern, { cwd: root }).filter((file) => !file.endsWith(except));
  return files.map((file) => readFileSync(`${root}/${file}`, 'utf8').replaceAll('\\', '')).join('\n');
}

test('every diagnostic code of the table is used by the engine', (t) => {
  const engine = texts('engine/**/*.ts', 'base/diagnostic-codes.ts');
  t.deepEqual(
    codes.filter((code) => !engine.includes(`'${code}'`)),
    [],
  );
});

test('every diagnostic code is expected by a test', (t) => {
  const tests = texts('tests/**/*.test.ts', 'base/diagnostic-codes.test.ts');
  const isExpected = (code: string): boolean =>
    new RegExp(`(?:['\`"[:]|(?:error|warning|note):? )${code}(?:['\`"\\]]|: | \\d)`).test(tests);
  t.deepEqual(
    codes.filter((code) => !isExpected(code)),
    [],
  );
});
