import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Clock } from '../base/clock.ts';
import type { PressureTotals, SystemLoad } from '../runqueue/pressure-gate.ts';
import type { MemoryGauge } from '../runqueue/scheduler.ts';

/** How busy this machine is, by /proc/pressure and the load average. */
export const systemLoad: SystemLoad = {
  pressureTotals: () => {
    const [cpu, io, memory] = ['cpu', 'io', 'memory'].map((name) => totalOf(readOrEmpty(`/proc/pressure/${name}`)));
    return cpu === undefined || io === undefined || memory === undefined ? undefined : { cpu, io, memory };
  },
  loadFactor: () => (loadavg()[0] ?? 0) / availableParallelism(),
};

/** `total` of the first line of a file in /proc/pressure. */
function totalOf(text: string): PressureTotals['cpu'] | undefined {
  const found = /^some .*\btotal=(\d+)/m.exec(text);
  return found === null ? undefined : Number(found[1]);
}

/** What a moment tells of the processors: milliseconds that all programs, this one, and this thread had and waited for. */
export interface ProcessorTimes {
  readonly atMs: number;
  readonly busyMs: number;
  readonly ownMs: number;
  readonly threadMs: number;
  readonly waitedMs: number;
}

/**
 * Gives how many tasks of others wanted a processor since this call, on average; `undefined` where nothing tells. Programs
 * of our own that ended meanwhile are told by what they took.
 */
export function watchOthers(): (programsMs?: number) => number | undefined {
  const before = processorTimes();
  return (programsMs = 0) => {
    const after = processorTimes();
    // A part of a machine cannot see who else wants that part.
    const isPart = availableParallelism() < cpus().length;
    if (isPart || before === undefined || after === undefined) return undefined;
    return othersAtWork(before, { ...after, ownMs: after.ownMs + programsMs });
  };
}

const shortestLookMs = 100;

/** What others took of the processors, by the share that everyone gets of what he wants: that of this thread. */
export function othersAtWork(before: ProcessorTimes, after: ProcessorTimes): number | undefined {
  const lookedMs = after.atMs - before.atMs;
  const ranMs = after.threadMs - before.threadMs;
  if (lookedMs < shortestLookMs || ranMs <= 0) return undefined;
  const takenMs = after.busyMs - before.busyMs - (after.ownMs - before.ownMs);
  const share = ranMs / (ranMs + after.waitedMs - before.waitedMs);
  return Math.max(0, takenMs) / lookedMs / share;
}

const ticksMs = 10;

/** `undefined` where there is no /proc. */
function processorTimes(): ProcessorTimes | undefined {
  const total = /^cpu +(\d+) (\d+) (\d+) \d+ \d+ (\d+) (\d+)/.exec(readOrEmpty('/proc/stat'));
  const thread = /^(\d+) (\d+)/.exec(readOrEmpty('/proc/self/schedstat'));
  if (total === null || thread === null) return undefined;
  const { user, system } = process.cpuUsage();
  return {
    atMs: performance.now(),
    busyMs: total.slice(1).reduce((sum, each) => sum + Number(each), 0) * ticksMs,
    ownMs: (user + system) / 1000,
    threadMs: Number(thread[1]) / 1e6,
    waitedMs: Number(thread[2]) / 1e6,
  };
}

const lookAgainMs = 500;

/** Memory of this machine or container: what is free now is what tasks may take together. */
export function memoryGauge(clock: Clock): MemoryGauge {
  const budgetBytes = availableMemory();
  let known = { bytes: budgetBytes, atMs: clock.monotonicMs() };
  return {
    budgetBytes,
    availableBytes: () => {
      const atMs = clock.monotonicMs();
      if (atMs - known.atMs > lookAgainMs) known = { bytes: availableMemory(), atMs };
      return known.bytes;
    },
  };
}

/** Bytes that programs may still take: what the kernel can free counts as free, and a container's limit counts. */
function availableMemory(): number {
  const machine = /^MemAvailable:\s+(\d+) kB$/m.exec(readOrEmpty('/proc/meminfo'))?.[1];
  const ofMachine = machine === undefined ? Number.POSITIVE_INFINITY : Number(machine) * 1024;
  return Math.min(
    ofMachine,
    leftInGroup('/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory.current', '/sys/fs/cgroup/memory.stat'),
    leftInGroup(
      '/sys/fs/cgroup/memory/memory.limit_in_bytes',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes',
      '/sys/fs/cgroup/memory/memory.stat',
    ),
  );
}

/** What a control group may still take; infinite where there is none, or no limit. */
function leftInGroup(limitFile: string, usageFile: string, statFile: string): number {
  const limit = Number.parseInt(readOrEmpty(limitFile), 10);
  const usage = Number.parseInt(readOrEmpty(usageFile), 10);
  if (Number.isNaN(limit) || Number.isNaN(usage)) return Number.POSITIVE_INFINITY;
  const cache = Number(/^(?:total_)?inactive_file (\d+)$/m.exec(readOrEmpty(statFile))?.[1] ?? 0);
  return limit - Math.max(0, usage - cache);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
