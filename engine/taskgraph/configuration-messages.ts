import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import { flagSpan, type McDependency } from './task-flags.ts';

/** A target in a configuration that does not exist. */
export function unknownConfiguration(name: string, known: Iterable<string>): Diagnostic {
  const help = configurationHelp(name, known);
  return errorDiagnostic('unknown-configuration', `there is no configuration \`${name}\``, { help });
}

/** A dependency on a configuration that does not exist. */
export function unknownConfigurationOf({ entry, to, recipe, by }: McDependency, known: Iterable<string>): StxError {
  const message = `\`${recipe.pn}:${by}\` depends on \`${entry}\`, but there is no configuration \`${to}\``;
  const help = `add it to BBMULTICONFIG, or correct the entry; ${configurationHelp(to, known)}`;
  return StxError.of('unknown-configuration', message, {
    span: flagSpan(recipe, by, { flag: 'mcdepends', entry }),
    help,
  });
}

function configurationHelp(name: string, known: Iterable<string>): string {
  const names = [...known].filter((each) => each !== '');
  return didYouMean(name, names) ?? `configurations: ${names.join(' ') || 'none'}`;
}
