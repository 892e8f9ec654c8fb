import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { loadWorkspace } from '../../engine/metadata/load-workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const body = 'behind the proxy';
const sum = createHash('sha256').update(body).digest('hex');
const recipe = `SRC_URI = "http://far.invalid/file.txt"\nSRC_URI[sha256sum] = "${sum}"\ndo_compile() {\n    cp file.txt result\n}\n`;

/** Builds a recipe whose source only a proxy can serve; gives the hosts that the proxy was asked for. */
async function buildBehindProxy(settings: (url: string) => { local: string; environment: Record<string, string> }) {
  await using proxy = await httpFixture();
  proxy.serve('/file.txt', { kind: 'file', body: Buffer.from(body) });
  const { local, environment } = settings(proxy.url);
  await using project = new TestProject({
    ...toyLayer,
    'build/conf/local.conf': `BB_FETCH_RETRIES = "0"\n${local}`,
    'meta-toy/recipes/lib/lib_1.0.bb': recipe,
  });
  const run = await project.run(['lib'], environment);
  const result = run.status === 0 ? project.read('build/tmp/out/lib/result') : undefined;
  return { run, result, asked: proxy.requests.map((request) => request.host) };
}

test('a download goes through the proxy of the configuration', async (t) => {
  const { run, result, asked } = await buildBehindProxy((url) => ({
    local: `http_proxy = "${url}"\n`,
    environment: { http_proxy: 'http://127.0.0.1:1' },
  }));
  t.is(result, body, run.output);
  t.deepEqual(asked, ['far.invalid']);
});

test('a download goes through the proxy of the environment when the configuration has an empty one', async (t) => {
  const { run, result, asked } = await buildBehindProxy((url) => ({
    local: 'http_proxy = ""\nhttps_proxy = ""\nno_proxy = ""\n',
    environment: { http_proxy: url },
  }));
  t.is(result, body, run.output);
  t.deepEqual(asked, ['far.invalid']);
});

test('a host that no_proxy names is not asked through the proxy', async (t) => {
  const { run, asked } = await buildBehindProxy((url) => ({
    local: `http_proxy = "${url}"\nno_proxy = "far.invalid"\n`,
    environment: {},
  }));
  t.is(run.status, 1);
  t.regex(run.output, /\[download-failed\]/);
  t.deepEqual(asked, []);
});

for (const [what, flags, http] of [
  ["the proxy of the host's apt", { http: 'http://apt-proxy.example:3142' }, 'http://apt-proxy.example:3142'],
  ['no proxy without one in apt', {}, ''],
] as const)
  test(`the core layer gives recipes ${what}, outside every hash`, async (t) => {
    const layers = ['layers/core', 'layers/arch-x86-64', 'layers/kernel-std', 'meta-debian'];
    const paths = layers.map((layer) => fileURLToPath(new URL(`../../${layer}`, import.meta.url)));
    await using project = new TestProject({
      'conf/bblayers.conf': `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${paths.join(' ')}"\n`,
      'conf/local.conf': 'MACHINE = "x86-64"\nDISTRO = "debian"\nKERNEL_VARIANT = "std"\n',
    });
    const { value } = loadWorkspace({
      topDirectory: project.path,
      files: nodeFileReader,
      evaluator: createInlineEvaluator(),
      environment: { HOST_CPU_COUNT: '2', DEBIAN_MIRROR: 'http://mirror.example/debian' },
      givenFlags: { HOST_APT_SOURCE: {}, HOST_PROXY: flags },
    });
    const datastore = value.configurations.get('')?.base.datastore;
    t.is(datastore?.get('http_proxy'), http);
    t.is(datastore?.get('https_proxy'), '');
    const ignored = datastore?.get('BB_BASEHASH_IGNORE_VARS')?.split(/\s+/) ?? [];
    for (const name of ['http_proxy', 'https_proxy', 'no_proxy', 'HOST_PROXY']) t.true(ignored.includes(name), name);
  });
