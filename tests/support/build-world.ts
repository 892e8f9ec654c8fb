import type { BuildEvent } from '../../engine/messages/build-event.ts';
import { makePlan } from '../../engine/plan/make-plan.ts';
import type { KnownResult } from '../../engine/plan/result-lookup.ts';
import type { Stamp } from '../../engine/plan/stamp.ts';
import type { BuildInputs } from '../../engine/runqueue/build-inputs.ts';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import type { StampStore } from '../../engine/runqueue/stamps.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import { type Behaviour, FakeTaskRunner, okOutcome } from './fake-task-runner.ts';
import { describePorts, graphOf, type Settings } from './graph-of.ts';

/** Edges and recipes of a small project. */
export interface World {
  readonly edges: Readonly<Record<string, readonly string[]>>;
  readonly recipes: Readonly<Record<string, Settings>>;
  readonly targets?: readonly string[];
}

/** A build directory with a store, in memory: stamps and results stay from build to build. */
export class BuildDirectory {
  readonly stamps = new Map<string, Stamp>();
  readonly results = new Map<string, KnownResult>();
  readonly gone = new Set<string>();
  readonly lookups: string[][] = [];
  #nowMs = 0;

  /** What a build is made from; a result is stored when a capturing task ran well. */
  async inputs(world: World, options: { forced?: string[]; behaviour?: Behaviour; runner?: FakeTaskRunner } = {}) {
    const described = await describeTasks(
      graphOf(world.edges, world.recipes, world.targets),
      describePorts({ buildNonce: String(++this.#nowMs), taint: ({ key }) => this.#taint(key, options.forced) }),
    );
    const runner = options.runner ?? new FakeTaskRunner();
    const behaviour = options.behaviour ?? runner.behaviour;
    runner.behaviour = (key, order) => {
      const outcome = behaviour(key, order);
      if (outcome?.status === 'ok' && order.actionKey && outcome.output)
        this.results.set(order.actionKey, { output: outcome.output, result: outcome.output });
      return outcome?.status === 'ok' && !order.actionKey ? { ...outcome, output: undefined } : outcome;
    };
    const planInputs = {
      described,
      stamps: new Map(this.stamps),
      forced: new Set(options.forced ?? []),
      isPresent: ({ path }: { path: string }) => !this.gone.has(path),
      results: {
        find: async (keys: readonly string[]) => {
          this.lookups.push([...keys]);
          return new Map([...this.results].filter(([key]) => keys.includes(key)));
        },
      },
    };
    const store: StampStore = {
      read: ({ key }) => this.stamps.get(key),
      write: ({ key }, stamp) => void this.stamps.set(key, stamp),
      remove: ({ key }) => void this.stamps.delete(key),
      taint: ({ key }) => this.stamps.get(key)?.taint,
      latestMs: () => Math.max(0, ...[...this.stamps.values()].map((stamp) => stamp.finishedAtMs)),
    };
    const clock = { nowMs: () => ++this.#nowMs, monotonicMs: () => this.#nowMs };
    const inputs: BuildInputs = {
      planInputs,
      runner,
      stamps: store,
      clock,
      limits: { slots: { processor: 2, network: 2 } },
    };
    return { inputs, runner, planInputs };
  }

  /** The clock of the machine is set back to its beginning. */
  setClockBack(): void {
    this.#nowMs = 0;
  }

  #taint(key: string, forced: readonly string[] | undefined): string | undefined {
    return forced?.includes(key) ? `forced ${this.#nowMs}` : this.stamps.get(key)?.taint;
  }

  /** Decisions by task. */
  async plan(world: World, forced: string[] = []): Promise<Record<string, string>> {
    const { planInputs } = await this.inputs(world, { forced });
    const { tasks } = await makePlan(planInputs);
    return Object.fromEntries([...tasks].map(([key, { decision }]) => [key, decision]));
  }

  /** Builds, and gives the started tasks in order and all events. */
  async build(world: World, options: { forced?: string[]; behaviour?: Behaviour; keepGoing?: boolean } = {}) {
    const { inputs, runner } = await this.inputs(world, options);
    const events = await collect(runBuild({ ...inputs, keepGoing: options.keepGoing }));
    return { started: runner.started, events, runner };
  }
}

/** All events of a build. */
export async function collect(events: AsyncIterable<BuildEvent>): Promise<BuildEvent[]> {
  const all: BuildEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** Outcomes whose captured content depends on nothing but the task: an input change gives the same output. */
export const sameOutput: Behaviour = (key) => okOutcome(key);

/** Outcomes whose captured content depends on the signature: every input change gives another output. */
export const newOutput: Behaviour = (key, order) => okOutcome(`${key} ${order.actionKey}`);
