import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { MirrorHealth } from '../../engine/remote/mirror-health.ts';
import { usualPatience } from '../../engine/remote/patience.ts';
import { faultyMirror } from '../support/faulty-mirror.ts';
import { builder, folderUrl, meet, shortPatience } from '../support/team-stores.ts';

const patience = { ...shortPatience, slowMs: 400, leastBytes: 400 << 10 };

function health() {
  const told: string[] = [];
  return { told, mirror: new MirrorHealth('http://mirror', patience, (reason) => void told.push(reason)) };
}

test('a mirror that moves little is given up, also when no transfer takes long', async (t) => {
  const { mirror, told } = health();
  const startMs = performance.now();
  while (!mirror.isGivenUp && performance.now() - startMs < 20_000) {
    await mirror.watch(async () => {
      await sleep(60);
      mirror.moved(10);
    });
  }
  t.true(mirror.isGivenUp);
  t.regex(told.join('\n'), /kept the build waiting for 0\.4 s, at less than 1000 KiB\/s/);
});

test('a mirror that moves enough is used for as long as it takes', async (t) => {
  const { mirror } = health();
  await mirror.watch(async () => {
    for (let round = 0; round < 60; round++) {
      await sleep(20);
      mirror.moved(100 << 10);
    }
  });
  t.false(mirror.isGivenUp);
});

test('time without transfers is nobody\u2019s fault', async (t) => {
  const { mirror } = health();
  for (let round = 0; round < 4; round++) {
    await mirror.watch(async () => mirror.moved(10));
    await sleep(250);
  }
  t.false(mirror.isGivenUp);
});

test('what planning waits for a mirror is bounded for all of its questions together', async (t) => {
  using maker = builder();
  using reader = builder();
  const key = await maker.make('one', { a: 'x' });
  await using team = meet(maker, { publish: [folderUrl(`${maker.path}/published`)] });
  team.publish(key);
  await team.finish();
  await using mirror = await faultyMirror(`${maker.path}/published`, (path) =>
    path.startsWith('/ac/') ? 'late' : path.startsWith('/stx/') ? 'gone' : 'none',
  );
  await using asking = meet(reader, { mirrors: [mirror.url], patience: { ...shortPatience, answerMs: 1500 } });
  const startMs = performance.now();
  let questions = 0;
  for (; asking.troubles.length === 0 && questions < 40; questions++) await asking.find([sha256(`${questions}`)]);
  t.true(questions < 20, `${questions} questions, each of which took 0.4 s`);
  t.regex(asking.troubles[0]?.reason ?? '', /did not answer within 1\.5 s/);
  t.true(performance.now() - startMs < 20_000);
});

test('a slow line is given 256 KiB a second', (t) => {
  t.is(usualPatience.leastBytes / (usualPatience.slowMs / 1000), 256 << 10);
});
