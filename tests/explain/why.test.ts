import test from 'ava';
import fc from 'fast-check';
import { formatDigest } from '../../engine/base/digest.ts';
import { sha256 } from '../../engine/base/sha256.ts';
import type { PastWork } from '../../engine/explain/cause-finder.ts';
import { ownDigest } from '../../engine/explain/own-inputs.ts';
import { explainDirty, type WhyInputs } from '../../engine/explain/why.ts';
import type { DoneTask } from '../../engine/history/history.ts';
import { makePlan } from '../../engine/plan/make-plan.ts';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import { BuildDirectory, collect, newOutput, sameOutput, type World } from '../support/build-world.ts';

/** A build directory that remembers what its tasks were made from. */
class Remembering implements PastWork {
  readonly directory = new BuildDirectory();
  readonly #done = new Map<string, DoneTask>();
  readonly #texts = new Map<string, string>();
  readonly #outputs = new Map<string, string>();

  async build(world: World, behaviour = newOutput): Promise<void> {
    const { inputs } = await this.directory.inputs(world, { behaviour });
    const onDone: typeof inputs.onDone = (task, stamp, digests) => {
      const { signature, base } = task.records(new Map(Object.entries(digests())));
      for (const text of [signature, base]) this.#texts.set(sha256(text), text);
      const output = stamp.output && formatDigest(stamp.output);
      const own = { base: sha256(base), own: ownDigest(task) };
      this.#done.set(task.key, { build: 1, signature: stamp.signature, ...own, output });
      if (output !== undefined) this.#outputs.set(`${task.key} ${output}`, stamp.signature);
    };
    await collect(runBuild({ ...inputs, onDone }));
  }

  async why(world: World, forced: string[] = []) {
    const { planInputs } = await this.directory.inputs(world, { forced });
    const plan = await makePlan(planInputs);
    const dirty = [...plan.tasks].flatMap(([key, { decision }]) =>
      ['run', 'restore', 'open'].includes(decision) ? [key] : [],
    );
    const inputs: WhyInputs = {
      ...{ described: planInputs.described, plan, past: this, dirty: new Set(dirty), withReasons: true },
      paths: (name) => name,
      lockText: () => undefined,
      files: { readText: () => undefined },
    };
    return { dirty, causes: explainDirty(inputs) };
  }

  done(task: string): DoneTask | undefined {
    return this.#done.get(task);
  }

  record(hash: string): string | undefined {
    return this.#texts.get(hash);
  }

  signatureOf(task: string, output: string): string | undefined {
    return this.#outputs.get(`${task} ${output}`);
  }
}

/** Recipes `r0`, `r1`... with a compile task each, some of which capture; later ones need earlier ones. */
const worlds = fc
  .array(fc.record({ captures: fc.boolean(), needs: fc.array(fc.nat(), { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((made): World => {
    const edges: Record<string, readonly string[]> = {};
    const recipes: Record<string, Readonly<Record<string, string>>> = {};
    for (const [index, { captures, needs }] of made.entries()) {
      const below = index === 0 ? [] : [...new Set(needs.map((each) => `r${each % index}:do_make`))].sort();
      edges[`r${index}:do_make`] = below;
      recipes[`r${index}`] = {
        do_make: 'make ${FLAGS}\n',
        FLAGS: '-O2 ${EXTRA}',
        EXTRA: `for ${index}`,
        ...(captures ? { 'do_make[sstate-outputdirs]': `/out/r${index}` } : {}),
      };
    }
    return { edges, recipes };
  });

function changed(world: World, pick: number): { readonly recipe: string; readonly after: World } {
  const names = Object.keys(world.recipes);
  const recipe = names[pick % names.length] ?? '';
  const settings = { ...world.recipes[recipe], EXTRA: 'other' };
  return { recipe, after: { ...world, recipes: { ...world.recipes, [recipe]: settings } } };
}

test('whatever variable of whatever recipe is changed, it is the only cause, and all dirty tasks are dirty by it', async (t) => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.nat(), async (world, pick) => {
      const state = new Remembering();
      await state.build(world);
      const { recipe, after } = changed(world, pick);
      const { dirty, causes } = await state.why(after);
      const [cause] = causes;
      t.is(causes.length, 1);
      t.like(cause, { about: recipe, direct: [`${recipe}:do_make`], dirties: dirty.length });
      t.like(cause?.cause, { kind: 'variable', name: 'EXTRA', to: 'other' });
    }),
    { numRuns: 60 },
  );
});

test('two changes are two causes, also when one of them was built alone in between', async (t) => {
  await fc.assert(
    fc.asyncProperty(worlds, fc.nat(), async (world, pick) => {
      const state = new Remembering();
      await state.build(world);
      const { recipe, after } = changed(world, pick);
      await state.build({ ...after, targets: [`${recipe}:do_make`] });
      const { causes } = await state.why(after);
      for (const { cause, direct } of causes) {
        t.like(cause, { kind: 'variable', name: 'EXTRA' });
        t.deepEqual(direct, [`${recipe}:do_make`]);
      }
    }),
    { numRuns: 60 },
  );
});

const chain: World = {
  edges: { 'a:do_make': [], 'b:do_make': ['a:do_make'] },
  recipes: {
    a: { do_make: 'make ${FLAGS}\n', FLAGS: '-O2', 'do_make[sstate-outputdirs]': '/out' },
    b: { do_make: 'x\n' },
  },
};

test('a forced task is the cause of what follows it', async (t) => {
  const state = new Remembering();
  await state.build(chain);
  const { causes } = await state.why(chain, ['a:do_make']);
  t.deepEqual(
    causes.map(({ cause, dirties }) => [cause.kind, dirties]),
    [['forced', 2]],
  );
});

test('a dependency that came or went is a cause of its own', async (t) => {
  const state = new Remembering();
  await state.build(chain, sameOutput);
  const { causes } = await state.why({ ...chain, edges: { 'a:do_make': [], 'b:do_make': [] } });
  t.deepEqual(
    causes.map(({ cause }) => cause),
    [{ kind: 'dependencies', added: [], removed: ['a:do_make'] }],
  );
});

test('what is up to date has no causes', async (t) => {
  const state = new Remembering();
  await state.build(chain);
  t.deepEqual(await state.why(chain), { dirty: [], causes: [] });
});
