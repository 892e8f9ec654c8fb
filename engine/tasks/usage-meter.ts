import { AsyncLocalStorage } from 'node:async_hooks';
import type { TaskUsage } from '../messages/task-outcome.ts';

const current = new AsyncLocalStorage<{ cpuMs: number; peakMemoryBytes: number }>();

/** Runs the work of one task and adds up what it and the programs that it ran took; `usage` gives the sum so far. */
export async function measureUsage<T>(work: (usage: () => TaskUsage) => Promise<T>): Promise<T> {
  const sum = { cpuMs: 0, peakMemoryBytes: 0 };
  const before = process.threadCpuUsage();
  return current.run(sum, () =>
    work(() => {
      const { user, system } = process.threadCpuUsage(before);
      const cpuMs = Math.round(sum.cpuMs + (user + system) / 1000);
      return { cpuMs, programsMs: sum.cpuMs || undefined, peakMemoryBytes: sum.peakMemoryBytes || undefined };
    }),
  );
}

/** Adds what a program took, with all that it started, to the task that is being measured. */
export function noteUsage({ cpuMs = 0, peakMemoryBytes = 0 }: TaskUsage): void {
  const sum = current.getStore();
  if (sum === undefined) return;
  sum.cpuMs += cpuMs;
  sum.peakMemoryBytes = Math.max(sum.peakMemoryBytes, peakMemoryBytes);
}
