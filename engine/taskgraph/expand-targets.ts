import { StxError } from '../base/stx-error.ts';
import type { Workspace } from '../metadata/workspace.ts';
import type { Target } from './parse-target.ts';

/** A target with its task, in one configuration. */
export type PlainTarget = Required<Target> & { readonly task: string };

/**
 * Replaces `world` and `universe` by the recipes of all configurations that they stand for, and `mc:*:NAME` by one target
 * for each configuration; in the default one it means the default task, and counts only when no target of that
 * configuration is named. Throws StxError when targets of configurations follow `mc:*`. BitBake: checkPackages, buildTaskData.
 */
export function expandTargets(targets: readonly Target[], workspace: Workspace, task: string): readonly PlainTarget[] {
  const plain = targets.filter((target) => !isCollective(target));
  const collective = targets.filter(isCollective).flatMap(({ name }) => membersOf(name, workspace, task));
  const all = [...plain, ...collective];
  const everywhere = all.findIndex(({ configuration }) => configuration === '*');
  if (everywhere !== -1 && all.slice(everywhere + 1).some(({ configuration }) => configuration !== '')) {
    const help = 'name `mc:*:NAME` once, and no target of a single configuration behind it';
    throw StxError.of('conflicting-targets', 'a target of a configuration follows one of all configurations', { help });
  }
  const hasDefault = all.some(({ configuration }) => configuration === '');
  const configurations = [...workspace.configurations.keys()].filter((name) => name !== '' || !hasDefault);
  return all.flatMap((target) => {
    const own = { ...target, task: target.task ?? task };
    if (target.configuration !== '*') return [own];
    return configurations.map((configuration) => ({
      ...own,
      configuration,
      task: configuration === '' ? task : own.task,
    }));
  });
}

function isCollective({ configuration, name, task }: Target): boolean {
  return configuration === '' && task === undefined && (name === 'world' || name === 'universe');
}

function membersOf(name: string, workspace: Workspace, task: string): readonly Target[] {
  return [...workspace.configurations].flatMap(([configuration, { catalog }]) => {
    const names = name === 'world' ? catalog.worldNames(task) : catalog.universeNames(task);
    return names.map((each) => ({ configuration, name: each }));
  });
}
