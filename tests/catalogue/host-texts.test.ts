import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { findMissingTools, missingToolsError } from '../../engine/host/host-tools.ts';
import { type StoredDiagnostic, storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { orderIn } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const text = (diagnostic: StoredDiagnostic): string => diagnosticText(diagnostic, { base: '/' });

function textOf(error: unknown): string {
  if (!(error instanceof StxError)) throw error;
  return error.diagnostics.map((each) => text(storeDiagnostic(each))).join('\n');
}

/** A table with two tools of the purpose `shell`, and a package manager for them. */
function toolTable() {
  const table = createDatastore({ evaluator: createInlineEvaluator(), given: { HOST_PACKAGE_MANAGERS: 'pkg other' } });
  for (const [name, why] of Object.entries({ box: 'sandbox of every shell task', arc: 'unpacks archives' })) {
    table.setFlag('HOST_TOOL', name, why);
    table.setFlag('HOST_TOOL_FOR', name, 'shell');
    table.setFlag('HOST_TOOL_PACKAGE_pkg', name, `${name}-package`);
  }
  table.setFlag('HOST_PACKAGE_MANAGER', 'pkg', 'pkg install -y');
  table.setFlag('HOST_PACKAGE_REFRESH', 'pkg', 'pkg update');
  return table.seal();
}

const missingWith = (...present: readonly string[]) =>
  findMissingTools(toolTable(), new Set(['shell']), { has: (program) => present.includes(program) });

test('missing host tools are told with what they are for and the one command that installs them', (t) => {
  const missing = missingWith('pkg', 'arc')!;
  t.is(
    textOf(missingToolsError(missing, false)),
    [
      'stx-bake: error: the host lacks box (sandbox of every shell task) [missing-host-tools]',
      '   help: sudo pkg update && sudo pkg install -y box-package',
      '         then start the same command again',
    ].join('\n'),
  );
  t.regex(
    textOf(missingToolsError(missing, true)),
    /help: pkg update && pkg install -y box-package\n +or start .* --yes$/,
  );
});

test('missing host tools on a host without a known package manager are told by name', (t) => {
  t.is(
    textOf(missingToolsError(missingWith()!, true)),
    [
      'stx-bake: error: the host lacks box (sandbox of every shell task), arc (unpacks archives) [missing-host-tools]',
      '   help: install these programs with the package manager of this host',
    ].join('\n'),
  );
  t.is(missingWith('box', 'arc'), undefined);
});

test('a directory in the place of a file is told as a file that cannot be read', (t) => {
  using directory = temporaryDirectory();
  const error = t.throws(() => nodeFileReader.readText(directory.path));
  t.is(textOf(error), `stx-bake: error: cannot read \`${directory.path}\`: it is a directory [file-not-readable]`);
});

test('a socket in an output directory is told with its path', async (t) => {
  using directory = temporaryDirectory();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(directory.path, 'socket'), resolve));
  const store = openLocalStore(join(directory.path, 'store'));
  const error = await t.throwsAsync(captureOutputs([directory.path], store.blobs));
  server.close();
  const path = join(directory.path, 'socket');
  const message = `\`${path}\` is a socket, which means nothing without its program [unstorable-output]`;
  t.is(textOf(error), `stx-bake: error: ${message}\n   help: let the task remove it`);
});

test('a bug of ours in a task is a failed task that asks for a report', async (t) => {
  using directory = temporaryDirectory();
  await using pool = createWorkerPool({ threads: 1 });
  const order = orderIn(directory.path, { kind: 'builtin', builtin: 'no-such-task' });
  const outcome = await pool.start(order, () => undefined).done;
  if (outcome.status !== 'failed') return t.fail(outcome.status);
  const lines = outcome.diagnostics.map(text).join('\n').split('\n');
  t.is(lines[0], 'stx-bake: error: internal error in a task [internal-error]');
  t.is(lines.at(-1), '   help: please report it with the text above');
  t.true(lines.some((line) => line.includes('no built-in task is called no-such-task')));
});

/** What `boot` says for recipe `app`, which names an image file. */
const bootFaults: readonly (readonly [what: string, conf: string, args: readonly string[], said: readonly string[]])[] =
  [
    [
      'an image that is not built',
      'DEPLOY_DIR_IMAGE = "/nowhere"\nIMAGE_FILE:pn-app = "a.iso"\n',
      ['boot', 'app'],
      ['stx-bake: error: `/nowhere/a.iso` does not exist [boot-failed]', '   help: ./stx-bake app builds it'],
    ],
    [
      'a machine without a folder for images',
      'IMAGE_FILE:pn-app = "a.iso"\n',
      ['boot', 'app'],
      [
        'stx-bake: error: `DEPLOY_DIR_IMAGE` is not set, so the machine cannot be emulated [boot-failed]',
        "   help: set `DEPLOY_DIR_IMAGE` in the machine's configuration",
      ],
    ],
    [
      'a kernel that the image does not have',
      'IMAGE_FILE:pn-app = "a.iso"\nIMAGE_KERNELS = "std"\nNO_KERNEL[rt] = "nobody makes one"\n',
      ['boot', 'app', '--entry', 'rt'],
      ['stx-bake: error: `app` has no boot entry `rt`: nobody makes one [bad-option]', '   help: entries: std'],
    ],
    [
      'an image that does not exist',
      'IMAGE_FILE:pn-app = "a.iso"\n',
      ['boot', 'ap'],
      ['stx-bake: error: no image is called `ap` [unknown-target]', '   help: did you mean `app`?'],
    ],
  ];

for (const [what, conf, args, said] of bootFaults) {
  test(`${what} is told before any emulator is started`, async (t) => {
    await using project = new TestProject(toyLayer);
    project.write('build/conf/local.conf', `GREETING = "hello"\nOVERRIDES = "pn-\${PN}"\n${conf}`);
    const run = await project.run(args);
    t.deepEqual(run.output.trimEnd().split('\n').slice(-2), said);
    t.not(run.status, 0);
  });
}
