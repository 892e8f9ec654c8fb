import { askProvider } from '../../../engine/taskgraph/ask-provider.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { type LoadedProject, messageOf } from '../loaded-project.ts';
import { recipeName, recipeVersion } from './recipes.ts';

/** For each name, on its own, the recipes that could provide it, the chosen one first. */
export function answerProviders(query: Query, context: CaseContext): unknown {
  const { targets, runtime = false, mc = '' } = query as unknown as ProvidersQuery;
  const project = context.loaded();
  return { targets: Object.fromEntries(targets.map((name) => [name, answerName(project, { name, runtime, mc })])) };
}

interface ProvidersQuery {
  readonly targets: readonly string[];
  readonly runtime?: boolean;
  readonly mc?: string;
}

function answerName(
  project: LoadedProject,
  asked: { readonly name: string; readonly runtime: boolean; readonly mc: string },
) {
  const { name, runtime, mc } = asked;
  const kind = runtime ? 'runtime' : 'build';
  const { isAssumed, eligible, isAmbiguous, diagnostics } = askProvider(project.workspace, {
    configuration: mc,
    kind,
    name,
  });
  const texts = (severity: string): readonly string[] =>
    diagnostics.filter((each) => each.severity === severity).map(messageOf);
  const [first] = eligible;
  const found = first && {
    ...recipeName(project, first, mc),
    ...recipeVersion(first),
    eligible: eligible.map(({ pn }) => pn),
  };
  const messages = texts('error');
  const warnings = texts('warning');
  return {
    ...(isAssumed ? { none: true } : (found ?? { error: true })),
    multiple: isAmbiguous,
    ...(messages.length > 0 ? { messages } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}
