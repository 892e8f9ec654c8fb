import fc from 'fast-check';

/** A statement as its fields, with the text that says it. */
export interface Written {
  readonly fields: object;
  readonly text: string;
}

const letters = (characters: string, maxLength = 8) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength });
const name = letters('ABcd019-.').map((each) => `N${each}`);
const word = letters('abc_09', 6);
const words = fc.array(word, { minLength: 1, maxLength: 3 });
const operator = fc.constantFrom('=', '?=', '??=', ':=', '+=', '=+', '.=', '=.');
const gap = fc.constantFrom(' ', '  ', '\t', ' \\\n', ' \\  \n  ');
const end = fc.constantFrom('\n', ' \t\n', '\r\n');

/** A value without its quotes: no quote of its own kind, no backslash at a line's end. */
const quoted = fc.tuple(fc.constantFrom('"', "'"), letters('ab${}@#=\\. [', 12)).map(([quote, text]) => {
  const other = quote === '"' ? "'" : '"';
  const value = `${text}${other}`;
  return { value, text: `${quote}${value}${quote}` };
});

/** An assignment to a variable. */
export const assignment = fc
  .record({ name, operator, quoted, before: gap, after: gap, end, exported: fc.boolean() })
  .map(
    (it): Written => ({
      fields: { kind: 'assign', name: it.name, operator: it.operator, value: it.quoted.value, exported: it.exported },
      text: `${it.exported ? 'export ' : ''}${it.name}${it.before}${it.operator}${it.after}${it.quoted.text}${it.end}`,
    }),
  );

/** An assignment to a flag. */
export const flagged = fc.record({ name, flag: letters('ab+.-_1'), operator, quoted, end }).map(
  (it): Written => ({
    fields: { kind: 'assign-flag', name: it.name, flag: it.flag, operator: it.operator, value: it.quoted.value },
    text: `${it.name}[${it.flag}] ${it.operator} ${it.quoted.text}${it.end}`,
  }),
);

/** A keyword with words behind it. */
export const command = fc.record({ words, gap, end }).chain(({ words: list, gap: blank, end: tail }) => {
  const rest = list.join(' ');
  const line = (keyword: string, fields: object): Written => ({ fields, text: `${keyword}${blank}${rest}${tail}` });
  return fc.constantFrom(
    line('include', { kind: 'include', path: rest, mode: 'include' }),
    line('require', { kind: 'include', path: rest, mode: 'require' }),
    line('inherit', { kind: 'inherit', classes: rest, deferred: false }),
    line('inherit_defer', { kind: 'inherit', classes: rest, deferred: true }),
    line('deltask', { kind: 'delete-task', names: rest }),
    line('addhandler', { kind: 'add-handler', names: rest }),
    line('EXPORT_FUNCTIONS', { kind: 'export-functions', names: rest }),
  );
});

/** An addtask. */
export const task = fc
  .record({ names: words, before: words, after: words, beforeFirst: fc.boolean(), end })
  .map((it): Written => {
    const before = it.before.map((each) => ` before ${each}`).join('');
    const after = it.after.map((each) => ` after ${each}`).join('');
    return {
      fields: { kind: 'add-task', names: it.names.join(' '), before: it.before, after: it.after },
      text: `addtask ${it.names.join(' ')}${it.beforeFirst ? before + after : after + before}${it.end}`,
    };
  });

const bodyLine = letters('ab {}\\"\'#$=(', 12).map((each) => `    ${each}x`);

/** A shell or Python function. */
export const functions = fc
  .record({ name, fakeroot: fc.boolean(), python: fc.boolean(), lines: fc.array(bodyLine, { maxLength: 4 }), end })
  .map((it): Written => {
    const body = it.lines.map((each) => `${each}\n`).join('');
    const language = it.python ? 'python' : 'shell';
    const prefix = `${it.fakeroot ? 'fakeroot ' : ''}${it.python ? 'python ' : ''}`;
    return {
      fields: { kind: 'function', name: it.name, language, fakeroot: it.fakeroot, anonymous: false, body },
      text: `${prefix}${it.name}() {\n${body}}${it.end}`,
    };
  });

/** A def. */
export const def = fc
  .record({ name: word, lines: fc.array(bodyLine, { minLength: 1, maxLength: 4 }) })
  .map((it): Written => {
    const text = [`def f${it.name}(d):`, ...it.lines].join('\n');
    return { fields: { kind: 'def', name: `f${it.name}`, text }, text: `${text}\n` };
  });

/** Any statement. */
export const statement = fc.oneof(assignment, flagged, command, task, functions, def);
