import { chmodSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { TestProject, toyLayer } from './test-project.ts';

const recipes = ['one', 'two', 'three'] as const;
type RecipeName = (typeof recipes)[number];

const ofRecipe = ['own', 'version', 'flag', 'content', 'mode', 'append', 'layer', 'preferred'] as const;
const ofAll = ['variable', 'module', 'class'] as const;

/** One input that changes. */
export interface WholeChange {
  readonly kind: (typeof ofRecipe)[number] | (typeof ofAll)[number];
  readonly recipe: RecipeName;
}

/** A change of every kind, in any order and of any recipe. */
export function wholeChanges(): fc.Arbitrary<readonly WholeChange[]> {
  const kinds = [...ofRecipe, ...ofAll];
  const recipe = fc.constantFrom(...recipes);
  return fc
    .tuple(
      fc.shuffledSubarray(kinds, { minLength: kinds.length }),
      fc.array(recipe, { minLength: kinds.length, maxLength: kinds.length }),
    )
    .map(([drawn, names]) => drawn.map((kind, index) => ({ kind, recipe: names[index] ?? 'one' })));
}

/**
 * Three recipes in a row, built by the whole program. What must run after a change is worked out here, from the inputs
 * that each task sees and from what it was last done with.
 */
export class WholeProject implements AsyncDisposable {
  readonly #counts = new Map<string, number>();
  readonly #stamps = new Map<string, string>();
  readonly #stored = new Set<string>();
  readonly project: TestProject;
  readonly #written = new Map<string, string>();

  constructor() {
    this.project = new TestProject({});
    this.#write();
  }

  /** Makes the change, builds twice and compares what ran, what `affected` had named, and what was built. Throws Error. */
  async check(change: WholeChange): Promise<void> {
    const say = (what: string): string => `${change.kind} of ${change.recipe}: ${what}`;
    const named = await this.#affected(change);
    const counted = (ofAll as readonly string[]).includes(change.kind)
      ? change.kind
      : `${change.kind} ${change.recipe}`;
    this.#counts.set(counted, this.#count(counted) + 1);
    this.#write();
    const ran = await this.build(say);
    const unexpected = ran.filter((task) => named !== undefined && !named.has(task.replace('restore ', '')));
    same(say('tasks that ran although `affected` did not name them'), unexpected, []);
  }

  /** Builds, then once more; the tasks that ran or were restored. */
  async build(say = (what: string): string => what): Promise<readonly string[]> {
    const first = await this.#run();
    same(say('the tasks that ran'), first, this.#expected());
    same(say('tasks that ran once more'), await this.#run(), []);
    for (const name of recipes)
      same(
        say(`what ${name} is`),
        this.project.read(`build/tmp/out/${name}/result`).split('\n'),
        this.#output(name).split('\n'),
      );
    return first;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.project[Symbol.asyncDispose]();
  }

  async #run(): Promise<readonly string[]> {
    const run = await this.project.run(['world']);
    if (run.status !== 0) throw new Error(run.output);
    return [...run.ran, ...run.restored.map((task) => `restore ${task}`)].sort();
  }

  async #affected(change: WholeChange): Promise<ReadonlySet<string> | undefined> {
    const subject = this.#subject(change);
    const answer = await this.project.run(['affected', '--json', '--all', subject]);
    if (answer.status !== 0) throw new Error(answer.output);
    return new Set([...answer.stdout.matchAll(/"([a-z]+:do_[a-z]+)"/g)].map((match) => match[1] ?? ''));
  }

  #subject({ kind, recipe }: WholeChange): string {
    const layer = join(this.project.path, 'meta-toy');
    switch (kind) {
      case 'own':
        return `${recipe}:OWN`;
      case 'flag':
        return `${recipe}:do_compile[mark]`;
      case 'content':
      case 'mode':
        return join(layer, `recipes/${recipe}/files/source.txt`);
      case 'version':
        return recipe;
      case 'append':
        return join(layer, `recipes/${recipe}/${recipe}_%.bbappend`);
      case 'layer':
        return join(this.project.path, 'build/conf/bblayers.conf');
      case 'preferred':
        return `PREFERRED_VERSION_${recipe}`;
      case 'variable':
        return 'WORD_OF_ALL';
      case 'module':
        return join(layer, 'lib/toy/word.py');
      case 'class':
        return join(layer, 'classes/base.bbclass');
    }
  }

  #count(input: string): number {
    return this.#counts.get(input) ?? 0;
  }

  #version(name: RecipeName): string {
    return this.#count(`preferred ${name}`) % 2 === 1 ? '0.5' : `1.${this.#count(`version ${name}`)}`;
  }

  #words(name: RecipeName): string {
    const appended = ['append', 'layer'].map((kind) => this.#count(`${kind} ${name}`));
    return `own${this.#count(`own ${name}`)}${appended.map((count) => (count === 0 ? '' : ` more${count}`)).join('')}`;
  }

  /** What the recipe gives; of flags and modes it shows nothing. */
  #output(name: RecipeName): string {
    const before = recipes[recipes.indexOf(name) - 1];
    const module = name === 'two' ? ` word${this.#count('module')}` : '';
    const shared = name === 'one' ? '' : ` all${this.#count('variable')}`;
    const lines = [
      `${name} ${this.#version(name)} ${this.#words(name)} class${this.#count('class')}${shared}${module}`,
    ];
    lines.push(`content${this.#count(`content ${name}`)}`);
    return `${lines.join('\n')}\n${before === undefined ? '' : this.#output(before)}`;
  }

  /** What each task of a recipe sees. */
  #states(name: RecipeName): ReadonlyMap<string, string> {
    const seen = (kinds: readonly string[]): string =>
      kinds.map((kind) => `${kind}${this.#count(`${kind} ${name}`)}`).join();
    const mode = `mode${this.#count(`mode ${name}`) % 2}`;
    const early = `${this.#version(name)} ${seen(['content'])} ${mode}`;
    const word = `${early} word${this.#count('module')}`;
    const compile = `${name === 'two' ? word : early} ${seen(['flag'])} ${this.#output(name)}`;
    const states = new Map(['fetch', 'unpack', 'patch'].map((task) => [`${name}:do_${task}`, early]));
    if (name === 'two') states.set('two:do_word', word);
    return states.set(`${name}:do_compile`, compile).set(`${name}:do_stage`, compile);
  }

  #expected(): readonly string[] {
    const expected: string[] = [];
    for (const name of recipes) {
      const states = this.#states(name);
      const stage = `${name}:do_stage`;
      const wanted = states.get(stage) ?? '';
      if (this.#stamps.get(stage) === wanted) continue;
      const isStored = this.#stored.has(`${stage} ${wanted}`);
      this.#stored.add(`${stage} ${wanted}`);
      if (isStored) expected.push(`restore ${stage}`);
      const due = [...states].filter(([task, state]) => task === stage || this.#stamps.get(task) !== state);
      for (const [task, state] of isStored ? [[stage, wanted] as const] : due) {
        this.#stamps.set(task, state);
        if (!isStored) expected.push(task);
      }
    }
    return expected.sort();
  }

  #write(): void {
    for (const name of recipes) this.#rename(name);
    for (const [name, text] of Object.entries(this.#files())) {
      if (this.#written.get(name) === text) continue;
      this.project.write(name, text);
      this.#written.set(name, text);
    }
    for (const name of recipes) {
      const path = join(this.project.path, `meta-toy/recipes/${name}/files/source.txt`);
      chmodSync(path, this.#count(`mode ${name}`) % 2 === 1 ? 0o755 : 0o644);
    }
  }

  #rename(name: RecipeName): void {
    const file = (version: number): string => `meta-toy/recipes/${name}/${name}_1.${version}.bb`;
    const now = this.#count(`version ${name}`);
    const before = file(now - 1);
    if (now === 0 || !this.#written.has(before)) return;
    renameSync(join(this.project.path, before), join(this.project.path, file(now)));
    rmSync(join(this.project.path, before), { force: true });
    this.#written.set(file(now), this.#written.get(before) ?? '');
    this.#written.delete(before);
  }

  #files(): Readonly<Record<string, string>> {
    const chosen = recipes.filter((name) => this.#count(`preferred ${name}`) % 2 === 1);
    const more = recipes.filter((name) => this.#count(`layer ${name}`) > 0);
    const configuration = toyLayer['meta-toy/conf/bitbake.conf'] ?? '';
    const files: Record<string, string> = {
      'meta-toy/conf/layer.conf': `${toyLayer['meta-toy/conf/layer.conf']}BBFILES += "\${LAYERDIR}/recipes/*/*.bbappend"\n`,
      'meta-toy/conf/bitbake.conf': `BB_SIGNATURE_EXCLUDE_FLAGS = "func python task deps doc"\n${configuration}`,
      'meta-toy/classes/base.bbclass': `${toyLayer['meta-toy/classes/base.bbclass']}FROM_CLASS = "class${this.#count('class')}"\n`,
      'meta-toy/lib/toy/__init__.py': '',
      'meta-toy/lib/toy/word.py': `WORD = "word${this.#count('module')}"\n`,
      'build/conf/bblayers.conf': `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "\${TOPDIR}/../meta-toy${more.length > 0 ? ' ${TOPDIR}/../meta-more' : ''}"\n`,
      'build/conf/local.conf': [
        `WORD_OF_ALL = "all${this.#count('variable')}"`,
        ...chosen.map((name) => `PREFERRED_VERSION_${name} = "0.5"`),
        '',
      ].join('\n'),
    };
    if (more.length > 0) files['meta-more/conf/layer.conf'] = moreLayer;
    for (const name of recipes) Object.assign(files, this.#recipeFiles(name));
    return files;
  }

  #recipeFiles(name: RecipeName): Record<string, string> {
    const folder = `meta-toy/recipes/${name}`;
    const before = recipes[recipes.indexOf(name) - 1];
    const shown = ['${PN} ${PV} ${OWN} ${FROM_CLASS}', ...(name === 'one' ? [] : ['${WORD_OF_ALL}'])].join(' ');
    const lines = [
      `DEPENDS = "${before ?? ''}"`,
      'SRC_URI = "file://source.txt"',
      `OWN = "own${this.#count(`own ${name}`)}"`,
      `do_compile[mark] = "${this.#count(`flag ${name}`)}"`,
      ...(name === 'two' ? wordTask : []),
      'do_compile() {',
      `    echo "${shown}${name === 'two' ? ' $(cat ${WORKDIR}/word.txt)' : ''}" > result`,
      '    cat source.txt >> result',
      ...(before === undefined ? [] : [`    cat "\${TMPDIR}/out/${before}/result" >> result`]),
      '}',
      '',
    ];
    const appends = [
      ['append', `${folder}/${name}_%.bbappend`],
      ['layer', `meta-more/recipes/${name}_%.bbappend`],
    ].flatMap(([kind, path]) => {
      const count = this.#count(`${kind} ${name}`);
      return count === 0 ? [] : [[path, `OWN:append = " more${count}"\n`] as const];
    });
    return {
      [`${folder}/${name}_1.${this.#count(`version ${name}`)}.bb`]: lines.join('\n'),
      [`${folder}/${name}_0.5.bb`]: lines.join('\n'),
      [`${folder}/files/source.txt`]: `content${this.#count(`content ${name}`)}\n`,
      ...Object.fromEntries(appends),
    };
  }
}

const wordTask = [
  'python do_word() {',
  '    from toy.word import WORD',
  '    with open(d.getVar("WORKDIR") + "/word.txt", "w") as out:',
  '        out.write(WORD)',
  '}',
  'addtask word after do_patch before do_compile',
];

const moreLayer = [
  'BBPATH .= ":${LAYERDIR}"',
  'BBFILES += "${LAYERDIR}/recipes/*.bbappend"',
  'BBFILE_COLLECTIONS += "more"',
  'BBFILE_PATTERN_more = "^${LAYERDIR}/"',
  'BBFILE_PRIORITY_more = "6"',
  'LAYERSERIES_COMPAT_more = "toy"',
  '',
].join('\n');

function same(what: string, actual: readonly string[], expected: readonly string[]): void {
  if (actual.join('\n') === expected.join('\n')) return;
  throw new Error(`${what}: ${actual.join(' ') || 'none'}\nexpected: ${expected.join(' ') || 'none'}`);
}

/** Checks changes of every kind, one after the other, in so many projects. Rejects with the smallest counterexample found. */
export async function checkWholeRebuilds(options: { readonly projects: number; readonly seed?: number | undefined }) {
  const property = fc.asyncProperty(wholeChanges(), async (changes) => {
    await using project = new WholeProject();
    await project.build();
    for (const change of changes) await project.check(change);
  });
  const { projects, seed } = options;
  await fc.assert(property, {
    numRuns: projects,
    endOnFailure: true,
    includeErrorInReport: true,
    ...(seed === undefined ? {} : { seed }),
  });
}
