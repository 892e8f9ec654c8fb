import type { Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import { taskName } from '../metadata/task-table.ts';
import type { LoadedConfiguration, Workspace } from '../metadata/workspace.ts';
import { defaultTaskOf } from '../taskgraph/build-task-graph.ts';
import { parseTarget, type Target } from '../taskgraph/parse-target.ts';
import { skipReason } from '../taskgraph/provider-messages.ts';
import { recipeOfFile } from './build-file.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { printDiagnostics } from './say-diagnostics.ts';

/** What names targets. */
export interface TargetCall extends Pick<BuildCall, 'words'> {
  readonly buildFile?: string | undefined;
  readonly allOs?: boolean | undefined;
  readonly task?: string | undefined;
}

/**
 * The targets of a call: its words, with `--all-os` each in every configuration of ALL_OS, or the recipe of `-b`. What a system
 * cannot have is left out with a note that tells why. Throws StxError.
 */
export function targetsOf(call: TargetCall, workspace: Workspace): readonly Target[] {
  const { buildFile, allOs, words } = call;
  if (buildFile !== undefined) {
    if (allOs)
      throw StxError.of('bad-option', '`-b` and `--all-os` cannot be asked at once', { help: 'give one of them' });
    const { configuration, recipe } = recipeOfFile(buildFile, workspace);
    return [{ configuration, name: recipe.pn }];
  }
  const targets = words.map(parseTarget);
  return allOs ? everywhere(targets, { workspace, task: call.task }) : targets;
}

/** Words of ALL_OS: the configurations that `--all-os` builds for. */
export function allSystems(workspace: Workspace): readonly string[] {
  const text = workspace.configurations.get('')?.base.value('ALL_OS') ?? '';
  return text.split(/\s+/).filter((word) => word !== '');
}

interface Asked {
  readonly workspace: Workspace;
  readonly task: string | undefined;
}

function everywhere(targets: readonly Target[], asked: Asked): readonly Target[] {
  const placed = targets.find(({ configuration }) => configuration !== '');
  if (placed !== undefined) {
    const message = `\`--all-os\` has no use for a target of one configuration, \`mc:${placed.configuration}:${placed.name}\``;
    throw StxError.of('bad-argument', message, {
      help: 'leave out `mc:NAME:`, or name each target without `--all-os`',
    });
  }
  const { workspace } = asked;
  const systems = allSystems(workspace);
  if (systems.length === 0)
    throw StxError.of('bad-option', 'ALL_OS names no configuration, so `--all-os` builds for none', {
      help: 'the layer of an operating system adds its word; or set ALL_OS in conf/local.conf',
    });
  const found: Target[] = [];
  const notes: Diagnostic[] = [];
  for (const configuration of systems) {
    const reasons = workspace.unavailable?.get(configuration);
    const loaded = workspace.configurations.get(configuration);
    if (reasons !== undefined) notes.push(...reasons.filter(({ code }) => code === 'variant-unavailable'));
    else if (loaded !== undefined) found.push(...inOne(targets, { ...asked, configuration, loaded }, notes));
  }
  if (found.length === 0 && notes.length > 0) throw new StxError(notes.map((each) => ({ ...each, severity: 'error' })));
  printDiagnostics(notes.map((each) => ({ ...each, severity: 'note' })));
  return withoutRepeatedFaults(found, workspace);
}

/** The targets in one configuration; why it cannot have others goes to `notes`. */
function inOne(
  targets: readonly Target[],
  place: Asked & { readonly configuration: string; readonly loaded: LoadedConfiguration },
  notes: Diagnostic[],
): readonly Target[] {
  const { configuration, loaded, workspace, task } = place;
  return targets.flatMap((target): readonly Target[] => {
    const { name } = target;
    const isCollective = target.task === undefined && (name === 'world' || name === 'universe');
    if (isCollective) {
      const asked = taskName(task ?? defaultTaskOf(workspace));
      const names = name === 'world' ? loaded.catalog.worldNames(asked) : loaded.catalog.universeNames(asked);
      return names.map((each) => ({ configuration, name: each }));
    }
    const reason = loaded.catalog.isProvided(name) ? undefined : skipReason(name, loaded.catalog);
    if (reason === undefined) return [{ ...target, configuration }];
    const message = `\`${configuration}\` has no \`${name}\`: ${reason}`;
    notes.push({ code: 'variant-unavailable', severity: 'note', message });
    return [];
  });
}

/** A name that nobody knows is wrong everywhere: it is said once. */
function withoutRepeatedFaults(targets: readonly Target[], { configurations }: Workspace): readonly Target[] {
  const unknown = new Set<string>();
  return targets.filter(({ configuration, name, task = '' }) => {
    if (configurations.get(configuration)?.catalog.isProvided(name)) return true;
    const text = formatTaskId({ configuration: '', recipe: name, task });
    const isFirst = !unknown.has(text);
    unknown.add(text);
    return isFirst;
  });
}
