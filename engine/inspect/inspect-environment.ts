import type { Datastore } from '../datastore/datastore.ts';
import { valueExplainer } from '../datastore/explain-value.ts';
import { describeVariable, operationText, type VariableAnswer } from './inspect-variable.ts';
import { quoted } from './place.ts';

/** A function: its text is the unexpanded value. */
export interface FunctionAnswer extends VariableAnswer {
  readonly language: 'shell' | 'python';
  /** Whether the value is the whole definition (`def name(...)`), not the body alone. */
  readonly isDefinition: boolean;
  readonly fakeroot: boolean;
}

/** All that a recipe or the configuration knows, by name. */
export interface EnvironmentAnswer {
  readonly variables: readonly (VariableAnswer & { readonly exported: boolean })[];
  readonly functions: readonly FunctionAnswer[];
}

/** Every variable with a value and every function, without what the engine keeps for itself (`__...`). */
export function inspectEnvironment(datastore: Datastore): EnvironmentAnswer {
  const explain = valueExplainer(datastore);
  const variables: (VariableAnswer & { readonly exported: boolean })[] = [];
  const functions: FunctionAnswer[] = [];
  for (const name of datastore.keys().filter((each) => !each.startsWith('__'))) {
    const isFunction = isSet(datastore.flagUnexpanded(name, 'func'));
    const answer = describeVariable(name, datastore, explain(name));
    if (isFunction) functions.push(functionOf(answer, datastore));
    else if (answer.unexpanded !== null || answer.flags.length > 0) {
      variables.push({ ...answer, exported: isSet(datastore.flagUnexpanded(name, 'export')) });
    }
  }
  return { variables, functions };
}

/**
 * As `bitbake -e`: each variable as NAME="value", quoted for a shell, behind its history as comments; then shell
 * functions, then Python functions.
 */
export function environmentText(answer: EnvironmentAnswer, base: string): string {
  const shell = answer.functions.filter((each) => each.language === 'shell');
  const python = answer.functions.filter((each) => each.language === 'python');
  return [
    ...answer.variables.map((each) => `${historyText(each, base)}${assignment(each)}`),
    ...shell.map((each) => `${historyText(each, base, false)}${shellFunction(each)}`),
    ...python.map((each) => `${historyText(each, base, false)}${pythonFunction(each)}`),
  ].join('\n');
}

function historyText(answer: VariableAnswer, base: string, withValues = true): string {
  const { name, operations, unexpanded, value, error } = answer;
  const lines = [`#\n# ${name}: ${operations.length} ${operations.length === 1 ? 'operation' : 'operations'}`];
  for (const each of operations) {
    const shown = withValues ? each : { ...each, value: firstLine(each.value) };
    lines.push(`#   ${operationText(shown, base)}${each.counts ? '' : ' (not in the value)'}`);
  }
  if (withValues && unexpanded !== null && unexpanded !== value) lines.push(`# as written: ${quoted(unexpanded)}`);
  if (error !== null) lines.push(`# cannot be expanded: ${quoted(error)}`);
  return `${lines.join('\n')}\n`;
}

function firstLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.length > 1 ? `${lines[0]} ...` : (lines[0] ?? '');
}

/** A variable that is not set, or that has flags alone, is a comment. */
function assignment({ name, value, exported }: VariableAnswer & { readonly exported: boolean }): string {
  if (value === null) return '';
  return `${exported ? 'export ' : ''}${name}="${value.replaceAll(/["\\$`]/g, '\\$&')}"\n`;
}

function shellFunction({ name, value, unexpanded, fakeroot }: FunctionAnswer): string {
  const body = (value ?? unexpanded ?? '').replace(/\n+$/, '');
  return `${fakeroot ? '# fakeroot\n' : ''}${name}() {\n${body.trim() === '' ? '    :' : body}\n}\n`;
}

function pythonFunction({ name, unexpanded, isDefinition, fakeroot }: FunctionAnswer): string {
  const body = (unexpanded ?? '').replace(/\n+$/, '');
  if (isDefinition) return `${body}\n`;
  return `${fakeroot ? 'fakeroot ' : ''}python ${name}() {\n${body}\n}\n`;
}

function functionOf(answer: VariableAnswer, datastore: Datastore): FunctionAnswer {
  const isPython = isSet(datastore.flagUnexpanded(answer.name, 'python'));
  return {
    ...answer,
    language: isPython ? 'python' : 'shell',
    isDefinition: isPython && /^\s*def\s/.test(answer.unexpanded ?? ''),
    fakeroot: isSet(datastore.flagUnexpanded(answer.name, 'fakeroot')),
  };
}

function isSet(flag: string | undefined): boolean {
  return flag !== undefined && !['', '0', 'no', 'false', 'n'].includes(flag.toLowerCase());
}
