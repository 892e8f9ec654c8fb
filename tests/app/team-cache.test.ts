import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { servedStore, testToken } from '../support/cache-server-fixture.ts';
import { faultyMirror } from '../support/faulty-mirror.ts';
import { closedPort } from '../support/http-fixture.ts';
import { nginxServer } from '../support/nginx-server.ts';
import { folderUrl } from '../support/team-stores.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const token = { STX_BAKE_SSTATE_TOKEN: testToken };

/** A checkout whose conf/local.conf says this as well. */
function checkout(settings: Readonly<Record<string, string>>): TestProject {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = "${value}"\n`);
  return new TestProject({ ...toyLayer, 'build/conf/local.conf': `GREETING = "hello"\n${lines.join('')}` });
}

test('a second checkout restores from `cache serve` what the first one built, with an empty store', async (t) => {
  await using served = await servedStore();
  await using first = checkout({ SSTATE_MIRRORS: served.url, SSTATE_PUBLISH: served.url });
  const built = await first.run(['app'], token);
  t.is(built.status, 0, built.output);
  t.regex(built.output, /^published 2 results \(/m);
  await using second = checkout({ SSTATE_MIRRORS: served.url });
  const plan = JSON.parse((await second.run(['plan', '--json', 'app'])).stdout);
  t.true(plan.fetchBytes > 100 && plan.unknownSizes === 0, 'a plan says how much would come from mirrors');
  const restored = await second.run(['app']);
  t.is(restored.status, 0, restored.output);
  t.deepEqual([restored.ran, restored.restored], [[], ['app:do_stage']]);
  t.is(second.read('build/tmp/out/app/result'), first.read('build/tmp/out/app/result'));
  t.notRegex(served.log.join('\n') + built.output, new RegExp(testToken));
});

test('a second checkout restores through nginx, an edit there runs what it must and no more', async (t) => {
  await using nginx = await nginxServer({ webdav: true });
  await using first = checkout({ SSTATE_PUBLISH: nginx.url });
  await first.run(['app']);
  await using second = checkout({ SSTATE_MIRRORS: nginx.url });
  second.write('meta-toy/recipes/app/files/app.txt', 'another app\n');
  const built = await second.run(['app']);
  t.deepEqual(built.restored, ['lib:do_stage'], built.output);
  t.deepEqual(built.ran, ['app:do_fetch', 'app:do_unpack', 'app:do_patch', 'app:do_compile', 'app:do_stage']);
});

test('nothing is asked of a mirror when all is local', async (t) => {
  await using served = await servedStore();
  await using project = checkout({ SSTATE_MIRRORS: served.url, SSTATE_PUBLISH: served.url });
  await project.run(['app'], token);
  const asked = served.log.length;
  t.is((await project.run(['app'])).status, 0);
  t.is((await project.run(['-n', 'app'])).status, 0);
  t.is((await project.run(['lib'])).status, 0);
  t.is(served.log.length, asked);
});

test('a checkout that restored everything asks nothing of its mirror afterwards', async (t) => {
  await using served = await servedStore();
  await using first = checkout({ SSTATE_PUBLISH: served.url });
  await first.run(['app'], token);
  await using second = checkout({ SSTATE_MIRRORS: served.url });
  await second.run(['app']);
  const asked = served.log.length;
  t.is((await second.run(['-n', 'app'])).status, 0);
  t.is((await second.run(['app'])).status, 0);
  t.is(served.log.length, asked);
});

test('without its mirror a build does all by itself, after one warning', async (t) => {
  const url = await closedPort();
  await using project = checkout({ SSTATE_MIRRORS: url });
  const built = await project.run(['app']);
  t.is(built.status, 0, built.output);
  t.is(built.output.split('[mirror-unusable]').length, 2);
  t.true(
    built.output.includes(
      `stx-bake: warning: the mirror \`${url}\` cannot be used: no connection (ECONNREFUSED) [mirror-unusable]
   help: the build goes on without it; SSTATE_MIRRORS names the mirrors\n`,
    ),
    built.output,
  );
  t.is(built.ran.length, 10);
});

test('a mirror that gives wrong content costs a rebuild, never a wrong result', async (t) => {
  await using first = checkout({ SSTATE_PUBLISH: '${TOPDIR_URL}/published', TOPDIR_URL: 'file://${TOPDIR}' });
  const made = await first.run(['app']);
  t.regex(made.output, /published 2 results/);
  await using mirror = await faultyMirror(join(first.path, 'build/published'), (path) =>
    path.startsWith('/cas/') ? 'wrong' : 'none',
  );
  await using second = checkout({ SSTATE_MIRRORS: mirror.url });
  const built = await second.run(['app']);
  t.is(built.status, 0, built.output);
  t.true(built.ran.includes('app:do_stage'));
  t.is(built.output.match(/mirror-unusable/g)?.length, 1);
  t.is(second.read('build/tmp/out/app/result'), first.read('build/tmp/out/app/result'));
});

test('results that cannot be published are told once, and the build is as good as ever', async (t) => {
  await using served = await servedStore();
  await using project = checkout({ SSTATE_PUBLISH: served.url });
  const built = await project.run(['app'], { STX_BAKE_SSTATE_TOKEN: 'not-the-right-token' });
  t.is(built.status, 0, built.output);
  t.is(built.output.split('[publish-failed]').length, 2);
  t.true(
    built.output.includes(
      `results could not be published to \`${served.url}\`: HTTP 401: it wants other credentials; it is not used any more in this build [publish-failed]`,
    ),
    built.output,
  );
  t.notRegex(built.output, /not-the-right-token/);
});

test('with trusted keys an unsigned or wrongly signed result is a miss with a note', async (t) => {
  await using served = await servedStore();
  await using first = checkout({ SSTATE_PUBLISH: served.url, SSTATE_SIGNING_KEY: '${TOPDIR}/ci.key' });
  const own = await first.run(['cache', 'keygen', 'ci', join(first.path, 'build/ci.key')]);
  const other = await first.run(['cache', 'keygen', 'ci', join(first.path, 'build/other.key')]);
  t.is((await first.run(['app'], token)).status, 0);
  await using trusting = checkout({ SSTATE_MIRRORS: served.url, SSTATE_TRUSTED_KEYS: own.stdout.trim() });
  t.deepEqual((await trusting.run(['app'])).restored, ['app:do_stage']);
  await using wary = checkout({ SSTATE_MIRRORS: served.url, SSTATE_TRUSTED_KEYS: other.stdout.trim() });
  const built = await wary.run(['app']);
  t.deepEqual(built.restored, []);
  t.regex(built.output, /gave (a result|\d results) that no trusted key signed \[results-not-trusted\]/);
});

test('`cache keygen` makes a secret file for its owner alone, and changes none that is there', async (t) => {
  await using project = checkout({});
  const path = join(project.path, 'my.key');
  const made = await project.run(['cache', 'keygen', 'ci-2025', path]);
  t.regex(made.stdout, /^ci-2025:[A-Za-z0-9+/]{43}=\n$/);
  t.is(statSync(path).mode & 0o777, 0o600);
  const before = readFileSync(path, 'utf8');
  t.notRegex(made.output, new RegExp(before.trim().split(':')[1]?.slice(0, 10).replaceAll('+', '\\+') ?? 'x'));
  t.is((await project.run(['cache', 'keygen', 'ci-2025', path])).status, 3);
  t.is(readFileSync(path, 'utf8'), before);
  const bad = await project.run(['cache', 'keygen', 'a b', join(project.path, 'b.key')]);
  t.regex(bad.output, /a key cannot be called `a b` \[bad-key\]/);
});

test('`cache publish` brings a store to a folder, and what is there is not sent again', async (t) => {
  await using project = checkout({});
  await project.run(['app']);
  const url = folderUrl(join(project.path, 'published'));
  t.regex((await project.run(['cache', 'publish', url])).stdout, /2 results here, 2 were sent/);
  t.regex((await project.run(['cache', 'publish', url])).stdout, /2 results here, 0 were sent/);
  await using second = checkout({ SSTATE_MIRRORS: url });
  t.deepEqual((await second.run(['app'])).restored, ['app:do_stage']);
  const nowhere = await project.run(['cache', 'publish']);
  t.regex(nowhere.output, /there is nowhere to publish to \[bad-argument\]/);
});

test('`cache serve` serves until it is asked to stop, and ends well', async (t) => {
  await using project = checkout({});
  await project.run(['app']);
  const serving = project.start(['cache', 'serve', '--listen', '127.0.0.1:0']);
  await serving.seen('nobody may write');
  serving.pressCtrlC();
  const ended = await serving.done;
  t.is(ended.status, 0, ended.output);
  t.regex(ended.output, /serving .*\/build\/sstate on http:\/\/127\.0\.0\.1:\d+; nobody may write/);
});

test('`cache serve` says what is wrong with its options', async (t) => {
  await using project = checkout({});
  writeFileSync(join(project.path, 'short'), 'ci short\n');
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--listen', 'nowhere'], /`--listen` cannot be `nowhere` \[bad-option\]/],
    [['--tls-cert', 'x'], /https needs both `--tls-cert` and `--tls-key` \[bad-option\]/],
    [['--token-file', 'short'], /`short` holds a token of fewer than 16 characters \[bad-key\]/],
    [['--max-connections', '0'], /`--max-connections` cannot be `0` \[bad-option\]/],
    [['--listen', '203.0.113.1:8480'], /cannot listen on `203\.0\.113\.1:8480`: .*\[serve-failed\]/],
  ];
  for (const [args, text] of cases) {
    const ended = await project.run(['cache', 'serve', '--store', join(project.path, 'store'), ...args]);
    t.not(ended.status, 0);
    t.regex(ended.output, text);
    t.notRegex(ended.output, /^ +at /m);
  }
});

test('settings that cannot be meant are errors with a way out', async (t) => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
    [
      { SSTATE_MIRRORS: 'ftp://x/y' },
      /`SSTATE_MIRRORS` holds `ftp:\/\/x\/y`, which is not an http, https or file URL \[bad-mirror\]/,
    ],
    [
      { SSTATE_MIRRORS: 'file://universal/(.*) http://x/PATH' },
      /`SSTATE_MIRRORS` holds the pattern `file:\/\/universal\/\(\.\*\)` \[bad-mirror\]/,
    ],
    [
      { SSTATE_MIRRORS: 'http://x/y?token=abc' },
      /holds `http:\/\/x\/y\?token=\*\*\*`, with a query or a fragment \[bad-mirror\]/,
    ],
    [
      { SSTATE_MIRRORS: 'file:///x', SSTATE_TRUSTED_KEYS: 'nonsense' },
      /`SSTATE_TRUSTED_KEYS` holds `nonsense`, which is not a public key \[bad-key\]/,
    ],
    [
      { SSTATE_PUBLISH: 'file:///x', SSTATE_SIGNING_KEY: '${TOPDIR}/conf/local.conf' },
      /`.*local\.conf` holds no signing key \[bad-key\]/,
    ],
    [
      { SSTATE_PUBLISH: 'file:///x', SSTATE_PUBLISHER: 'a/b' },
      /`SSTATE_PUBLISHER` is `a\/b`, which cannot name a file of a server \[invalid-value\]/,
    ],
    [
      { SSTATE_MIRRORS: 'file:///x', SSTATE_MIRROR_TIMEOUT: 'soon' },
      /`SSTATE_MIRROR_TIMEOUT` is `soon`, not a number of seconds \[invalid-value\]/,
    ],
  ];
  for (const [settings, text] of cases) {
    await using project = checkout(settings);
    const ended = await project.run(['app']);
    t.is(ended.status, 2, ended.output);
    t.regex(ended.output, text);
    t.notRegex(ended.output, /token=abc/);
  }
});

test('mirrors are written as in BitBake, too; BB_NO_NETWORK leaves only folders', async (t) => {
  await using first = checkout({});
  await first.run(['app']);
  const published = join(first.path, 'published');
  await first.run(['cache', 'publish', folderUrl(published)]);
  const pair = `file://.* ${folderUrl(published)}/PATH;downloadfilename=PATH \\n`;
  await using second = checkout({ SSTATE_MIRRORS: pair });
  t.deepEqual((await second.run(['app'])).restored, ['app:do_stage']);
  await using served = await servedStore();
  await using offline = checkout({ SSTATE_MIRRORS: `${served.url} ${folderUrl(published)}`, BB_NO_NETWORK: '1' });
  t.deepEqual((await offline.run(['app'])).restored, ['app:do_stage']);
  t.deepEqual(served.log, []);
});

test('a result that the local store lost is had from a mirror again', async (t) => {
  await using served = await servedStore();
  await using project = checkout({ SSTATE_MIRRORS: served.url, SSTATE_PUBLISH: served.url });
  await project.run(['app'], token);
  rmSync(join(project.path, 'build/sstate'), { recursive: true });
  rmSync(join(project.path, 'build/tmp'), { recursive: true });
  const built = await project.run(['app']);
  t.deepEqual([built.ran, built.restored], [[], ['app:do_stage']], built.output);
  t.true(existsSync(join(project.path, 'build/sstate/cas')));
  t.true(readdirSync(join(project.path, 'build/sstate/ac')).length > 0);
});
