import { canonicalJson, type Json } from '../../base/canonical-json.ts';
import { shortDigest } from '../file-cache.ts';
import type { GivenFacts } from '../open-configuration.ts';
import { stableFacts } from '../stable-facts.ts';

/** Digest of what the caller gave. */
export function givenDigest({ environment, givenFlags, forceVariables, topDirectory, facts }: GivenFacts): string {
  const given = {
    environment,
    givenFlags,
    forceVariables,
    topDirectory,
    machine: stableFacts(facts),
  };
  return shortDigest(canonicalJson(given as unknown as Json));
}
