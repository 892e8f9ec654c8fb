import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import { SourceText } from '../../engine/base/source-text.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { isPython } from '../../engine/functions/function-flags.ts';
import type { Recipe } from '../../engine/metadata/recipe.ts';
import { VariableDependencies } from '../../engine/signatures/variable-dependencies.ts';

/**
 * What is wrong with the values that the tasks of a recipe take in, found by expanding each of them; BitBake does this for every
 * recipe that it parses, to know the base hashes. Empty for a recipe whose tasks can all be described.
 */
export function findTaskProblems(recipe: Recipe): readonly Diagnostic[] {
  const { datastore } = recipe;
  const dependencies = new VariableDependencies(datastore, (text) => text);
  const diagnostics = new Set<Diagnostic>();
  const seen = new Set<string>();
  for (const task of recipe.tasks.keys()) {
    const found = problemsOf(task, recipe, () => {
      const names = [task, ...Object.keys(dependencies.text(task).variables)];
      for (const name of names.filter((each) => !seen.has(each) && !each.endsWith(']'))) {
        seen.add(name);
        if (!isPython(datastore, name) && datastore.flagUnexpanded(name, 'vardepvalue') === undefined)
          datastore.get(name);
      }
    });
    for (const each of found) diagnostics.add(each);
  }
  return [...diagnostics];
}

function problemsOf(task: string, { datastore, file }: Recipe, work: () => void): readonly Diagnostic[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const related = { span: new SourceText(file, '').span(0, 0), message: `needed by \`${task}\` of this recipe` };
    return error.diagnostics.map((each) => ({
      ...each,
      span: each.span ?? datastore.definition(task),
      related: [...(each.related ?? []), related],
    }));
  }
}
