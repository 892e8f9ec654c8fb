import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { exportDatastore } from '../../engine/datastore/portable-datastore.ts';
import type { PythonWork, TaskOrder } from '../../engine/messages/task-order.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { orderIn } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pool = createWorkerPool({ threads: 2, graceMs: 4000 });
test.after.always(() => pool[Symbol.asyncDispose]());

/** A task `do_x` with this Python body; variables and further functions by name, a shell body begins with `#!`. */
function workOf(body: string, more: Readonly<Record<string, string>> = {}, directory = ''): PythonWork {
  const store = createDatastore({ evaluator: { evaluate: () => '' } });
  store.set('T', join(directory, 'temp'));
  for (const [name, text] of Object.entries({ do_x: body, ...more })) {
    if (!/^[A-Z]/.test(name)) store.setFlag(name, 'func', '1');
    if (!/^[A-Z]/.test(name) && !text.startsWith('#!')) store.setFlag(name, 'python', '1');
    store.set(name, text);
  }
  const places = new Map([['do_x', [{ path: '/layer/r.bb', line: 11, count: body.split('\n').length }]]]);
  const datastore = exportDatastore(store.seal());
  return { kind: 'python', prefuncs: [], postfuncs: [], datastore, places, sandbox: undefined, libraries: [] };
}

async function run(body: string, more: Readonly<Record<string, string>> = {}, over: Partial<TaskOrder> = {}) {
  using directory = temporaryDirectory();
  let log = '';
  const order = orderIn(directory.path, workOf(body, more, directory.path), over);
  const outcome = await pool.start(order, (message) => {
    if (message.kind === 'log') log += message.text;
  }).done;
  return { outcome, log, path: directory.path };
}

test('the Python side compiles, and its syntax is that of Python 3.9', (t) => {
  const file = join(import.meta.dirname, '../../engine/worker/python/coprocess.py');
  const check = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))';
  t.notThrows(() => execFileSync('python3', ['-c', check, file]));
  t.notThrows(() =>
    execFileSync('python3', [
      '-W',
      'error',
      '-c',
      'import pathlib, sys; compile(pathlib.Path(sys.argv[1]).read_text(), "x", "exec")',
      file,
    ]),
  );
});

test('d reads and writes as in BitBake: values, flags, copies, names, objects', async (t) => {
  const { outcome, log } = await run(
    `    open("/dev/null").close()
    checks = [
        d.getVar("A") == "a b", d.getVar("A", False) == "a \${B}", d.getVar("NONE") is None,
        d.getVarFlag("A", "f") is None, d.getVarFlags("A") is None, "A" in d, "NONE" not in d,
        d.get("NONE", "other") == "other", d.expand("\${B}!") == "b!", "B" in d.keys(),
    ]
    d.setVarFlag("A", "f", "\${B}")
    checks += [d.getVarFlag("A", "f") == "b", d.getVarFlag("A", "f", False) == "\${B}", d.getVarFlags("A") == {"f": "\${B}"}]
    d.appendVar("B", "1"); d.prependVar("B", "0"); d.appendVarFlag("A", "f", "2")
    checks += [d.getVar("A") == "a 0b1", d.getVarFlag("A", "f") == "0b12"]
    copy = d.createCopy(); copy.setVar("B", "c"); d.renameVar("OLD", "NEW"); d.delVar("GONE")
    checks += [copy.getVar("A") == "a c", d.getVar("B") == "0b1", d.getVar("NEW") == "old", d.getVar("GONE") is None]
    d.setVar("N", 5); d.setVar("L", ["x"]); d.setVar("NOTHING", None)
    checks += [d.getVar("N") == 5, d.getVar("L") == ["x"], d.getVar("NOTHING") is None, d.expand("\${N}") == "5"]
    d.setVar("B", "\\udcff\\u00e9")
    checks += [d.getVar("B") == "\\udcff\\u00e9"]
    d["K"] = "v"; del d["K"]
    checks += [d.getVar("K") is None]
    print([index for index, check in enumerate(checks) if not check])
`,
    { A: 'a ${B}', B: 'b', OLD: 'old', GONE: 'x' },
  );
  t.is(outcome.status, 'ok', log);
  t.is(log, '[]\n');
});

test('the functions of bb.utils work on files', async (t) => {
  const { outcome, log } = await run(
    `    import hashlib
    u = bb.utils
    u.mkdirhier("a/b"); u.mkdirhier("a/b")
    open("a/b/f", "w").write("text"); os.chmod("a/b/f", 0o640); os.symlink("f", "a/b/l")
    checks = [bool(u.copyfile("a/b/f", "g")), os.stat("g").st_mode & 0o777 == 0o640, bool(u.copyfile("a/b/l", "h")), os.readlink("h") == "f"]
    checks += [bool(u.movefile("g", "i")), not os.path.exists("g"), open("i").read() == "text", not u.copyfile("none", "x")]
    u.rename("i", "j"); u.remove("j"); u.remove("j"); u.remove("a", True)
    checks += [not os.path.exists("j"), not os.path.exists("a"), u.which("/nowhere:/bin", "sh") == "/bin/sh", u.which("/nowhere", "sh") == ""]
    lock = u.lockfile("x/lock"); checks += [u.lockfile("x/lock", retry=False) is None]; u.unlockfile(lock)
    checks += [not os.path.exists("x/lock"), u.to_boolean("Yes"), u.to_boolean("0") is False, u.to_boolean("", "d") == "d"]
    open("s", "w").write("x"); checks += [u.sha256_file("s") == hashlib.sha256(b"x").hexdigest(), u.md5_file("s") == hashlib.md5(b"x").hexdigest()]
    checks += [dict(u.explode_dep_versions2("b (>= 1.0) a, c (<2) (>1)")) == {"a": [], "b": [">= 1.0"], "c": ["< 2", "> 1"]}]
    checks += [u.explode_deps("a (>= 1) b") == ["a", "b"], u.join_deps({"a": [">= 1"], "b": []}) == "a (>= 1), b"]
    checks += [u.vercmp_string("1.10", "1.9") > 0, u.vercmp_string_op("1.0", "1.0", "<="), u.contains("A", "x", 1, 2, d) == 1, u.filter("A", "z y", d) == "y"]
    checks += [bb.process.run(["echo", "x"]) == ("x\\n", ""), bb.process.run("echo y | cat")[0] == "y\\n"]
    for command, kind in ((["/nowhere"], bb.process.NotFoundError), ("exit 3", bb.process.ExecutionError)):
        try:
            bb.process.run(command); checks += [False]
        except kind as problem:
            checks += [getattr(problem, "exitcode", 3) == 3]
    checks += [bb.fetch2.decodeurl("git://u:p@h/x%20y;branch=b") == ("git", "h", "/x y", "u", "p", {"branch": "b"})]
    checks += [bb.fetch2.encodeurl(bb.fetch2.decodeurl("https://h/a;b=c")) == "https://h/a;b=c"]
    print([index for index, check in enumerate(checks) if not check])
`,
    { A: 'x y' },
  );
  t.is(outcome.status, 'ok', log);
  t.is(log, "WARNING: copyfile: none to x failed ([Errno 2] No such file or directory: 'none')\n[]\n");
});

test('output that is not UTF-8, and a flood of it, goes to the log as it is', async (t) => {
  const { outcome, log } = await run(
    '    os.write(1, b"\\xff\\xfe")\n    print("\\udcff")\n    for n in range(200000):\n        print("line", n)\n    sys = __import__("sys"); sys.stderr.write("last\\n")\n',
  );
  t.is(outcome.status, 'ok');
  t.true(log.endsWith('line 199999\nlast\n'));
});

test('a flood of warnings is cut off', async (t) => {
  const { outcome } = await run('    open("/dev/null")\n    for n in range(500):\n        bb.warn("number %d" % n)\n');
  if (outcome.status !== 'ok') return t.fail(outcome.status);
  t.is(outcome.warnings.length, 101);
  t.is(outcome.warnings.at(-1)?.message, 'more messages are in the log');
});

test('a task that writes to the pipe of the engine, closes it or goes away fails and nothing hangs', async (t) => {
  const cases = [
    '    import glob\n    for fd in range(3, 200):\n        try:\n            os.write(fd, b"garbage garbage garbage\\n")\n        except OSError:\n            pass\n    d.getVar("A")\n',
    '    os.closerange(3, 200)\n    d.getVar("A")\n',
    '    os._exit(0)\n',
  ];
  for (const body of cases) {
    const { outcome } = await run(body);
    if (outcome.status !== 'failed') return t.fail(body);
    t.is(outcome.diagnostics[0]?.code, 'task-failed', body);
  }
});

test('threads and forked children that use d at the same time get their own answers', async (t) => {
  const { outcome, log } = await run(
    `    import multiprocessing, threading
    wrong = []
    def ask(number):
        for turn in range(50):
            if d.getVar("V%d" % number) != str(number):
                wrong.append(number)
    def child(number):
        ask(number)
        os._exit(1 if wrong else 0)
    children = []
    for number in range(4):
        pid = os.fork()
        if pid == 0:
            child(number)
        children.append(pid)
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(wrong, [os.waitpid(pid, 0)[1] for pid in children])
`,
    { V0: '0', V1: '1', V2: '2', V3: '3' },
  );
  t.is(outcome.status, 'ok', log);
  t.is(log, '[] [0, 0, 0, 0]\n');
});

test('a cancelled Python task ends, and says so', async (t) => {
  using directory = temporaryDirectory();
  const started = Promise.withResolvers<void>();
  const body =
    '    import signal, time\n    signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    print("up", flush=True)\n    while True:\n        time.sleep(1)\n';
  const task = pool.start(orderIn(directory.path, workOf(body)), () => started.resolve());
  await started.promise;
  task.cancel();
  t.is((await task.done).status, 'cancelled');
});

test('a syntax error, an error in an import and one in a nested function are placed', async (t) => {
  const place = async (body: string) => {
    const { outcome } = await run(body);
    const [first] = outcome.status === 'failed' ? outcome.diagnostics : [];
    return [first?.place?.path, first?.place?.line, first?.message];
  };
  t.deepEqual(await place('    open("/dev/null")\n    x = (\n'), [
    '/layer/r.bb',
    12,
    "`r`: `do_x` raised SyntaxError: '(' was never closed",
  ]);
  t.deepEqual(await place('    import nowhere_at_all\n'), [
    '/layer/r.bb',
    11,
    "`r`: `do_x` raised ModuleNotFoundError: No module named 'nowhere_at_all'",
  ]);
  t.deepEqual(await place('    def f():\n        return [][1]\n    open("/dev/null")\n    f()\n'), [
    '/layer/r.bb',
    12,
    '`r`: `do_x` raised IndexError: list index out of range',
  ]);
});

test('a function may not empty a folder of others, by a flag or through exec_func', async (t) => {
  using directory = temporaryDirectory();
  const work = workOf('    open("/dev/null")\n    bb.build.exec_func("other", d)\n', { other: '#!\n:\n' });
  const store = new Map(work.datastore.variables);
  const other = store.get('other');
  if (other === undefined) return t.fail();
  store.set('other', { ...other, flags: new Map([...other.flags, ['cleandirs', '/usr/lib']]) });
  const order = orderIn(directory.path, { ...work, datastore: { ...work.datastore, variables: [...store] } });
  const outcome = await pool.start(order, () => undefined).done;
  t.regex(
    outcome.status === 'failed' ? (outcome.diagnostics[0]?.message ?? '') : '',
    /`other\[cleandirs\]` would empty `\/usr\/lib`/,
  );
});
