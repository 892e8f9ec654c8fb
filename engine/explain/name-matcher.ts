import type { Recipe } from '../metadata/recipe.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { WrittenName } from './file-statements.ts';

/** Flags that change what the signature of a task, or what a variable adds to one, is made from. */
const shapingFlags = new Set([
  'vardeps',
  'vardepsexclude',
  'vardepvalue',
  'vardepvalueexclude',
  'prefuncs',
  'postfuncs',
  'exports',
  'python',
  'func',
]);

/** The same for flags of a task alone. */
const taskFlags = new Set([
  ...['builtin', 'noexec', 'nostamp', 'file-checksums', 'lock-root', 'sstate-inputdirs', 'sstate-outputdirs'],
  ...['sstate-plaindirs', 'stamp-extra-info'],
  ...['deptask', 'rdeptask', 'recrdeptask', 'recideptask', 'recdeptask', 'depends', 'rdepends', 'mcdepends'],
  ...['norecrdeptask', 'runall'],
]);

/** Variables whose words choose the dependencies of tasks that have one of these flags. */
const dependencyVariables: Readonly<Record<string, readonly string[]>> = {
  DEPENDS: ['deptask', 'recrdeptask', 'recdeptask'],
  RDEPENDS: ['rdeptask', 'recrdeptask'],
  RRECOMMENDS: ['rdeptask', 'recrdeptask'],
  PACKAGES: ['rdeptask', 'recrdeptask'],
};

/** Variables that every signature of a recipe is made with. */
const everySignature = new Set(['BB_BASEHASH_IGNORE_VARS', 'BB_SIGNATURE_EXCLUDE_FLAGS']);
const sourceVariables = new Set(['SRC_URI', 'FILESPATH', 'FILESEXTRAPATHS']);

/** Says which tasks take in one of the names that statements write. */
export class NameMatcher {
  /** Names without references and overrides, by far the most: variable, or variable and flag. */
  readonly #plain = new Set<string>();
  readonly #others: readonly WrittenName[];
  readonly #flagged: readonly WrittenName[];

  constructor(names: readonly WrittenName[]) {
    const others: WrittenName[] = [];
    for (const each of names) {
      const isPlain = each.condition === undefined && !/[:$]/.test(each.base);
      if (isPlain && each.flag === undefined) this.#plain.add(each.base);
      else if (isPlain && each.flag !== undefined) this.#plain.add(`${each.base}[${each.flag}]`);
      else others.push(each);
    }
    this.#others = others;
    this.#flagged = names.filter(({ flag }) => flag !== undefined);
  }

  /** Whether the signature of the task is made from one of the names. */
  matches(task: DescribedTask): boolean {
    const { recipe, id } = task.task;
    if (this.#flagged.some((each) => shapesByFlag(each, task))) return true;
    if (this.#shapesOutside(task)) return true;
    if (task.noexec) return false;
    const { metadata } = task.inputs;
    if (metadata.body !== null && task.type === undefined && this.#names(id.task, recipe)) return true;
    for (const name in metadata.variables) if (this.#names(name, recipe)) return true;
    for (const name in metadata.surroundings) if (this.#names(name, recipe)) return true;
    return false;
  }

  #names(key: string, recipe: Recipe): boolean {
    return this.#plain.has(key) || this.#others.some((each) => coversKey(each, key, recipe));
  }

  /** What is in a signature without being a variable of it: its dependencies, its sources, what is left out. */
  #shapesOutside(task: DescribedTask): boolean {
    const flags: Readonly<Record<string, string>> = task.task.recipe.tasks.get(task.task.id.task)?.flags ?? {};
    for (const [name, wanted] of Object.entries(dependencyVariables)) {
      if (wanted.some((flag) => flags[flag] !== undefined) && this.#writes(name)) return true;
    }
    if (Object.keys(task.inputs.outside.locks).length > 0 && this.#writes('LOCK_FILE')) return true;
    if (task.noexec) return false;
    for (const name of everySignature) if (this.#plain.has(name)) return true;
    const hasSources = Object.keys(task.inputs.outside.files).some((each) => each.startsWith('file://'));
    return hasSources && [...sourceVariables].some((name) => this.#writes(name));
  }

  #writes(name: string): boolean {
    return this.#plain.has(name) || this.#others.some(({ base, flag }) => flag === undefined && stem(base) === name);
  }
}

function shapesByFlag({ base, flag = '' }: WrittenName, task: DescribedTask): boolean {
  const { recipe, id } = task.task;
  const isOwn = written(stem(base), recipe).test(id.task);
  if (isOwn && (taskFlags.has(flag) || shapingFlags.has(flag))) return true;
  if (!shapingFlags.has(flag) || task.noexec) return false;
  const { variables, surroundings } = task.inputs.metadata;
  return Object.hasOwn(variables, base) || Object.hasOwn(surroundings, base);
}

/** `key` is a name of a signature: `CFLAGS`, `FILES:app-dev`, `SRC_URI[sha256sum]`. */
function coversKey({ base, condition, flag }: WrittenName, key: string, recipe: Recipe): boolean {
  const words = [...base.split(':').slice(1), ...(condition?.split(':') ?? [])];
  const suffix = flag === undefined ? '' : `[${flag}]`;
  if (!key.endsWith(suffix)) return false;
  const name = suffix === '' ? key : key.slice(0, -suffix.length);
  if (written(base, recipe).test(name)) return true;
  // An override form counts for the variable itself, unless its words cannot be in force.
  return (
    base.includes(':') && written(stem(base), recipe).test(name) && words.every((word) => mayBeActive(word, recipe))
  );
}

function mayBeActive(word: string, recipe: Recipe): boolean {
  if (word.startsWith('pn-')) return written(word.slice(3), recipe).test(recipe.pn);
  return !recipe.packages.some((name) => written(word, recipe).test(name));
}

function stem(base: string): string {
  const at = base.replaceAll(/\$\{[^}]*\}/g, (reference) => '$'.repeat(reference.length)).indexOf(':');
  return at === -1 ? base : base.slice(0, at);
}

/** A name as written, references open: `${PN}` is the recipe's, any other may be anything. */
function written(name: string, recipe: Recipe): RegExp {
  const known = patterns.get(name);
  if (known !== undefined) return known;
  const hasOwn = name.includes('${PN}');
  const parts = name.replaceAll('${PN}', recipe.pn).split(/\$\{[^}]*\}/);
  const pattern = new RegExp(`^${parts.map((each) => each.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
  if (!hasOwn) patterns.set(name, pattern);
  return pattern;
}

const patterns = new Map<string, RegExp>();
