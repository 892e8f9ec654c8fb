import { readdirSync, readFileSync } from 'node:fs';

const firstLookMs = 50;
const slowestMs = 1000;

/**
 * Looks at the memory of a process and all below it from time to time, more rarely the longer it runs; `stop` ends that
 * and gives the most that was seen, or `undefined` when nothing was (a short run, no /proc).
 */
export function watchMemory(pid: number): { stop(): number | undefined } {
  let peak = 0;
  let waitMs = firstLookMs;
  let timer = setTimeout(look, waitMs);
  function look(): void {
    peak = Math.max(peak, memoryOfTree(pid));
    waitMs = Math.min(slowestMs, waitMs * 1.5);
    timer = setTimeout(look, waitMs);
  }
  return {
    stop: () => {
      clearTimeout(timer);
      return peak > 0 ? peak : undefined;
    },
  };
}

/** Resident bytes of a process and its descendants; pages that several have count several times. */
function memoryOfTree(pid: number): number {
  const tree = new Set([pid]);
  let bytes = 0;
  // A Set yields what is added to it during the loop.
  for (const each of tree) {
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readOrEmpty(`/proc/${each}/status`))?.[1];
    bytes += Number(resident ?? 0) * 1024;
    for (const child of childrenOf(each)) tree.add(child);
  }
  return bytes;
}

/** Each thread has children of its own. */
function childrenOf(pid: number): readonly number[] {
  const threads = namesIn(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    readOrEmpty(`/proc/${pid}/task/${thread}/children`)
      .split(' ')
      .flatMap((word) => (word.trim() === '' ? [] : [Number(word)])),
  );
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
