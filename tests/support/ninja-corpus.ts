import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chain, dependenciesOf, recipeName } from './engine-corpus.ts';

/**
 * Writes the tasks of `writeEngineCorpus` as build.ninja and Makefile: each edge runs `sh` on an empty script and leaves a
 * stamp file, since without one neither program would know that it is done.
 */
export function writeNinjaCorpus(root: string, recipes: number): void {
  mkdirSync(join(root, 'src'), { recursive: true });
  mkdirSync(join(root, 'out'), { recursive: true });
  const ninja: string[] = ['rule task', '  command = sh -c : && : > $out', ''];
  const make: string[] = ['all: out/everything', ''];
  for (let number = 0; number < recipes; number++) {
    const name = recipeName(number);
    writeFileSync(join(root, 'src', `${name}.txt`), `the source of ${name}\n`);
    for (const [index, task] of chain.entries()) {
      const needs = needsOf(number, index).join(' ');
      ninja.push(`build out/${name}.${task}: task ${needs}`);
      make.push(`out/${name}.${task}: ${needs}`, '\t@sh -c : && : > $@');
    }
  }
  const last = Array.from({ length: recipes }, (_, number) => `out/${recipeName(number)}.${chain.at(-1)}`).join(' ');
  ninja.push(`build out/everything: task ${last}`, 'default out/everything', '');
  make.push(`out/everything: ${last}`, '\t@sh -c : && : > $@', '');
  writeFileSync(join(root, 'build.ninja'), ninja.join('\n'));
  writeFileSync(join(root, 'Makefile'), make.join('\n'));
}

function needsOf(number: number, index: number): readonly string[] {
  const name = recipeName(number);
  if (index === 0) return [`src/${name}.txt`];
  const before = [`out/${name}.${chain[index - 1]}`];
  if (chain[index] !== 'configure') return before;
  return [...before, ...dependenciesOf(number).map((each) => `out/${recipeName(each)}.populate_sysroot`)];
}
