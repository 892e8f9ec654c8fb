import { resolve } from 'node:path';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import type { AffectedSubject, AffectedWorld } from './affected-tasks.ts';
import { lockRecords } from './file-inputs.ts';
import { isMetadataFile } from './file-statements.ts';

/**
 * Reads a word of `stx-bake affected`: a recipe, `RECIPE:TASK` (with `mc:NAME:` in front), a variable or function,
 * `RECIPE:VARIABLE`, `VARIABLE[flag]`, a file, `FILE:LINE`, `LOCKFILE:PACKAGE`, or a folder, which stands for the
 * metadata files below it and for itself as a source. Throws StxError `bad-argument`.
 */
export function parseSubject(word: string, world: AffectedWorld, currentDirectory: string): readonly AffectedSubject[] {
  const found = asFile(word, world, currentDirectory) ?? asRecipe(word, world) ?? asName(word, world);
  if (found !== undefined) return found;
  const names = [...new Set(world.described.graph.keys().map((key) => world.described.task(key).task.id.recipe))];
  const help = didYouMean(word, names) ?? 'name a recipe, RECIPE:TASK, a variable, or a file by its path';
  throw StxError.of('bad-argument', `\`${word}\` is no recipe, task, variable or file that a build reads`, { help });
}

function asFile(word: string, world: AffectedWorld, currentDirectory: string): readonly AffectedSubject[] | undefined {
  const whole = resolve(currentDirectory, word);
  const kind = world.files.kind(whole);
  if (kind === 'directory' && (word.includes('/') || !isRecipe(word, world))) return inFolder(whole, world);
  if (kind === 'file') return [{ kind: 'file', path: whole }];
  const [, name, detail = ''] = /^(.+):([^:/]+)$/.exec(word) ?? [];
  const path = name === undefined ? '' : resolve(currentDirectory, name);
  if (name !== undefined && world.files.kind(path) === 'file') {
    if (/^\d+$/.test(detail)) return [{ kind: 'file', path, line: Number(detail) }];
    if (lockRecords(path, world.files).some((each) => each.name === detail)) {
      return [{ kind: 'lock-record', path, package: detail }];
    }
    const help = 'write FILE, FILE:LINE, or LOCKFILE:PACKAGE with a package that it holds';
    throw StxError.of('bad-argument', `\`${name}\` holds no package \`${detail}\``, { help });
  }
  // A file that is not there, but was looked for, or is gone.
  return word.includes('/') || isMetadataFile(word) ? [{ kind: 'file', path: whole }] : undefined;
}

function inFolder(path: string, world: AffectedWorld): readonly AffectedSubject[] {
  const read = new Set<string>();
  for (const { catalog } of world.workspace.configurations.values()) {
    for (const recipe of catalog.recipes) for (const each of recipe.filesRead) read.add(each);
  }
  const below = [...read].filter((each) => each.startsWith(`${path}/`)).sort();
  return [{ kind: 'file', path }, ...below.map((each) => ({ kind: 'file', path: each }) as const)];
}

function isRecipe(word: string, world: AffectedWorld): boolean {
  return asRecipe(word, world) !== undefined;
}

function asRecipe(word: string, { described, workspace }: AffectedWorld): readonly AffectedSubject[] | undefined {
  const parts = word.split(':');
  const isConfigured = parts[0] === 'mc' && parts.length > 2;
  const configuration = isConfigured ? (parts[1] ?? '') : '';
  const [name = '', detail] = isConfigured ? parts.slice(2) : parts;
  const catalog = workspace.configurations.get(configuration)?.catalog;
  const recipe = catalog?.byName(name) ?? catalog?.providers(name)[0];
  if (recipe === undefined || parts.length > (isConfigured ? 4 : 2)) return undefined;
  if (detail === undefined) return [{ kind: 'recipe', configuration, recipe: recipe.pn }];
  const task = detail.startsWith('do_') ? detail : `do_${detail}`;
  const key = formatTaskId({ configuration, recipe: recipe.pn, task });
  if (recipe.tasks.has(task) || described.graph.has(key)) return [{ kind: 'task', task: key }];
  return nameSubject(detail, recipe.pn);
}

function asName(word: string, { described }: AffectedWorld): readonly AffectedSubject[] | undefined {
  const first = described.graph.keys()[0];
  const identity = first === undefined ? {} : described.task(first).inputs.outside.identity;
  if (Object.hasOwn(identity, word)) return [{ kind: 'identity', name: word }];
  return nameSubject(word, undefined);
}

function nameSubject(word: string, recipe: string | undefined): readonly AffectedSubject[] | undefined {
  const [, name, flag] = /^([A-Za-z_][\w:+.-]*)(?:\[([^\]]+)\])?$/.exec(word) ?? [];
  return name === undefined ? undefined : [{ kind: 'variable', name, flag, recipe }];
}
