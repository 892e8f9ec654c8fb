import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { Evaluation } from './evaluation.ts';

/** Names that BitBake itself has given up, with the new name or, where there is none, a text with a blank. */
const given: ReadonlyMap<string, string> = new Map([
  ['BB_ENV_WHITELIST', 'BB_ENV_PASSTHROUGH'],
  ['BB_ENV_EXTRAWHITE', 'BB_ENV_PASSTHROUGH_ADDITIONS'],
  ['BB_HASHBASE_WHITELIST', 'BB_BASEHASH_IGNORE_VARS'],
  ['BB_HASHCONFIG_WHITELIST', 'BB_HASHCONFIG_IGNORE_VARS'],
  ['BB_HASHTASK_WHITELIST', 'BB_TASKHASH_IGNORE_TASKS'],
  ['BB_SETSCENE_ENFORCE_WHITELIST', 'BB_SETSCENE_ENFORCE_IGNORE_TASKS'],
  ['MULTI_PROVIDER_WHITELIST', 'BB_MULTI_PROVIDER_ALLOWED'],
  ['BB_STAMP_WHITELIST', 'is a deprecated variable and support has been removed'],
  ['BB_STAMP_POLICY', 'is a deprecated variable and support has been removed'],
]);

const table = 'BB_RENAMED_VARIABLES';

/** Reports the use of a name that BitBake or `BB_RENAMED_VARIABLES[NAME]` declares to be gone. */
export function checkRenamed(evaluation: Evaluation, name: string, span: Span | undefined): void {
  const colon = name.indexOf(':');
  const plain = colon === -1 ? name : name.slice(0, colon);
  const reason = given.get(plain) ?? evaluation.datastore.flagUnexpanded(table, plain);
  if (reason !== undefined) evaluation.report(renamed(plain, reason, span));
}

/** The names that are gone and have a value in a finished configuration: set before BB_RENAMED_VARIABLES named them, or given. */
export function findRenamed(datastore: Datastore): readonly Diagnostic[] {
  const reasons = new Map([...given, ...datastore.flags(table)]);
  return [...reasons].flatMap(([name, reason]) => {
    if (datastore.getUnexpanded(name) === undefined && !datastore.hasOverrides(name)) return [];
    const places = datastore.history(name).flatMap(({ span }) => (span ? [span] : []));
    return places.length === 0 ? [renamed(name, reason, undefined)] : places.map((span) => renamed(name, reason, span));
  });
}

function renamed(name: string, reason: string, span: Span | undefined): Diagnostic {
  const isText = reason.includes(' ');
  const message = isText ? `\`${name}\` ${reason}` : `\`${name}\` has been renamed to \`${reason}\``;
  const help = isText ? `take \`${name}\` out` : `write \`${reason}\``;
  return errorDiagnostic('renamed-variable', message, { span, help });
}
