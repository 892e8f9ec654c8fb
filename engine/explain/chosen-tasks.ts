import { basename, join } from 'node:path';
import type { Workspace } from '../metadata/workspace.ts';
import type { DescribedTask } from '../signatures/described-task.ts';

/** Tasks that a choice may bring, take or make others, and what to know about it. */
export interface Chosen {
  readonly tasks: readonly DescribedTask[];
  readonly notes: readonly string[];
}

/** Variables that say which recipes, forms of values or results there are: what comes of another value, a plan alone tells. */
const choosesAll = new Set([
  ...[
    'OVERRIDES',
    'FILESOVERRIDES',
    'INHERIT',
    'USER_CLASSES',
    'BBCLASSEXTEND',
    'BBMASK',
    'BBFILES',
    'BBPATH',
    'BBLAYERS',
  ],
  ...[
    'BBFILES_DYNAMIC',
    'BBMULTICONFIG',
    'STAMP',
    'STAMPS_DIR',
    'WORKDIR',
    'TMPDIR',
    'COMPATIBLE_MACHINE',
    'COMPATIBLE_HOST',
  ],
]);
const choosesAllStems = /^(?:PREFERRED_R?PROVIDERS?_|VIRTUAL-RUNTIME_|ASSUME_|BBFILE_|MULTI_PROVIDER_ALLOWED)/;

/** What a variable chooses among the tasks, besides being read by them. */
export function chosenByVariable(name: string, tasks: readonly DescribedTask[]): Chosen {
  const ofVersion = /^(?:PREFERRED|REQUIRED)_VERSION_(.+)$/.exec(name)?.[1];
  if (ofVersion !== undefined) {
    const notes = [`\`${name}\` chooses a version of \`${ofVersion}\`; \`plan\` tells what another one brings`];
    return { tasks: ofRecipe(ofVersion, tasks), notes };
  }
  if (!choosesAll.has(name) && !choosesAllStems.test(name)) return { tasks: [], notes: [] };
  const notes = [
    `\`${name}\` decides which recipes, values or results count; \`plan\` tells what another value brings`,
  ];
  return { tasks, notes };
}

/** What a file chooses that no recipe of the tasks was read from: the list of layers, a layer, another version, an append file. */
export function chosenByFile(path: string, tasks: readonly DescribedTask[], workspace: Workspace): Chosen {
  const bases = [...workspace.configurations.values()].map(({ base }) => base);
  const lists = bases.flatMap(({ layers, datastore }) => [
    ...layers.map((layer) => join(layer.path, 'conf/layer.conf')),
    `${datastore.get('TOPDIR') ?? ''}/conf/bblayers.conf`,
  ]);
  if (lists.includes(path)) {
    return {
      tasks,
      notes: ['which recipes and append files there are hangs on it; `plan` tells what another list brings'],
    };
  }
  const [, pn, , append] = /^([^_]+?)(?:_([^_]*))?\.bb(append)?$/.exec(basename(path)) ?? [];
  const isRead = tasks.some(({ task }) => task.recipe.filesRead.includes(path));
  if (pn === undefined || isRead) return { tasks: [], notes: [] };
  const found = ofRecipe(pn, tasks);
  const what = append === undefined ? 'another version' : 'an append file that is not read now';
  return {
    tasks: found,
    notes: found.length === 0 ? [] : [`it is ${what} of \`${pn}\`; \`plan\` tells what it brings`],
  };
}

function ofRecipe(pn: string, tasks: readonly DescribedTask[]): readonly DescribedTask[] {
  return tasks.filter(({ task }) => task.recipe.pn === pn);
}
