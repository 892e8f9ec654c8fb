import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { Evaluation } from './evaluation.ts';

/** One row of OS_CONTRACT. */
interface Row {
  readonly variable: string;
  readonly required: boolean;
  /** `text`, `words`, `path`, `format`, `choice`, `table`. */
  readonly kind: string;
  /** Words after `of`: those of a choice, or the variable whose words a table must answer. */
  readonly of: readonly string[];
  readonly meaning: string;
}

/**
 * Checks what the layer of an operating system answers (class os-contract) once DISTRO names one: `variant-unavailable` when
 * what is selected is among what the system has no answer for, else `missing-answer` for each required variable or flag that
 * is empty and has no reason, and `invalid-value` for an answer of the wrong kind. Where a file of the configuration could not
 * be read, none is missed.
 */
export function checkAnswers(evaluation: Evaluation): void {
  const { datastore } = evaluation;
  const rows = [...datastore.flags('OS_CONTRACT').keys()].sort().flatMap((name) => readRow(name, datastore));
  if (rows.length === 0 || isEmpty(datastore.get('DISTRO'))) return;
  for (const selector of datastore.flags('OS_SELECTOR').keys()) checkSelector(evaluation, selector);
  // The rest would be what follows from these.
  if (evaluation.diagnostics.some(({ severity }) => severity === 'error')) return;
  for (const row of rows) {
    if (row.kind === 'table') checkTable(evaluation, row);
    else checkAnswer(evaluation, row);
  }
}

function readRow(variable: string, datastore: Datastore): readonly Row[] {
  const match = /^(required|optional) (\w+)(?: of ([^:]*))?: (.*)$/.exec(datastore.flag('OS_CONTRACT', variable) ?? '');
  if (match === null) return [];
  const [, need = '', kind = '', of = '', meaning = ''] = match;
  return [{ variable, required: need === 'required', kind, of: words(of), meaning }];
}

function checkAnswer(evaluation: Evaluation, row: Row): void {
  const { datastore } = evaluation;
  const value = datastore.get(row.variable);
  if (isEmpty(value)) {
    if (row.required && isEmpty(reasonFor(row.variable, undefined, datastore))) {
      reportMissing(evaluation, row, row.variable, `NO_ANSWER[${row.variable}]`);
    }
    return;
  }
  const problem = problemOf(row, value ?? '');
  if (problem === undefined) return;
  const span = datastore.definition(row.variable);
  const help = `${problem}; \`${row.variable}\` is ${row.meaning}`;
  evaluation.report(errorDiagnostic('invalid-value', `\`${row.variable}\` cannot be \`${value}\``, { span, help }));
}

function problemOf({ kind, of }: Row, value: string): string | undefined {
  if (kind === 'choice' && !of.includes(value)) return `it is one of ${of.map((each) => `\`${each}\``).join(', ')}`;
  if (kind === 'path' && !value.startsWith('/')) return 'it is a path that begins with `/`';
  if (kind === 'format' && !value.includes('%')) return 'it holds a place for what is filled in, as `%s`';
  return undefined;
}

/** Every word of the list that the table is of must have a flag or a reason; a table without a list needs some flag. */
function checkTable(evaluation: Evaluation, row: Row): void {
  if (!row.required) return;
  const { datastore } = evaluation;
  const [list] = row.of;
  const flags = datastore.flags(row.variable);
  if (list === undefined) {
    if (flags.size > 0 || !isEmpty(reasonFor(row.variable, undefined, datastore))) return;
    reportMissing(evaluation, row, row.variable, `NO_ANSWER[${row.variable}]`);
    return;
  }
  for (const word of words(datastore.get(list))) {
    if (!isEmpty(datastore.flag(row.variable, word)) || !isEmpty(reasonFor(row.variable, word, datastore))) continue;
    const reasons = datastore.flag('OS_REASON', row.variable);
    const reason = reasons === undefined ? `NO_ANSWER[${row.variable}]` : `${reasons}[${word}]`;
    reportMissing(evaluation, row, `${row.variable}[${word}]`, reason);
  }
}

/** What a user selects must be among what the system has: the rows of a table, or the words of a list. */
function checkSelector(evaluation: Evaluation, selector: string): void {
  const { datastore } = evaluation;
  const table = datastore.flag('OS_SELECTOR', selector) ?? '';
  const selected = datastore.get(selector) ?? '';
  if (readRow(table, datastore)[0]?.kind === 'words') {
    checkListed(evaluation, { selector, selected, list: table });
    return;
  }
  const reason = reasonFor(table, selected, datastore);
  if (!isEmpty(datastore.flag(table, selected)) || isEmpty(reason)) return;
  const distro = datastore.get('DISTRO') ?? '';
  const has = [...datastore.flags(table).keys()].filter((each) => !isEmpty(datastore.flag(table, each))).sort();
  evaluation.report(
    errorDiagnostic('variant-unavailable', `\`${distro}\` has nothing for \`${selector}\` \`${selected}\`: ${reason}`, {
      span: datastore.definition(selector),
      help: `\`${distro}\` has ${has.map((each) => `\`${each}\``).join(', ')}`,
    }),
  );
}

function checkListed(
  evaluation: Evaluation,
  { selector, selected, list }: { readonly selector: string; readonly selected: string; readonly list: string },
): void {
  const { datastore } = evaluation;
  const has = words(datastore.get(list));
  if (isEmpty(selected) || has.length === 0 || has.includes(selected)) return;
  const distro = datastore.get('DISTRO') ?? '';
  const message = `\`${distro}\` has nothing for \`${selector}\` \`${selected}\`: ${list} does not name it`;
  const others = `\`${selector}:NAME = "${selected}"\` sets it for the system NAME alone`;
  const help = `\`${distro}\` has ${has.map((each) => `\`${each}\``).join(', ')}; ${others}`;
  evaluation.report(errorDiagnostic('variant-unavailable', message, { span: datastore.definition(selector), help }));
}

/** Why there is no answer: the flag of the table of reasons, then that of NO_ANSWER. */
function reasonFor(variable: string, word: string | undefined, datastore: Datastore): string | undefined {
  const table = datastore.flag('OS_REASON', variable);
  const own = table === undefined || word === undefined ? undefined : datastore.flag(table, word);
  return isEmpty(own) ? datastore.flag('NO_ANSWER', variable) : own;
}

function reportMissing(evaluation: Evaluation, row: Row, what: string, reason: string): void {
  const { datastore } = evaluation;
  const distro = datastore.get('DISTRO') ?? '';
  evaluation.report(
    errorDiagnostic('missing-answer', `the distribution \`${distro}\` does not say \`${what}\`: ${row.meaning}`, {
      span: datastore.definition('DISTRO'),
      help: `set \`${what}\` in \`conf/distro/${distro}.conf\`, or in \`conf/local.conf\` for your builds alone, or say why there is none: \`${reason} = "..."\``,
    }),
  );
}

/** Whether the table says something for a word of its list; without a list, anything. */
function hasRow(table: string, datastore: Datastore): boolean {
  const list = readRow(table, datastore)[0]?.of[0];
  const rows = list === undefined ? datastore.flags(table).keys() : words(datastore.get(list));
  return [...rows].some((word) => !isEmpty(datastore.flag(table, word)));
}

function isEmpty(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Something that the system does not have, and why. */
export interface OpenAnswer {
  /** `REPOSITORY_KEYRING`, or a word of a table: `KERNEL_PACKAGE[rt]`. */
  readonly what: string;
  readonly reason: string;
}

/** What the layer of the chosen system gives reasons for instead of answers. */
export function openAnswers(datastore: Datastore): readonly OpenAnswer[] {
  const whole = [...datastore.flags('NO_ANSWER').keys()]
    .filter((name) => isEmpty(datastore.get(name)) && !hasRow(name, datastore))
    .map((name) => ({ what: name, reason: datastore.flag('NO_ANSWER', name) ?? '' }));
  const words = [...datastore.flags('OS_REASON').keys()].flatMap((variable) => {
    const table = datastore.flag('OS_REASON', variable) ?? '';
    return [...datastore.flags(table).keys()]
      .filter((word) => isEmpty(datastore.flag(variable, word)))
      .map((word) => ({ what: `${variable}[${word}]`, reason: datastore.flag(table, word) ?? '' }));
  });
  return [...whole, ...words].filter(({ reason }) => !isEmpty(reason)).sort((a, b) => (a.what < b.what ? -1 : 1));
}
