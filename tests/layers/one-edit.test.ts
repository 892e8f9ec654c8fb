import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { targetsOf } from '../../engine/app/chosen-targets.ts';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { throwErrors } from '../../engine/base/stx-error.ts';
import { loadWorkspace } from '../../engine/metadata/load-workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../../engine/signatures/described-task.ts';
import { buildTaskGraph } from '../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../engine/taskgraph/parse-target.ts';
import { describePorts } from '../support/graph-of.ts';
import { checkout } from '../support/os-layers.ts';

const projects = join(checkout, 'tests/fixtures/layers/meta-flock-like');
const targets = ['libgauge', 'gauged', 'gauge-api', 'gauge-config'];
const systems = ['centos', 'clear', 'debian', 'ubuntu'];
const standIn = 'BUILD_ROOT_STANDIN = "mc:debian:build-root"\n';

/** A build directory that only exists here: the layers of the checkout, and a build root that stands in for three systems. */
const made = new Map([
  [
    '/build/conf/bblayers.conf',
    `${readFileSync(join(checkout, 'conf/templates/bblayers.conf'), 'utf8').replaceAll('##STX_DIR##', checkout)}BBLAYERS += "${projects}"\n`,
  ],
  ['/build/conf/local.conf', 'MACHINE = "x86-64"\nDISTRO = "debian"\n'],
  ...systems
    .filter((name) => name !== 'debian')
    .map((name) => [`/build/conf/multiconfig/${name}.conf`, `DISTRO = "${name}"\n${standIn}`] as const),
]);

const files = {
  ...nodeFileReader,
  readText: (path: string) => made.get(path) ?? nodeFileReader.readText(path),
  kind: (path: string) => (made.has(path) ? ('file' as const) : nodeFileReader.kind(path)),
};
const environment = { HOST_CPU_COUNT: '2', HOST_ARCH: 'x86_64', DEBIAN_MIRROR: 'http://mirror.example/debian' };
const evaluator = createInlineEvaluator();
const all = { topDirectory: '/build', files, evaluator, environment, asked: { names: [], allOs: true } };

/** The tasks of the projects for all systems, when the source of one project is as it is, or edited. */
async function described(edited: string | undefined): Promise<DescribedTaskGraph> {
  const workspace = throwErrors(loadWorkspace(all));
  const graph = throwErrors(buildTaskGraph(workspace, targetsOf({ words: targets, allOs: true }, workspace)));
  const digest = async (path: string): Promise<string> =>
    edited !== undefined && path.endsWith(edited) ? 'edited' : path;
  return await describeTasks(graph, describePorts({ sources: files, files: { digest } }));
}

test('an edit of one project concerns its tasks in every system, and no task of another project', async (t) => {
  const before = await described(undefined);
  const after = await described('/gauge-config');
  t.deepEqual([...after.graph.keys()].sort(), [...before.graph.keys()].sort());
  const changed = after.graph.keys().filter((key) => after.task(key).taskHash !== before.task(key).taskHash);
  const ids = changed.map((key) => after.graph.task(key).id);
  t.deepEqual([...new Set(ids.map(({ recipe }) => recipe))], ['gauge-config']);
  const written = ids.filter(({ task }) => /^do_package_write_(?:deb|rpm)$/.test(task));
  t.deepEqual(written.map(({ configuration }) => configuration).sort(), systems);
});

test('an edit of a library concerns the programs that link it as well, in every system', async (t) => {
  const before = await described(undefined);
  const after = await described('/libgauge');
  const changed = after.graph.keys().filter((key) => after.task(key).taskHash !== before.task(key).taskHash);
  const packages = changed
    .map((key) => after.graph.task(key).id)
    .filter(({ task }) => task === 'do_package')
    .map(({ configuration, recipe }) => `${configuration} ${recipe}`);
  for (const name of systems)
    t.true(packages.includes(`${name} libgauge`) && packages.includes(`${name} gauged`), name);
  t.false(packages.some((each) => each.endsWith('gauge-config')));
});

test('a system whose build root is that of another one needs the roots of that one, and no package', (t) => {
  const workspace = throwErrors(loadWorkspace(all));
  const tasksOf = (words: readonly string[], runAll: readonly string[] = []): readonly string[] =>
    throwErrors(buildTaskGraph(workspace, words.map(parseTarget), { runAll })).keys();
  const foreign = tasksOf(['mc:ubuntu:gauge-feed']).filter((key) => key.startsWith('mc:debian:'));
  t.true(foreign.includes('mc:debian:gauge-api:do_prepare_build_root'));
  const roots = /:do_(?:fetch|fetch_build_root|bootstrap|unpack_root|prepare_build_root)$/;
  t.deepEqual(
    foreign.filter((key) => !roots.test(key)),
    [],
  );
  const fetched = tasksOf(['mc:ubuntu:gauge-feed'], ['fetch']).filter((key) => key.endsWith(':do_fetch_build_root'));
  t.true(fetched.includes('mc:debian:gauge-api:do_fetch_build_root'));
  t.false(
    fetched.some((key) => key.startsWith('mc:ubuntu:')),
    'its lock need not have them',
  );
});

test('a configuration without a file is none, whoever names it', (t) => {
  for (const line of [
    'CONTAINER_DISTRO = "grey"',
    'BUILD_ROOT_STANDIN = "mc:grey:build-root"',
    'BBMULTICONFIG = "grey"',
  ]) {
    const text = `MACHINE = "x86-64"\nDISTRO = "debian"\n${line}\n`;
    const readText = (path: string) => (path === '/build/conf/local.conf' ? text : files.readText(path));
    const { diagnostics } = loadWorkspace({ ...all, files: { ...files, readText }, asked: undefined });
    t.deepEqual(
      diagnostics.map(({ code, message }) => `${code}: ${message}`),
      ['unknown-include: no layer has the file `conf/multiconfig/grey.conf`'],
      line,
    );
  }
});
