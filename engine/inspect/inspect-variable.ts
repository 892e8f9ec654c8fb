import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { valueExplainer } from '../datastore/explain-value.ts';
import type { ShapingEvent, ValueExplanation } from '../datastore/value-explanation.ts';
import { parseExpansion } from '../language/expansion.ts';
import { pythonReferences } from '../python/variable-references.ts';
import { type Place, placeOf, placeText, quoted } from './place.ts';

/** One operation on a variable. */
export interface OperationAnswer {
  /** As it is written: `A:board`, `A:append:board`, `A[flag]`. */
  readonly target: string;
  /** `=`, `?=`, ..., `append`, `prepend`, `remove`, `unset`, `flag` (set by Python), `given`, `renamed`. */
  readonly operation: string;
  readonly value: string;
  readonly place: Place | null;
  /** Whether the value in force still holds what this operation gave. */
  readonly counts: boolean;
}

/** A varflag. */
export interface FlagAnswer {
  readonly name: string;
  readonly value: string | null;
  readonly unexpanded: string;
}

/** A variable as a recipe or the configuration sees it. */
export interface VariableAnswer {
  readonly name: string;
  /** Expanded; null when it is not set or cannot be expanded (then `error` says why). */
  readonly value: string | null;
  readonly unexpanded: string | null;
  readonly error: string | null;
  /** What the unexpanded value is made of, in order; joined they are it. */
  readonly parts: readonly { readonly text: string; readonly place: Place | null }[];
  /** What `:remove` takes out: the text as written. */
  readonly removed: readonly { readonly text: string; readonly place: Place | null }[];
  /** Its override forms; the value in force is that of the one that wins. */
  readonly forms: readonly {
    readonly name: string;
    readonly override: string;
    readonly active: boolean;
    readonly wins: boolean;
  }[];
  readonly operations: readonly OperationAnswer[];
  readonly flags: readonly FlagAnswer[];
  /** The variables that the unexpanded value refers to. */
  readonly reads: readonly { readonly name: string; readonly value: string | null; readonly place: Place | null }[];
}

/** Whose variable is asked for, and of which flag. */
export interface VariableQuestion {
  readonly datastore: Datastore;
  /** Null for the configuration itself. */
  readonly recipe: string | null;
  readonly flag?: string | undefined;
}

/** Describes a variable; with `flag`, only the operations on that flag, and only it. Throws StxError `unknown-variable`. */
export function inspectVariable(name: string, { datastore, recipe, flag }: VariableQuestion): VariableAnswer {
  const answer = describeVariable(name, datastore, valueExplainer(datastore)(name));
  if (answer.operations.length === 0 && answer.flags.length === 0 && answer.unexpanded === null) {
    const list = `\`stx-bake inspect environment${recipe === null ? '' : ` ${recipe}`}\` shows all of them`;
    const near = didYouMean(name, datastore.keys()) ?? list;
    const help = recipe === null ? `${near}; --recipe RECIPE shows what a recipe sets` : near;
    const where = recipe === null ? 'in the configuration' : `in \`${recipe}\``;
    throw StxError.of('unknown-variable', `nothing sets \`${name}\` ${where}`, { help });
  }
  if (flag === undefined) return answer;
  const flags = answer.flags.filter((each) => each.name === flag);
  const target = `${name}[${flag}]`;
  const operations = answer.operations.filter((each) => each.target === target);
  if (flags.length + operations.length > 0) return { ...answer, flags, operations };
  const names = answer.flags.map((each) => each.name);
  const help = didYouMean(flag, names) ?? `its flags: ${names.join(' ') || 'none'}`;
  throw StxError.of('unknown-variable', `\`${name}\` has no flag \`${flag}\``, { help });
}

/** As `inspectVariable`, for a name that may be unset. */
export function describeVariable(name: string, datastore: Datastore, explained: ValueExplanation): VariableAnswer {
  const inForce = datastore.getUnexpanded(name);
  const unexpanded = inForce === undefined ? null : explained.parts.map((each) => each.text).join('');
  // A Python function is not expanded: its braces are Python's.
  const isPython = datastore.flagUnexpanded(name, 'func') && datastore.flagUnexpanded(name, 'python');
  const { value, error } = attempt(() => (isPython ? unexpanded : datastore.get(name)));
  return {
    name,
    value: value ?? null,
    unexpanded,
    error,
    parts: explained.parts.map(({ text, event }) => ({ text, place: placeOf(event?.span) })),
    removed: explained.removals.map(({ text, event }) => ({ text, place: placeOf(event?.span) })),
    forms: explained.forms,
    operations: explained.history.map(operationOf),
    flags: [...datastore.flags(name)].map(([flag, text]) => ({
      name: flag,
      value: attempt(() => datastore.flag(name, flag)).value ?? null,
      unexpanded: text,
    })),
    reads: (isPython ? [] : readNames(name, unexpanded ?? '', datastore)).map((each) => ({
      name: each,
      value: attempt(() => datastore.get(each)).value ?? null,
      place: placeOf(datastore.definition(each)),
    })),
  };
}

/** A variable as text; with `flag`, that flag alone. */
export function variableText(
  answer: VariableAnswer,
  style: { readonly base: string; readonly flag?: string | undefined },
): string {
  const { base, flag } = style;
  if (flag !== undefined) return flagText(answer, flag, base);
  const lines = [valueLine(answer)];
  if (answer.unexpanded !== null && answer.unexpanded !== answer.value)
    lines.push(`  as written ${quoted(answer.unexpanded)}`);
  lines.push(...partLines(answer, base), ...formLines(answer));
  if (answer.operations.length > 0) lines.push('  history, oldest first (* is in the value):');
  for (const each of answer.operations) lines.push(`  ${each.counts ? '*' : ' '} ${operationText(each, base)}`);
  for (const each of answer.flags) lines.push(`  [${each.name}] ${quoted(each.value ?? each.unexpanded)}`);
  for (const each of answer.reads) {
    const value = each.value === null ? 'not set' : quoted(each.value);
    lines.push(`  reads ${each.name} = ${value}${each.place === null ? '' : ` (${placeText(each.place, base)})`}`);
  }
  return `${lines.join('\n')}\n`;
}

/** `path:line  A:append:board "text"`. */
export function operationText({ target, operation, value, place }: OperationAnswer, base: string): string {
  const isOperator = /^[?:+.=]+$/.test(operation);
  const verb = isOperator
    ? ` ${operation}`
    : ['append', 'prepend', 'remove'].includes(operation)
      ? ''
      : ` ${operation}`;
  return `${placeText(place, base)}  ${target}${verb}${operation === 'unset' ? '' : ` ${quoted(value)}`}`;
}

function valueLine({ name, value, error }: VariableAnswer): string {
  if (error !== null) return `${name} cannot be expanded: ${error}`;
  return value === null ? `${name} is not set` : `${name}=${quoted(value)}`;
}

function flagText(answer: VariableAnswer, flag: string, base: string): string {
  const found = answer.flags[0];
  const label = `${answer.name}[${flag}]`;
  const lines = [found === undefined ? `${label} is not set` : `${label}=${quoted(found.value ?? found.unexpanded)}`];
  if (found !== undefined && found.unexpanded !== found.value) lines.push(`  as written ${quoted(found.unexpanded)}`);
  for (const each of answer.operations) lines.push(`    ${operationText(each, base)}`);
  return `${lines.join('\n')}\n`;
}

function partLines({ parts, removed }: VariableAnswer, base: string): readonly string[] {
  const lines =
    parts.length < 2 ? [] : parts.map(({ text, place }) => `  part ${quoted(text)} (${placeText(place, base)})`);
  return [...lines, ...removed.map(({ text, place }) => `  without ${quoted(text)} (${placeText(place, base)})`)];
}

function formLines({ forms }: VariableAnswer): readonly string[] {
  return forms.map(({ name, override, active, wins }) => {
    const state = wins ? 'wins' : active ? 'a stronger override wins' : `\`${override}\` is not in OVERRIDES`;
    return `  override ${name}: ${state}`;
  });
}

function operationOf({ name, event, counts }: ShapingEvent): OperationAnswer {
  const { operation, override, flag, value } = event;
  const isPending = operation === 'append' || operation === 'prepend' || operation === 'remove';
  const condition = override === undefined ? '' : `:${override}`;
  const target = `${name}${isPending ? `:${operation}${condition}` : ''}${flag === undefined ? '' : `[${flag}]`}`;
  return { target, operation, value, place: placeOf(event.span), counts };
}

function readNames(own: string, text: string, datastore: Datastore): readonly string[] {
  const names = new Set<string>();
  for (const part of parseExpansion(text)) {
    if (part.kind === 'reference') names.add(attempt(() => datastore.expand(part.name)).value ?? part.name);
    if (part.kind === 'inline') for (const each of codeReads(part.code)) names.add(each);
  }
  return [...names].filter((each) => each !== own);
}

function codeReads(code: string): readonly string[] {
  return attempt(() => [...pythonReferences(code).variables].filter((each) => !each.includes('['))).value ?? [];
}

/** A value, or what is wrong with it. */
export function attempt<T>(compute: () => T): { readonly value: T | undefined; readonly error: string | null } {
  try {
    return { value: compute(), error: null };
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return { value: undefined, error: error.diagnostics[0]?.message ?? error.message };
  }
}
