import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CachedNames, namesInCache, taskNamesInCache } from '../../metadata/cache/names-in-cache.ts';
import { findBuildDirectory } from '../build-directory.ts';
import type { Candidate, KnownNames } from './complete.ts';

/** What `-c` knows besides the tasks of recipes. */
const ownTasks = ['clean', 'cleanall', 'cleansstate', 'devshell', 'listtasks'];

/** The names that the parse cache of a build directory holds; none when there is no such cache. */
export function namesFromCache(buildDirectory: string | undefined): KnownNames {
  let text: string | undefined;
  const cache = (): string => {
    text ??= readCache(buildDirectory);
    return text;
  };
  return {
    recipes: (prefix) => [...recipeWords(namesInCache(cache(), plainPart(prefix)), prefix)].sort(byWord),
    tasksOf: (prefix) => tasksOf(cache(), prefix),
    tasks: () => {
      const words = taskNamesInCache(cache()).map((name) => name.replace(/^do_/, ''));
      return [...new Set([...words, ...ownTasks])].map((word) => ({ word, about: 'task' })).sort(byWord);
    },
  };
}

function readCache(named: string | undefined): string {
  try {
    return readFileSync(join(findBuildDirectory(named, process.cwd()), 'cache', 'parse-cache'), 'utf8');
  } catch {
    return '';
  }
}

/** What of a word can be part of a name: that behind `mc:NAME:`. */
function plainPart(prefix: string): string {
  return prefix.startsWith('mc:') ? prefix.split(':').slice(2).join(':') : prefix;
}

function* recipeWords(recipes: readonly CachedNames[], prefix: string): Generator<Candidate, void, void> {
  const told = new Set<string>();
  const isMulti = prefix.startsWith('mc:');
  for (const { configuration, pn, provides } of recipes) {
    if ((configuration !== '') !== isMulti) continue;
    for (const name of [pn, ...provides]) {
      const word = isMulti ? `mc:${configuration}:${name}` : name;
      if (told.has(word)) continue;
      told.add(word);
      yield { word, about: name === pn ? 'recipe' : `provided by ${pn}` };
    }
  }
}

function tasksOf(cache: string, prefix: string): readonly Candidate[] {
  const target = prefix.slice(0, prefix.lastIndexOf(':'));
  const [configuration, name] = target.startsWith('mc:') ? mcParts(target) : ['', target];
  const recipe = namesInCache(cache, name).find(
    (each) => each.configuration === configuration && each.provides.includes(name),
  );
  return (recipe?.tasks ?? [])
    .map((task) => ({ word: `${target}:${task.replace(/^do_/, '')}`, about: 'task' }))
    .sort(byWord);
}

function mcParts(target: string): readonly [string, string] {
  const [, configuration = '', ...rest] = target.split(':');
  return [configuration, rest.join(':')];
}

function byWord(a: Candidate, b: Candidate): number {
  return a.word < b.word ? -1 : 1;
}
