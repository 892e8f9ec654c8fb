import { fileURLToPath } from 'node:url';
import test from 'ava';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { throwErrors } from '../../engine/base/stx-error.ts';
import type { TaskOrder } from '../../engine/messages/task-order.ts';
import { loadWorkspace } from '../../engine/metadata/load-workspace.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { describeTasks } from '../../engine/signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../../engine/signatures/described-task.ts';
import { buildTaskGraph } from '../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../engine/taskgraph/parse-target.ts';
import type { TaskKey } from '../../engine/taskgraph/task-graph.ts';
import { readLockedRecords } from '../../engine/tasks/locked-records.ts';
import { describePorts } from '../support/graph-of.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const layers = [
  'layers/core',
  'layers/arch-x86-64',
  'layers/kernel-std',
  'layers/kernel-rt',
  'meta-stx',
  'meta-debian',
];

/** Text to append, by file: below `build/` of a build directory that only exists here, else below the checkout. */
type Edits = Readonly<Record<string, string>>;

const configuration: Edits = {
  'build/conf/bblayers.conf': `BBLAYERS = "${layers.map((layer) => `${checkout}/${layer}`).join(' ')}"\nBBFILES ?= ""\nBBPATH = "\${TOPDIR}"\n`,
  'build/conf/local.conf': 'MACHINE = "x86-64"\nDISTRO = "debian"\n',
};

/** The tasks of the image and of everything in it, as they are after the edits. */
async function describeLayers(edits: Edits): Promise<DescribedTaskGraph> {
  const made = new Map<string, string>();
  for (const [name, text] of [...Object.entries(configuration), ...Object.entries(edits)]) {
    const path = name.startsWith('build/') ? `/${name}` : `${checkout}/${name}`;
    made.set(path, (made.get(path) ?? nodeFileReader.readText(path) ?? '') + text);
  }
  const files = {
    ...nodeFileReader,
    readText: (path: string) => made.get(path) ?? nodeFileReader.readText(path),
    kind: (path: string) => (made.has(path) ? 'file' : nodeFileReader.kind(path)),
  };
  const environment = { HOST_CPU_COUNT: '2', DEBIAN_MIRROR: 'http://mirror.example/debian' };
  const evaluator = createInlineEvaluator();
  const workspace = throwErrors(loadWorkspace({ topDirectory: '/build', files, evaluator, environment }));
  const graph = throwErrors(buildTaskGraph(workspace, [parseTarget('stx-image-minimal')]));
  const known = workspace.configurations.get('')?.base.layers ?? [];
  return await describeTasks(graph, describePorts({ sources: files, layers: known }));
}

async function changedBy(edits: Edits): Promise<readonly string[]> {
  const [before, after] = await Promise.all([describeLayers({}), describeLayers(edits)]);
  // With the same word for each dependency: what the task itself takes in.
  const own = (described: DescribedTaskGraph, key: TaskKey): string =>
    described.task(key).signature(new Map(described.graph.dependencies(key).map((each) => [each, 'same'])));
  return after.graph
    .keys()
    .filter((key) => !before.graph.has(key) || own(before, key) !== own(after, key))
    .sort();
}

const tcpdump = 'meta-stx/recipes-support/tcpdump/tcpdump_4.99.3.bb';
const image = 'meta-stx/recipes-images/images/stx-image-minimal.bb';
const local = 'build/conf/local.conf';
const compiled = ['build-info', 'libpcap', 'stx-osal', 'tcpdump'];
const shellTasks = [
  ...compiled.flatMap((pn) =>
    ['compile', 'configure', 'install', 'package_write_deb'].map((task) => `${pn}:do_${task}`),
  ),
  'packagegroup-stx-base:do_package_write_deb',
  'stx-image-minimal:do_image',
  'stx-image-minimal:do_rootfs',
].sort();
const speed = 'BB_NUMBER_THREADS = "7"\nPARALLEL_MAKE = "-j 9"\nDEBIAN_MIRROR = "http://host.invalid"\n';

const kinds: readonly (readonly [what: string, edits: Edits, changed: readonly string[]])[] = [
  ['a variable of a recipe', { [tcpdump]: 'EXTRA_OECONF += "--without-x"\n' }, ['tcpdump:do_configure']],
  ['a field of a package', { [tcpdump]: 'SECTION = "other"\n' }, ['tcpdump:do_package']],
  ['CFLAGS', { [local]: 'CFLAGS:append = " -O3"\n' }, shellTasks],
  ['the flag network', { [tcpdump]: 'do_compile[network] = "1"\n' }, ['tcpdump:do_compile']],
  ['the flag umask', { [tcpdump]: 'do_install[umask] = "027"\n' }, ['tcpdump:do_install']],
  ['the flag sandbox-ro', { [image]: 'do_rootfs[sandbox-ro] += "/x"\n' }, ['stx-image-minimal:do_rootfs']],
  [
    'the root of a recipe',
    { [local]: 'SANDBOX_ROOT:pn-tcpdump = "${ROOTS_DIR}/image-tools"\n' },
    ['compile', 'configure', 'install', 'package_qa', 'package_revision', 'package_write_deb'].map(
      (task) => `tcpdump:do_${task}`,
    ),
  ],
  [
    'the build folder of a recipe',
    { [local]: 'B:pn-tcpdump = "${WORKDIR}/other"\n' },
    ['compile', 'configure', 'install'].map((task) => `tcpdump:do_${task}`),
  ],
  ['the title of a kernel', { [local]: 'KERNEL_TITLE[rt] = "other"\n' }, ['stx-image-minimal:do_image']],
  ['the host name', { [local]: 'IMAGE_HOSTNAME = "other"\n' }, ['stx-image-minimal:do_rootfs']],
  ['the platform of a machine', { [local]: 'MACHINE_PLATFORM = "big"\n' }, ['stx-image-minimal:do_image']],
  ['the archive that images know', { [local]: 'IMAGE_MIRROR = "http://a.example"\n' }, ['stx-image-minimal:do_rootfs']],
  ['the accounts of images', { [local]: 'EXTRA_USERS_PARAMS = "useradd x;"\n' }, ['stx-image-minimal:do_rootfs']],
  ['the key of our feeds', { [local]: `FEED_SIGNING_KEY = "${'A'.repeat(40)}"\n` }, ['stx-image-minimal:do_manifest']],
  [
    'the vendor packages of images',
    { [local]: 'VENDOR_BASE_PACKAGES:append = " vim"\n' },
    ['stx-image-minimal:do_bootstrap', 'stx-image-minimal:do_fetch'],
  ],
  ['the number of threads and the mirror', { [local]: speed }, []],
];

for (const [what, edits, changed] of kinds) {
  test(`an edit of ${what} changes what exactly the tasks that read it take in`, async (t) => {
    t.deepEqual(await changedBy(edits), changed);
  });
}

test('no input of a task holds the path of the checkout or of the build directory', async (t) => {
  const described = await describeLayers({});
  t.true(described.graph.size > 40);
  for (const key of described.graph.keys()) {
    const text = JSON.stringify(described.task(key).inputs.metadata);
    t.false(text.includes(checkout), key);
    t.notRegex(text, /[" =:]\/build\b/, key);
  }
});

test('the lock holds every package that a root asks for', async (t) => {
  const described = await describeLayers({});
  const roots = described.graph.keys().filter((key) => described.task(key).type?.name === 'bootstrap');
  t.deepEqual(roots.map((key) => described.graph.task(key).id.recipe).sort(), [
    'build-root',
    'image-tools',
    'stx-image-minimal',
  ]);
  for (const key of roots) {
    const { datastore, pn } = described.graph.task(key).recipe;
    const value = (name: string): string => datastore.get(name) ?? '';
    const variables = {
      LOCK_FILE: value('LOCK_FILE'),
      LOCK_ROOT: datastore.flag('do_bootstrap', 'lock-root') ?? '',
      BOOTSTRAP_PACKAGES: value('BOOTSTRAP_PACKAGES'),
    };
    t.true((await readLockedRecords({ variables } as unknown as TaskOrder)).length > 0, pn);
    const more = { ...variables, BOOTSTRAP_PACKAGES: `${variables.BOOTSTRAP_PACKAGES} no-such-package` };
    await t.throwsAsync(
      readLockedRecords({ variables: more } as unknown as TaskOrder),
      { message: /no-such-package/ },
      pn,
    );
  }
});
