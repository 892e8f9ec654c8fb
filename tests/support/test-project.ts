import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../engine/app/main.ts', import.meta.url));

/** How a call of stx-bake ended. */
export interface Run {
  readonly status: number | null;
  /** Both streams as they came. */
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Tasks that were started, in the order in which they were: `recipe:do_task`. */
  readonly ran: readonly string[];
  readonly restored: readonly string[];
}

/** A call that is still going on. */
export interface RunningCall {
  readonly child: ChildProcess;
  /** Ctrl-C at a terminal: SIGINT to the engine and to all it started that is still in its process group. */
  pressCtrlC(): void;
  readonly done: Promise<Run>;
  /** Resolves when the output holds the text; rejects when the call ends first. */
  seen(text: string): Promise<void>;
}

/** A build directory with layers of its own; gone when the test ends: `await using project = testProject({...})`. */
export class TestProject implements AsyncDisposable {
  readonly path: string;

  constructor(files: Readonly<Record<string, string>>, parent = tmpdir()) {
    this.path = mkdtempSync(join(parent, 'stx-project-'));
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): void {
    const path = join(this.path, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Replaces all occurrences; the text must be there. */
  edit(name: string, from: string, to: string): void {
    const before = this.read(name);
    if (!before.includes(from)) throw new Error(`${name} does not hold ${from}`);
    this.write(name, before.replaceAll(from, to));
  }

  /** `under` is a command that starts the rest of its line: another user, for one. */
  start(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ): RunningCall {
    const call = [...under, process.execPath, program, '--build-dir', join(this.path, 'build'), ...args];
    const child = spawn(call[0] ?? '', call.slice(1), {
      cwd: this.path,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.path, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const streams = { stdout: '', stderr: '' };
    const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
    const onText = (chunk: string): void => {
      output += chunk;
      for (const each of waiting) if (output.includes(each.text)) each.resolve();
    };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        streams[name] += chunk;
        onText(chunk);
      });
    }
    const done = new Promise<Run>((resolve) => {
      child.on('close', (status) => resolve({ status, output, ...streams, ...startedTasks(output) }));
    });
    const seen = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        if (output.includes(text)) resolve();
        waiting.push({ text, resolve });
        void done.then((run) => reject(new Error(`ended before it said ${text}:\n${run.output}`)));
      });
    const pressCtrlC = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
    };
    return { child, done, seen, pressCtrlC };
  }

  run(
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ): Promise<Run> {
    return this.start(args, environment, under).done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.path, { recursive: true, force: true });
  }
}

function startedTasks(output: string): Pick<Run, 'ran' | 'restored'> {
  const ran: string[] = [];
  const restored: string[] = [];
  for (const match of output.matchAll(/^ {2}start {2}(\S+) \((.*)\)$/gm)) {
    (match[2] === 'restoring' ? restored : ran).push(match[1] ?? '');
  }
  return { ran, restored };
}

/**
 * A tiny layer whose tasks are plain shell or built-in, without sandbox: `app` needs `lib` at build time; both have a
 * source file, `lib` a patch, an include file and a class.
 */
export const toyLayer: Readonly<Record<string, string>> = {
  'build/conf/bblayers.conf': 'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${TOPDIR}/../meta-toy"\n',
  'build/conf/local.conf': 'GREETING = "hello"\n',
  'meta-toy/conf/layer.conf': [
    'BBPATH .= ":${LAYERDIR}"',
    'BBFILES += "${LAYERDIR}/recipes/*/*.bb"',
    'BBFILE_COLLECTIONS += "toy"',
    'BBFILE_PATTERN_toy = "^${LAYERDIR}/"',
    'BBFILE_PRIORITY_toy = "5"',
    'LAYERSERIES_COMPAT_toy = "toy"',
    'LAYERSERIES_CORENAMES = "toy"',
    '',
  ].join('\n'),
  'meta-toy/conf/bitbake.conf': [
    `PN = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[0] or 'none'}"`,
    `PV = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[1] or '1.0'}"`,
    'PR = "r0"',
    `FILE_DIRNAME = "\${@os.path.dirname(d.getVar('FILE', False))}"`,
    'PROVIDES:prepend = "${PN} "',
    'BP = "${PN}-${PV}"',
    'BPN = "${PN}"',
    'TMPDIR = "${TOPDIR}/tmp"',
    'DL_DIR ?= "${TOPDIR}/downloads"',
    'SSTATE_DIR ?= "${TOPDIR}/sstate"',
    'STAMPS_DIR = "${TMPDIR}/stamps"',
    'STAMP = "${STAMPS_DIR}/${PN}/${PV}"',
    'WORKDIR = "${TMPDIR}/work/${PN}"',
    'S = "${WORKDIR}"',
    'B = "${S}"',
    'D = "${WORKDIR}/image"',
    'T = "${WORKDIR}/temp"',
    'OUT = "${TMPDIR}/out/${PN}"',
    'BB_NUMBER_THREADS = "2"',
    'BB_BASEHASH_IGNORE_VARS = "TOPDIR TMPDIR DL_DIR SSTATE_DIR STAMPS_DIR STAMP WORKDIR FILE FILE_DIRNAME FILESPATH THISDIR OUT"',
    'include conf/local.conf',
    '',
  ].join('\n'),
  'meta-toy/classes/base.bbclass': [
    'do_fetch[builtin] = "fetch"',
    'addtask fetch',
    'do_unpack[builtin] = "unpack"',
    'do_unpack[dirs] = "${WORKDIR}"',
    'addtask unpack after do_fetch',
    'do_patch[builtin] = "patch"',
    'addtask patch after do_unpack',
    'do_compile[dirs] = "${B}"',
    'do_compile[deptask] = "do_stage"',
    'addtask compile after do_patch',
    'do_stage() {',
    '    cp "${B}/result" "${OUT}/result"',
    '}',
    'do_stage[dirs] = "${B}"',
    'do_stage[cleandirs] = "${OUT}"',
    'do_stage[sstate-outputdirs] = "${OUT}"',
    'addtask stage after do_compile',
    'do_build[noexec] = "1"',
    'addtask build after do_stage',
    '',
  ].join('\n'),
  'meta-toy/classes/shout.bbclass': 'shout() {\n    tr a-z A-Z\n}\n',
  'meta-toy/recipes/lib/lib.inc': 'SUFFIX = "from the include file"\n',
  'meta-toy/recipes/lib/lib_1.0.bb': [
    'SRC_URI = "file://source.txt file://change.patch"',
    'require lib.inc',
    'inherit shout',
    'COLOUR = "red"',
    'do_compile() {',
    '    echo "${COLOUR} ${SUFFIX}" | cat source.txt - | shout > result',
    '}',
    '',
  ].join('\n'),
  'meta-toy/recipes/lib/files/source.txt': 'first line\nsecond line\nthird line\n',
  'meta-toy/recipes/lib/files/change.patch': [
    '--- a/source.txt',
    '+++ b/source.txt',
    '@@ -1,3 +1,3 @@',
    ' first line',
    '-second line',
    '+patched line',
    ' third line',
    '',
  ].join('\n'),
  'meta-toy/recipes/app/app_1.0.bb': [
    'DEPENDS = "lib"',
    'SRC_URI = "file://app.txt"',
    'do_compile() {',
    '    cat app.txt "${TMPDIR}/out/lib/result" > result',
    '    echo "${GREETING}" >> result',
    '}',
    '',
  ].join('\n'),
  'meta-toy/recipes/app/files/app.txt': 'the app\n',
};
