import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { leftAfter } from '../support/after-kill.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const appFile = 'meta-toy/recipes/app/app_1.0.bb';
const project = (recipe: string, more: Readonly<Record<string, string>> = {}): TestProject =>
  new TestProject({ ...toyLayer, [appFile]: recipe, ...more });

/** Builds the recipe; fails with the output when it does not get done. */
async function resultOf(recipe: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  await using made = project(recipe, more);
  const run = await made.run(['app']);
  if (run.status !== 0) throw new Error(run.output);
  return made.read('build/tmp/out/app/result');
}

/** A root that borrows the programs of the host but has an /etc of its own. */
function makeRoot(made: TestProject): void {
  const root = join(made.path, 'root');
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${name}`, join(root, name));
  made.write('root/etc/passwd', 'root:x:0:0:of the build root:/:/bin/sh\n');
}

test('a Python task reads variables, writes files, starts programs, and sees the names of the running task', async (t) => {
  const result = await resultOf(`NAME = "World"
export SHOWN = "exported"
def greet(d, name):
    import subprocess
    return subprocess.check_output(["echo", "hi " + name]).decode()
python do_compile() {
    import os
    with open("result", "w") as f:
        f.write(greet(d, d.getVar("NAME")))
        f.write("%s %s\\n" % (os.getcwd() == d.getVar("B"), os.environ["SHOWN"]))
        for name in ["BB_CURRENTTASK", "BB_RUNTASK", "BB_WORKERCONTEXT", "BB_FILENAME"]:
            f.write("%s\\n" % os.path.basename(d.getVar(name)))
        f.write("%s\\n" % (d.getVar("OVERRIDES") or "").split(":")[0])
}
`);
  t.is(result, 'hi World\nTrue exported\ncompile\ndo_compile\n1\napp_1.0.bb\ntask-compile\n');
});

test('functions before and after a task run in order, in shell and Python, each in its own folder', async (t) => {
  const result = await resultOf(`do_compile[prefuncs] = "one two"
do_compile[postfuncs] = "four"
one[dirs] = "\${WORKDIR}/a \${WORKDIR}/one"
one() {
    echo "one $(basename $(pwd)) \${X}" >> \${WORKDIR}/result
}
two[cleandirs] = "\${WORKDIR}/two"
two[dirs] = "\${WORKDIR}/two"
python two() {
    import os
    with open(d.getVar("WORKDIR") + "/result", "a") as f:
        f.write("two %s %s\\n" % (os.path.basename(os.getcwd()), os.listdir(".")))
    d.setVar("X", "set by two")
}
do_compile() {
    mkdir -p \${WORKDIR}/two
    echo "three \${X}" >> \${WORKDIR}/result
}
python four() {
    with open(d.getVar("WORKDIR") + "/result", "a") as f:
        f.write("four %s\\n" % d.getVar("X"))
}
`);
  t.is(result, 'one one ${X}\ntwo two []\nthree set by two\nfour set by two\n'.replace('${X}', ''));
});

test('exec_func runs shell and Python functions with what the task has set, and a forked copy stays apart', async (t) => {
  const result = await resultOf(`X = "first"
show() {
    echo "shell \${X} $(umask)" >> \${WORKDIR}/result
}
python add() {
    import os
    with open(d.getVar("WORKDIR") + "/result", "a") as f:
        f.write("python %s\\n" % d.getVar("X"))
}
python do_compile() {
    bb.build.exec_func("show", d)
    d.setVar("X", "second")
    bb.build.exec_func("show", d)
    copy = d.createCopy()
    copy.setVar("X", "third")
    bb.build.exec_func("add", copy)
    bb.build.exec_func("add", d)
    import os
    child = os.fork()
    if child == 0:
        d.setVar("X", "of the child")
        os._exit(0)
    os.waitpid(child, 0)
    bb.build.exec_func("add", d)
}
do_compile[umask] = "027"
`);
  t.is(result, 'shell first 0027\nshell second 0027\npython third\npython second\npython second\n');
});

test('a task that only computes runs without python3, one that does more names what is missing', async (t) => {
  const base = 'PATH = "/nowhere"\nPATH[export] = "1"\n';
  await using pure = project(`${base}python do_compile() {
    words = [word.upper() for word in d.getVar("WORDS").split()]
    bb.plain("computed " + " ".join(words))
}
WORDS = "a b"
do_stage() {
    :
}
`);
  const done = await pure.run(['app']);
  t.regex(done.output, /^computed A B$/m);
  t.true(done.ran.includes('app:do_stage'));
  await using impure = project(`${base}python do_compile() {\n    open("x", "w")\n}\n`);
  const { status, output } = await impure.run(['app:compile']);
  t.is(status, 1);
  t.regex(
    output,
    /error: `do_compile` of `app` needs `python3`, and there is none along its PATH `\/nowhere` \[missing-python\]/,
  );
});

test('an exception is told with its line, the lines that called it and the end of the log', async (t) => {
  await using made = project(`def inner(d):
    return d.getVar("NOPE").strip()
python do_compile() {
    print("last words", flush=True)
    open("/dev/null")
}
python do_compile:append() {
    inner(d)
}
`);
  const { status, output } = await made.run(['app']);
  t.is(status, 1);
  t.true(
    output.includes(`${appFile}:2:12: error: \`app\`: \`do_compile\` raised AttributeError: 'NoneType' object has no`),
  );
  t.regex(output, /app_1\.0\.bb:8:5: called from here/);
  t.regex(output, /\| last words/);
  t.notRegex(output, /Traceback|coprocess\.py/);
});

test('bb.fatal, sys.exit, a killed python3 and a failing shell function each say what happened', async (t) => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['bb.fatal("no ", "way")', /app_1\.0\.bb:3:5: error: `app`: `do_compile`: no way \[task-failed\]/],
    ['import sys; sys.exit(0)', /`do_compile` ended itself by sys\.exit\(0\)/],
    ['os.kill(os.getpid(), 9)', /`app`: `do_compile` ended with exit code 137 \[task-failed\]/],
    [
      'bb.build.exec_func("broken", d)',
      /shell function `broken` ended with exit code 7.*failed at \S+app_1\.0\.bb:6 broken/s,
    ],
    ['d.getVar("LOOP")', /raised ExpansionError: `LOOP` refers to itself/],
    ['d.setVar("S", 1 / 0)', /raised ZeroDivisionError: division by zero/],
  ];
  for (const [line, expected] of cases) {
    await using made = project(`python do_compile() {
    open("/dev/null")
    ${line}
}
broken() {
    (exit 7)
}
`);
    made.edit(appFile, 'python do_compile', 'python do_compile');
    if (line.includes('LOOP')) made.edit(appFile, '    d.getVar', '    d.setVar("LOOP", "${" + "LOOP}"); d.getVar');
    const { status, output } = await made.run(['app']);
    t.is(status, 1, output);
    t.regex(output, expected);
  }
});

test('bb.warn is shown with its place, bb.error makes the build fail after all is built, notes stay in the log', async (t) => {
  await using made = project(`python do_compile() {
    open("result", "w").close()
    bb.note("only in the log")
    bb.plain("for the screen")
    bb.warn("watch out")
    bb.error("not good")
}
`);
  const { status, output, ran } = await made.run(['app']);
  t.is(status, 1);
  t.true(ran.includes('app:do_stage'));
  t.regex(output, /^for the screen$/m);
  t.regex(output, /app_1\.0\.bb:5:5: warning: `app`: `do_compile`: watch out \[task-message\]/);
  t.regex(output, /app_1\.0\.bb:6:5: error: `app`: `do_compile`: not good \[task-message\]/);
  t.notRegex(output, /only in the log/);
  const log = made.read('build/tmp/work/app/temp/log.do_compile');
  t.is(log, 'NOTE: only in the log\nfor the screen\nWARNING: watch out\nERROR: not good\n');
});

test('modules of a layer can be imported, and places in them are told', async (t) => {
  const library = {
    'meta-toy/lib/toy/__init__.py': 'BBIMPORTS = ["inner"]\n',
    'meta-toy/lib/toy/inner.py':
      'import bb\n\n\ndef shout(text, d):\n    return bb.utils.to_boolean("1") and text.upper() + d.getVar("PN")\n',
  };
  const recipe =
    'python do_compile() {\n    with open("result", "w") as f:\n        f.write(toy.inner.shout(TEXT, d))\n}\n';
  t.is(await resultOf(recipe.replace('TEXT', '"a"'), library), 'Aapp');
  await using made = project(recipe.replace('TEXT', '5'), library);
  const { output } = await made.run(['app']);
  t.regex(output, /meta-toy\/lib\/toy\/inner\.py:5:\d+: error: `app`: `do_compile` raised AttributeError/);
  t.false(existsSync(join(made.path, 'meta-toy/lib/toy/__pycache__')));
});

test('in a sandbox a Python task sees its work at fixed paths and nothing of the host', async (t) => {
  await using made = project(`SANDBOX_ROOT = "\${TOPDIR}/../root"
do_compile[sandbox-ro] = "/usr"
do_stage[sandbox-ro] = "/usr"
show() {
    echo "shell $(pwd) \${WORKDIR}" >> \${B}/result
}
python do_compile() {
    import socket
    with open("result", "w") as f:
        f.write("%s %s\\n" % (os.getcwd(), d.getVar("WORKDIR")))
        f.write("%s %s\\n" % (open("/etc/passwd").read().split(":")[4], os.path.exists("/etc/shadow")))
        try:
            socket.create_connection(("127.0.0.1", 9), 1)
        except OSError as problem:
            f.write("%s\\n" % type(problem).__name__)
    d.setVar("KEPT", d.getVar("WORKDIR"))
    bb.build.exec_func("show", d)
}
`);
  makeRoot(made);
  const run = await made.run(['app']);
  t.is(run.status, 0, run.output);
  const work = '/stx/tmp/work/app';
  t.regex(
    made.read('build/tmp/out/app/result'),
    new RegExp(`^${work} ${work}\nof the build root False\n\\w+Error\nshell ${work} ${work}\n$`),
  );
});

test('a fakeroot Python task owns files of several users in its sandbox', async (t) => {
  await using made = project(`SANDBOX_ROOT = "\${TOPDIR}/../root"
do_compile[sandbox-ro] = "/usr"
do_stage[sandbox-ro] = "/usr"
do_compile[fakeroot] = "1"
python do_compile() {
    os.mkdir("d")
    os.chown("d", 7, 8)
    with open("result", "w") as f:
        f.write("%d %d %d\\n" % (os.getuid(), os.stat("d").st_uid, os.stat("d").st_gid))
    os.rmdir("d")
}
`);
  makeRoot(made);
  const run = await made.run(['app']);
  t.is(run.status, 0, run.output);
  t.is(made.read('build/tmp/out/app/result'), '0 7 8\n');
});

test('a build root without python3 is named', async (t) => {
  await using made = project('SANDBOX_ROOT = "${TOPDIR}/../root"\npython do_compile() {\n    open("x", "w")\n}\n');
  const root = join(made.path, 'root');
  for (const name of ['bin', 'lib', 'lib64']) mkdirSync(join(root, name), { recursive: true });
  made.edit(
    appFile,
    'python do_compile',
    'do_compile[sandbox-ro] = "/lib /lib64 /usr/lib /usr/bin/dash"\npython do_compile',
  );
  symlinkSync('/usr/bin/dash', join(root, 'bin/sh'));
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  made.write('root/usr/bin/dash', '');
  const { status, output } = await made.run(['app:compile']);
  t.is(status, 1);
  t.regex(output, /needs `python3`, and the build root `.*root` has none \[missing-python\]/);
});

test('an interrupted or killed engine leaves nothing of a Python task that ignores signals', async (t) => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    await using made = project(`python do_compile() {
    import signal, subprocess, time
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    subprocess.Popen(["setsid", "sleep", "86499"])
    bb.plain("under way")
    while True:
        time.sleep(1)
}
`);
    const call = made.start(['app']);
    await call.seen('under way');
    if (signal === 'SIGINT') call.pressCtrlC();
    else call.child.kill(signal);
    const run = await call.done;
    t.is(run.status, signal === 'SIGINT' ? 130 : null, run.output);
    t.deepEqual(await leftAfter(made, 3000), []);
  }
});

test('handlers hear of the build, the run queue and the tasks, with the datastore of each', async (t) => {
  await using made = project('do_compile() {\n    echo "${FROM}" > result\n}\n', {
    'meta-toy/classes/listen.bbclass': `addhandler listen
listen[eventmask] = "bb.event.BuildStarted bb.event.BuildCompleted bb.build.TaskStarted bb.build.TaskSucceeded bb.runqueue.runQueueTaskCompleted"
python listen() {
    line = e.__class__.__name__
    if isinstance(e, bb.build.TaskBase):
        line += " %s %s" % (e.getTask(), d.getVar("PN"))
        if isinstance(e, bb.build.TaskStarted):
            d.setVar("FROM", "the handler")
    elif isinstance(e, bb.event.BuildBase):
        line += " %s %d" % (e.getPkgs(), e.getFailures())
    elif isinstance(e, bb.runqueue.runQueueTaskCompleted):
        return
    with open(d.getVar("TOPDIR") + "/events", "a") as f:
        f.write(line + "\\n")
}
`,
    'build/conf/local.conf': 'INHERIT += "listen"\n',
  });
  const run = await made.run(['app:compile']);
  t.is(run.status, 0, run.output);
  const lines = made.read('build/events').trim().split('\n');
  t.is(lines[0], "BuildStarted ['app:do_compile'] 0");
  t.is(lines.at(-1), "BuildCompleted ['app:do_compile'] 0");
  const tasks = ['do_fetch', 'do_unpack', 'do_patch', 'do_compile'];
  t.deepEqual(
    lines.slice(1, -1),
    tasks.flatMap((task) => [`TaskStarted ${task} app`, `TaskSucceeded ${task} app`]),
  );
  t.is(made.read('build/tmp/work/app/result'), 'the handler\n');
});

test('a failing handler is an error with its place: of a task that task fails, of the start nothing is built', async (t) => {
  const handler = (event: string, line: string): Readonly<Record<string, string>> => ({
    'meta-toy/classes/listen.bbclass': `addhandler listen\nlisten[eventmask] = "${event}"\npython listen() {\n    ${line}\n}\n`,
    'build/conf/local.conf': 'INHERIT += "listen"\n',
  });
  const recipe = 'do_compile() {\n    echo x > result\n}\n';
  for (const line of ['open("/nowhere/x")', 'raise ValueError("pure")']) {
    await using task = project(recipe, handler('bb.build.TaskStarted', line));
    const first = await task.run(['app:fetch']);
    t.is(first.status, 1, first.output);
    t.regex(first.output, /FAILED app:do_fetch/);
    t.regex(first.output, /listen\.bbclass:4:5: error: handler `listen` of `bb\.build\.TaskStarted`/);
    await using start = project(recipe, handler('bb.event.BuildStarted', line));
    const second = await start.run(['app']);
    t.is(second.status, 1, second.output);
    t.deepEqual(second.ran, []);
    t.regex(second.output, /listen\.bbclass:4:5: error: handler `listen` of `bb\.event\.BuildStarted`/);
  }
  await using killed = project(recipe, handler('bb.build.TaskStarted', 'os.kill(os.getpid(), 9)'));
  const third = await killed.run(['app:fetch', '-k']);
  t.regex(third.output, /handler `listen` of `bb\.build\.TaskStarted`: python3 ended with exit code 137/);
});

test('an interrupted or killed build leaves nothing of a handler that hangs', async (t) => {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    await using made = project('do_compile() {\n    :\n}\n', {
      'meta-toy/classes/listen.bbclass':
        'addhandler listen\nlisten[eventmask] = "bb.build.TaskStarted"\npython listen() {\n    import time\n    bb.plain("hanging")\n    while True:\n        time.sleep(1)\n}\n',
      'build/conf/local.conf': 'INHERIT += "listen"\n',
    });
    const call = made.start(['app']);
    await call.seen('hanging');
    if (signal === 'SIGINT') call.pressCtrlC();
    else call.child.kill(signal);
    t.is((await call.done).status, signal === 'SIGINT' ? 130 : null);
    t.deepEqual(await leftAfter(made, 3000), []);
  }
});

test('a Python task runs again when a module of its layer changes, and one that only computes does not', async (t) => {
  await using made = project('python do_compile() {\n    open("result", "w").close()\n}\n', {
    'meta-toy/lib/toy/__init__.py': 'A = 1\n',
    'meta-toy/recipes/pure/pure_1.0.bb': 'python do_compile() {\n    d.setVar("A", "1")\n}\ndo_stage() {\n    :\n}\n',
  });
  t.is((await made.run(['app', 'pure'])).status, 0);
  t.deepEqual((await made.run(['app', 'pure'])).ran, []);
  made.write('meta-toy/lib/toy/__init__.py', 'A = 2\n');
  t.deepEqual((await made.run(['app', 'pure'])).ran, ['app:do_compile', 'app:do_stage']);
});

test('an event that a Python task fires reaches the handlers of its recipe', async (t) => {
  const result = await resultOf(`addhandler listen
listen[eventmask] = "bb.event.MetadataEvent"
python listen() {
    with open(d.getVar("B") + "/result", "a") as f:
        f.write("%s %s\\n" % (e.type, e._localdata["key"]))
}
python do_compile() {
    bb.event.fire(bb.event.MetadataEvent("Kind", {"key": "value"}), d)
    bb.event.fire(bb.event.ProcessStarted("not listened to", 1), d)
}
`);
  t.is(result, 'Kind value\n');
});

test('what inline code asks of the machine is answered when a task expands it', async (t) => {
  const result =
    await resultOf(`HERE = "\${@os.path.exists(d.getVar('FILE'))} \${@len(os.listdir(d.getVar('FILE_DIRNAME'))) > 0}"
python do_compile() {
    with open("result", "w") as f:
        f.write(d.getVar("HERE"))
}
`);
  t.is(result, 'True True');
});
