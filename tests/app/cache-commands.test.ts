import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { filesBelow } from '../support/after-kill.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

test.serial('a store is counted, pinned, collected and checked from the command line', async (t) => {
  await using project = new TestProject(toyLayer);
  t.is((await project.run(['app'])).status, 0);
  const store = join(project.path, 'build/sstate');
  const stats = JSON.parse((await project.run(['cache', 'stats', '--json'])).stdout) as Record<string, unknown>;
  t.is(stats['directory'], store);
  t.is(stats['unusable'], 0);
  t.is(stats['garbageBytes'], 0);
  const count = stats['results'] as number;
  t.true(count >= 2);
  t.regex((await project.run(['cache', 'stats'])).stdout, /^results: +\d+ of \d+ tasks$/m);

  const pin = await project.run(['cache', 'pin', 'first', 'lib']);
  t.regex(pin.stdout, /^stx-bake: `first` holds 1 result$/m, pin.output);
  const dry = await project.run(['cache', 'gc', '--max-size', '0', '--dry-run']);
  t.regex(dry.stdout, new RegExp(`would remove ${count - 1} result`), dry.output);
  t.is(filesBelow(join(store, 'ac')).length, count);
  const gc = await project.run(['cache', 'gc', '--max-size', '0']);
  t.is(gc.status, 0);
  t.regex(gc.stdout, /kept although the rules say otherwise: 1 pinned result/);
  t.is(filesBelow(join(store, 'ac')).length, 1);

  rmSync(join(project.path, 'build/tmp'), { recursive: true });
  const again = await project.run(['app']);
  t.is(again.status, 0, again.output);
  t.deepEqual(again.restored, ['lib:do_stage']);
  t.true(again.ran.includes('app:do_stage'));

  t.is((await project.run(['cache', 'unpin', 'first'])).status, 0);
  const unknown = await project.run(['cache', 'unpin', 'first']);
  t.is(unknown.status, 2);
  t.regex(unknown.output, /there is no pin `first` \[bad-argument\]/);

  t.is((await project.run(['cache', 'verify'])).status, 0);
  const [blob] = filesBelow(join(store, 'cas'));
  t.truthy(blob);
  writeFileSync(blob!, 'damaged');
  const found = await project.run(['cache', 'verify']);
  t.is(found.status, 1);
  t.true(found.stdout.includes(`damaged blob: ${blob}`), found.output);
  t.is((await project.run(['cache', 'verify', '--store', store])).status, 0);
});

test.serial('sizes and times that are none are refused with the way out', async (t) => {
  await using project = new TestProject(toyLayer);
  for (const [option, text, help] of [
    ['--max-size', 'much', 'write a number with a unit: `500M`, `20G`, `1.5GiB`'],
    ['--unused', '30', 'write a number with a unit: `45m`, `12h`, `30d`, `8w`'],
  ] as const) {
    const run = await project.run(['cache', 'gc', option, text]);
    t.is(run.status, 2);
    t.true(run.output.includes(`\`${option}\` cannot be \`${text}\` [bad-option]`), run.output);
    t.true(run.output.includes(help), run.output);
  }
  const pin = await project.run(['cache', 'pin', '../x', 'app']);
  t.is(pin.status, 2);
  t.regex(pin.output, /a pin cannot be called `\.\.\/x` \[bad-argument\]/);
});

test.serial('the store holds the texts behind the key of a result, and finds keys by task', async (t) => {
  await using project = new TestProject(toyLayer);
  t.is((await project.run(['app'])).status, 0);
  const { actions, blobs, tasks } = openLocalStore(join(project.path, 'build/sstate'));
  const [entry] = await tasks.keysOf({ recipe: 'lib', task: 'do_stage' });
  const key = entry?.key ?? '';
  const result = (await actions.find([key])).get(key);
  const signature = Buffer.from((await blobs.read(result!.files!['record/signature']!)) ?? '').toString();
  t.is(sha256(signature), key as never);
  const record = JSON.parse(signature) as { readonly base: string; readonly outside: { readonly recipe: string } };
  t.is(record.base, result?.files?.['record/base']?.hash as never);
  t.true(
    Buffer.from((await blobs.read(result!.files!['record/base']!)) ?? '')
      .toString()
      .includes('"body"'),
  );
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', 'do_compile() {', 'do_compile() {\n    : changed');
  t.is((await project.run(['app'])).status, 0);
  t.is((await tasks.keysOf({ recipe: 'lib', task: 'do_stage' }))[1]?.key, key);
  t.deepEqual(readdirSync(join(project.path, 'build/sstate/users')), [], 'no build uses the store any more');
  t.true(readFileSync(filesBelow(join(project.path, 'build/sstate/ac'))[0]!).byteLength > 0);
});
