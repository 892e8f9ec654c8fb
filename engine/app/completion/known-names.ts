import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CachedNames, namesInCache, taskNamesInCache, valueInCache } from '../../metadata/cache/names-in-cache.ts';
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
    recipes: (prefix) => recipes(cache(), prefix),
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

/** A configuration that was not read yet has the names of the default one. */
function recipes(cache: string, prefix: string): readonly Candidate[] {
  const found = namesInCache(cache, plainPart(prefix));
  const words = [...recipeWords(found, prefix)];
  if (prefix.startsWith('mc:')) {
    const read = new Set(namesInCache(cache, '').map(({ configuration }) => configuration));
    const plain = [...recipeWords(found, plainPart(prefix))];
    for (const name of configurationsBeside(cache).filter((each) => !read.has(each)))
      words.push(...plain.map(({ word, about }) => ({ word: `mc:${name}:${word}`, about })));
  }
  return words.sort(byWord);
}

/** Names with a file `conf/multiconfig/NAME.conf` along BBPATH. */
function configurationsBeside(cache: string): readonly string[] {
  const folders = (valueInCache(cache, 'BBPATH') ?? '').split(':').filter((each) => each !== '');
  return [...new Set(folders.flatMap((folder) => confFiles(join(folder, 'conf', 'multiconfig'))))];
}

function confFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((name) => (name.endsWith('.conf') ? [name.slice(0, -5)] : []));
  } catch {
    return [];
  }
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
