import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { eventFormat } from '../../engine/messages/event-lines.ts';

function text(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
}

const page = text('docs/reference/events.md');

for (const name of ['event-lines', 'build-event', 'hold-reason', 'task-outcome', 'stored-diagnostic']) {
  test(`docs/reference/events.md names every member of the types in messages/${name}.ts`, (t) => {
    const members = [...text(`engine/messages/${name}.ts`).matchAll(/readonly (\w+)\??:/g)].map(([, member]) => member);
    t.true(members.length > 3);
    for (const member of members) t.true(page.includes(`\`${member}\``), member);
  });
}

test('docs/reference/events.md names the version and every kind', (t) => {
  t.true(page.includes(`\`${eventFormat}\``));
  for (const name of ['build-event', 'hold-reason', 'reason']) {
    const kinds = [...text(`engine/messages/${name}.ts`).matchAll(/readonly kind: '([\w-]+)'/g)].map(
      ([, kind]) => kind,
    );
    t.true(kinds.length > 3);
    for (const kind of kinds) t.true(page.includes(`| \`${kind}\` |`), kind);
  }
});
