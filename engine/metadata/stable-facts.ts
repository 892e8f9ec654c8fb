import type { HostFacts } from '../python/engine-host.ts';

/**
 * The facts that results are kept by, as text: all but the clock and the process. What came of these stands until something
 * else changes, as in BitBake, whose cache leaves DATE and TIME out.
 */
export function stableFacts(facts: HostFacts | undefined): string {
  const { now: _now, processId: _processId, environment, ...stable } = facts ?? {};
  return JSON.stringify([stable, [...(environment ?? [])]]);
}
