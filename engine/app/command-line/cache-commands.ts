import { command } from './command.ts';
import {
  cacheGcOptions,
  cacheKeygenOptions,
  cachePublishOptions,
  cacheServeOptions,
  cacheStatsOptions,
  cacheUnpinOptions,
  cacheVerifyOptions,
  commonOptions,
} from './command-options.ts';

/** Commands about stores of results, the team's and our own. */
export const cacheCommands = [
  command({
    name: 'cache serve',
    summary: 'offer a store of results to a team over HTTP',
    details: [
      'Reading is for all, writing for those with a token. Builds may use the store at the same time.',
      'Bazel and other programs that speak /ac and /cas can use it as well. docs/sstate.md tells how a team sets it up.',
      'Example: `stx-bake cache serve --listen 0.0.0.0:8480 --token-file /etc/stx-tokens`',
    ],
    options: cacheServeOptions,
    load: async () => (await import('../commands/cache-serve.ts')).cacheServeCommand,
  }),
  command({
    name: 'cache publish',
    usage: '[URL]...',
    summary: 'bring all results of the local store to servers or folders that lack them (default: SSTATE_PUBLISH)',
    details: ['Example: `stx-bake cache publish file:///srv/www/stx-cache` fills a folder for any web server.'],
    options: cachePublishOptions,
    load: async () => (await import('../commands/cache-publish.ts')).cachePublishCommand,
  }),
  command({
    name: 'cache keygen',
    usage: 'NAME FILE',
    summary: 'make a key that signs results: the secret in FILE, the public part on standard output',
    details: [
      'SSTATE_SIGNING_KEY = FILE signs what a build publishes; SSTATE_TRUSTED_KEYS holds the public parts that count.',
      'Example: `stx-bake cache keygen ci-2025 ~/.stx-bake/ci.key`',
    ],
    options: cacheKeygenOptions,
    load: async () => (await import('../commands/cache-keygen.ts')).cacheKeygenCommand,
  }),
  command({
    name: 'cache gc',
    summary: 'remove results from the store: by size, age and last use',
    details: [
      'Blobs that no result needs go always. Pinned results stay, and what builds under way use. Builds may go on meanwhile.',
      'Example: `stx-bake cache gc --max-size 50G --unused 60d --dry-run`',
    ],
    options: cacheGcOptions,
    load: async () => (await import('../commands/cache-gc.ts')).cacheGcCommand,
  }),
  command({
    name: 'cache verify',
    summary: 'read all of the store; what is damaged is set aside and built anew',
    details: [
      'Ends with 1 when something was damaged. Builds may go on meanwhile.',
      'Example: `stx-bake cache verify --dry-run`',
    ],
    options: cacheVerifyOptions,
    load: async () => (await import('../commands/cache-verify.ts')).cacheVerifyCommand,
  }),
  command({
    name: 'cache stats',
    summary: 'how much is in the store, what it saves, and what is pinned',
    details: ['Example: `stx-bake cache stats --store /srv/sstate`'],
    options: cacheStatsOptions,
    load: async () => (await import('../commands/cache-stats.ts')).cacheStatsCommand,
  }),
  command({
    name: 'cache pin',
    usage: 'NAME TARGET...',
    summary: 'keep the results of these targets, as they are now, until the pin is taken away',
    details: [
      'A pin of the same name is replaced. What has no result yet is not held: build first.',
      'Example: `stx-bake cache pin release-11 stx-image`',
    ],
    options: commonOptions,
    load: async () => (await import('../commands/cache-pin.ts')).cachePinCommand,
  }),
  command({
    name: 'cache unpin',
    usage: 'NAME',
    summary: 'take a pin away',
    details: ['Example: `stx-bake cache unpin release-11`'],
    options: cacheUnpinOptions,
    load: async () => (await import('../commands/cache-pin.ts')).cacheUnpinCommand,
  }),
];
