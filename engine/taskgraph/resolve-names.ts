import { type Diagnostic, errorDiagnostic, type Severity } from '../base/diagnostic.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { unknownConfiguration, unknownConfigurationOf } from './configuration-messages.ts';
import type { PlainTarget } from './expand-targets.ts';
import { NameResolver } from './name-resolver.ts';
import type { PlacedRecipe } from './name-table.ts';
import { hint } from './provider-messages.ts';
import { flagSpan, type McDependency } from './task-flags.ts';

/** How strict names are resolved. */
export interface StrictnessOptions {
  /** Build dependencies that nobody provides are left out, as for a mere look at the graph. */
  readonly incomplete?: boolean | undefined;
  /** Targets that cannot be built are left out. */
  readonly keepGoing?: boolean | undefined;
}

/** A target with the recipe that was found for it. */
export interface FoundTarget {
  readonly target: PlainTarget;
  readonly placed: PlacedRecipe;
}

/** Who answers to which name in all configurations. */
export interface ResolvedNames {
  readonly resolvers: ReadonlyMap<string, NameResolver>;
  /** Targets with a recipe that can be built. */
  readonly targets: readonly FoundTarget[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Finds the recipes for targets and everything behind them. BitBake: buildTaskData. Throws StxError for malformed flags. */
export function resolveNames(
  workspace: Workspace,
  targets: readonly PlainTarget[],
  options: StrictnessOptions,
): ResolvedNames {
  const incomplete = options.incomplete ?? false;
  const resolvers = new Map(
    [...workspace.configurations].map(([name, loaded]) => [name, new NameResolver(loaded, { incomplete })]),
  );
  const problems: Diagnostic[] = [];
  const asked: Asked[] = [];
  const found = targets.flatMap((target): readonly FoundTarget[] => {
    const resolver = resolvers.get(target.configuration);
    if (resolver === undefined)
      problems.push(unknownConfiguration(target.configuration, workspace.configurations.keys()));
    else if (resolver.isAssumed(target.name)) problems.push(assumedTarget(target.name));
    else if (!resolver.addTarget(target.name)) problems.push(unknownTarget(resolver, target.name));
    else asked.push({ resolver, name: target.name });
    const placed = resolver?.provider('build', target.name);
    return placed === undefined ? [] : [{ target, placed }];
  });
  asked.push(...resolveAcross(resolvers, workspace, problems));
  const lost = asked.filter(({ resolver, name }) => resolver.isLost(name));
  const severity: Severity = lost.length > 0 && !options.keepGoing ? 'error' : 'warning';
  const missing = [...resolvers.values()].flatMap((each) => [...each.missing(), ...each.remarks]);
  const buildable = found.filter(({ placed }) => resolvers.get(placed.configuration)?.canBuild(placed));
  const dropped = found.filter((each) => !buildable.includes(each)).map(({ target }) => unbuildable(target.name));
  return {
    resolvers,
    targets: buildable,
    diagnostics: [
      ...problems.map((each) => (options.keepGoing ? { ...each, severity: 'warning' as const } : each)),
      ...missing.map((each) => (each.severity === 'error' ? { ...each, severity } : each)),
      ...(severity === 'error' ? lost.map(lostTarget) : dropped),
    ],
  };
}

interface Asked {
  readonly resolver: NameResolver;
  readonly name: string;
}

/**
 * Resolves everything, with what mcdepends asks of other configurations. Where there is only one configuration, mcdepends
 * of the recipes behind the targets brings nothing in, as in BitBake.
 */
function resolveAcross(
  resolvers: ReadonlyMap<string, NameResolver>,
  workspace: Workspace,
  problems: Diagnostic[],
): readonly Asked[] {
  const all = [...resolvers.values()];
  const isAlone = all.length === 1 && all.every(({ mcdepends }) => mcdepends.size === 0);
  const asked: Asked[] = [];
  const seen = new Set<string>();
  for (;;) {
    for (const each of all) each.resolve();
    const fresh = all.flatMap((each) => [...each.mcdepends.values()].filter(({ entry }) => !seen.has(entry)));
    if (fresh.length === 0 || isAlone) return asked;
    for (const each of fresh) {
      seen.add(each.entry);
      const resolver = resolvers.get(each.to) ?? unknown(each, workspace);
      if (resolver.addTarget(each.name)) asked.push({ resolver, name: each.name });
      else problems.push(nobodyAcross(each, resolver));
    }
  }
}

function unknown(dependency: McDependency, workspace: Workspace): never {
  throw unknownConfigurationOf(dependency, workspace.configurations.keys());
}

function nobodyAcross({ entry, name, recipe, by }: McDependency, { catalog }: NameResolver): Diagnostic {
  const message = `nothing provides \`${name}\`, which \`${entry}\` in ${by}[mcdepends] of \`${recipe.pn}\` names (\`${recipe.file}\`)`;
  const help = hint({ kind: 'build', name, catalog }) ?? 'add a recipe that provides it to that configuration';
  return errorDiagnostic('nothing-provides', message, {
    span: flagSpan(recipe, by, { flag: 'mcdepends', entry }),
    help,
  });
}

function assumedTarget(name: string): Diagnostic {
  const message = `the target \`${name}\` is taken as present: ASSUME_PROVIDED names it`;
  return { code: 'assumed-target', severity: 'warning', message };
}

function unknownTarget({ catalog }: NameResolver, name: string): Diagnostic {
  const help = hint({ kind: 'build', name, catalog }) ?? '`stx-bake inspect recipes` lists what can be built';
  return errorDiagnostic('unknown-target', `no recipe is called \`${name}\` or provides it`, { help });
}

function lostTarget({ resolver, name }: Asked): Diagnostic {
  const chain = resolver.chainOf(name).map((each) => `\`${each}\``);
  return errorDiagnostic('unbuildable-target', `the target \`${name}\` cannot be built: ${chain.join(' needs ')}`);
}

function unbuildable(name: string): Diagnostic {
  const message = `the target \`${name}\` is left out: what its recipe needs is missing`;
  return { code: 'unbuildable-target', severity: 'warning', message };
}
