import { StxError } from '../../../engine/base/stx-error.ts';
import type { Datastore } from '../../../engine/datastore/datastore.ts';
import { isExported } from '../../../engine/functions/function-flags.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { type LoadedProject, recipeOf } from '../loaded-project.ts';

interface VariablesQuery {
  readonly file?: string;
  readonly variant?: string;
  readonly mc?: string;
  readonly vars?: readonly string[];
  readonly raw?: readonly string[];
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly exported?: readonly string[];
}

/** Values, unexpanded values and flags of a recipe or of the base configuration. */
export function answerVariables(query: Query, context: CaseContext): unknown {
  const { vars, raw, flags, exported, ...where } = query as VariablesQuery;
  const datastore = storeOf(context.loaded(), where);
  return {
    ...(vars ? { vars: answerEach(vars, (name) => expanded(datastore, name)) } : {}),
    ...(raw ? { raw: answerEach(raw, (name) => datastore.getUnexpanded(name) ?? null) } : {}),
    ...(flags ? { flags: flagsOf(datastore, flags) } : {}),
    ...(exported
      ? {
          exported: answerEach(exported, (name) => isExported(datastore, name)),
        }
      : {}),
  };
}

function storeOf(project: LoadedProject, { file, variant, mc = '' }: VariablesQuery): Datastore {
  if (file !== undefined) return recipeOf(project, { file, ...(variant ? { variant } : {}), mc }).datastore;
  const configuration = project.workspace.configurations.get(mc);
  if (configuration === undefined) throw new Error(`no configuration ${mc}`);
  return configuration.base.datastore;
}

function expanded(datastore: Datastore, name: string): unknown {
  try {
    return datastore.get(name) ?? null;
  } catch (error) {
    if (error instanceof StxError) return { error: error.message };
    throw error;
  }
}

function flagsOf(datastore: Datastore, flags: Readonly<Record<string, readonly string[]>>): unknown {
  return answerEach(Object.keys(flags), (name) =>
    answerEach(flags[name] ?? [], (flag) => datastore.flag(name, flag) ?? null),
  );
}

function answerEach<T>(names: readonly string[], answer: (name: string) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(names.map((name) => [name, answer(name)]));
}
