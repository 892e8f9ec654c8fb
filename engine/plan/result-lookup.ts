import type { Digest } from '../base/digest.ts';

/** A stored result that can be restored. */
export interface KnownResult {
  /** Names the stored ActionResult. */
  readonly result: Digest;
  /** Identifies the captured content. */
  readonly output: Digest;
}

/** Where stored results are asked for; app passes in the action cache. */
export interface ResultLookup {
  /** Results by action key; keys without a usable result are absent. */
  find(keys: readonly string[]): Promise<ReadonlyMap<string, KnownResult>>;
  /** Whether a result that was found is lost by now: what had it cannot be reached any more. */
  isLost?(key: string): boolean;
}

/** A lookup that remembers answers. */
export interface RememberingLookup extends ResultLookup {
  /** A result that has come to be since. */
  learn(key: string, result: KnownResult): void;
}

/** A lookup that asks for each key at most once, misses included. */
export function rememberingLookup(lookup: ResultLookup): RememberingLookup {
  const answers = new Map<string, KnownResult | undefined>();
  return {
    isLost: (key) => lookup.isLost?.(key) ?? false,
    learn: (key, result) => void answers.set(key, result),
    async find(keys) {
      const fresh = [...new Set(keys)].filter((key) => !answers.has(key));
      if (fresh.length > 0) {
        const found = await lookup.find(fresh);
        for (const key of fresh) answers.set(key, found.get(key));
      }
      const known = new Map<string, KnownResult>();
      for (const key of keys) {
        const answer = answers.get(key);
        if (answer) known.set(key, answer);
      }
      return known;
    },
  };
}
