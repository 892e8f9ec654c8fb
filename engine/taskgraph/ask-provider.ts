import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { assumedNames } from './assumed-names.ts';
import { hint } from './provider-messages.ts';

/** Who could provide a name. */
export interface ProviderAnswer {
  /** ASSUME_PROVIDED names it: nobody is looked for. */
  readonly isAssumed: boolean;
  /** In order of preference, the one that is taken first; empty when there is none. */
  readonly eligible: readonly Recipe[];
  /** Several recipes could be taken, and no preference decides, or several contradict each other. */
  readonly isAmbiguous: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks one name up by itself, without what its providers need. Throws StxError for an unusable ASSUME_PROVIDED. */
export function askProvider(
  workspace: Workspace,
  asked: { readonly configuration: string; readonly kind: 'build' | 'runtime'; readonly name: string },
): ProviderAnswer {
  const { configuration, kind, name } = asked;
  const loaded = workspace.configurations.get(configuration);
  const nothing = { isAssumed: false, eligible: [], isAmbiguous: false };
  if (loaded === undefined) {
    const message = `there is no configuration \`${configuration}\``;
    return { ...nothing, diagnostics: [errorDiagnostic('unknown-configuration', message)] };
  }
  if (assumedNames(loaded.base, 'ASSUME_PROVIDED')(name)) return { ...nothing, isAssumed: true, diagnostics: [] };
  const { catalog } = loaded;
  const { eligible, preferences, diagnostics } = kind === 'build' ? catalog.choice(name) : catalog.runtimeChoice(name);
  if (eligible.length === 0) {
    const message = `nothing provides \`${name}\`${kind === 'build' ? '' : ' at run time'}`;
    const missing = errorDiagnostic('nothing-provides', message, { help: hint({ kind, name, catalog }) });
    return { ...nothing, diagnostics: [...diagnostics, missing] };
  }
  const isAmbiguous = preferences > 1 || (preferences === 0 && eligible.length > 1);
  return { isAssumed: false, eligible: preferences > 1 ? [] : eligible, isAmbiguous, diagnostics };
}
