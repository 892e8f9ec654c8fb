import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { referencePages } from '../support/generate-reference.ts';

for (const [name, text] of referencePages()) {
  test(`docs/reference/${name} says what the tables of the engine say; \`npm run docs:reference\` writes it`, (t) => {
    const path = fileURLToPath(new URL(`../../docs/reference/${name}`, import.meta.url));
    t.is(readFileSync(path, 'utf8'), text);
  });
}
