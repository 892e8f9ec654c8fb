import { join } from 'node:path';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { writePin } from '../../engine/sstate/store-pins.ts';
import { meet } from './team-stores.ts';

/** Script: takes results from a mirror into a store, pins them and publishes them to a folder; killed at any moment. */
const { path, mirror, target, keys } = JSON.parse(process.argv[2] ?? '') as {
  path: string;
  mirror: string;
  target: string;
  keys: readonly string[];
};
const directory = join(path, 'sstate');
const store = openLocalStore(directory);
const by = { path, directory, store, make: async () => '', has: async () => true, [Symbol.dispose]: () => undefined };
await using team = meet(by, { mirrors: [mirror], publish: [target], isSweep: true });
await team.find(keys);
for (const key of keys) {
  await team.fetch(key);
  team.publish(key);
  await writePin(directory, { name: 'all', keys: [key], comment: 'a test' });
}
await team.finish();
