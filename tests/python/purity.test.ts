import test from 'ava';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { isPureHandler, isPurePython, pureMembers } from '../../engine/python/purity.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

const evaluator = { evaluate: () => '' };

function storeWith(functions: Readonly<Record<string, string>>) {
  const store = createDatastore({ evaluator });
  for (const [name, body] of Object.entries(functions)) {
    store.setFlag(name, 'func', '1');
    if (!body.startsWith('#!')) store.setFlag(name, 'python', '1');
    store.set(name, body);
  }
  return store;
}

const isPure = (body: string, more: Readonly<Record<string, string>> = {}): boolean =>
  isPurePython('do_x', storeWith({ do_x: body, ...more }));

const pure: readonly string[] = [
  '    d.setVar("A", d.getVar("B") or "")\n',
  '    words = [w.strip() for w in (d.getVar("A") or "").split() if w]\n    bb.note(" ".join(sorted(words)))\n',
  '    import re, os\n    if re.match("a", os.path.basename("x")):\n        bb.fatal("no")\n',
  '    if bb.utils.contains("A", "b", True, False, d):\n        raise ValueError("bad %s" % len("x"))\n',
  '    def inner(open):\n        return open + 1\n    inner(1)\n',
  '    try:\n        x = int("5")\n    except ValueError as e:\n        bb.warn(str(e))\n',
];

const libraries: readonly string[] = [
  '    import json, collections\n    d.setVar("A", json.dumps(collections.OrderedDict(a=1)))\n',
  '    from collections import defaultdict\n    x = defaultdict(list)\n',
  '    copy = d.createCopy()\n    copy.setVar("A", "1")\n',
  '    import re\n    d.setVar("A", re.sub("a", "b", "a", flags=re.I))\n',
];
for (const body of libraries) test(`pure: ${body.trim().split('\n').join('; ')}`, (t) => t.true(isPure(body)));

const impure: readonly string[] = [
  '    import json\n    json.dump(1, d)\n',
  '    import hashlib\n    hashlib.file_digest(d, "x")\n',
  '    from collections import Nothing\n',
  '    open("/tmp/x")\n',
  '    os.path.exists("x")\n',
  '    os.environ["HOME"]\n',
  '    import subprocess\n',
  '    import os as o\n    o.unlink("x")\n',
  '    from os import unlink\n    unlink("x")\n',
  '    f = open\n    f("x")\n',
  '    getattr(os, "unlink")("x")\n',
  '    __import__("os").unlink("x")\n',
  '    eval("1")\n',
  '    bb.utils.mkdirhier("x")\n',
  '    with x as y:\n        pass\n',
  '    bb.process.run("ls")\n',
  '    def f():\n        return open("x")\n    f()\n',
  '    [open(p) for p in "a"]\n',
  '    print("x")\n',
  '    this is no python\n',
];

for (const body of pure) test(`pure: ${body.trim().split('\n').join('; ')}`, (t) => t.true(isPure(body)));
for (const body of impure) test(`not pure: ${body.trim().split('\n').join('; ')}`, (t) => t.false(isPure(body)));

test('a function is judged with the functions that it calls, however deep and in circles', (t) => {
  const call = '    one(d)\n';
  const one = 'def one(d):\n    return two(d)\n';
  t.true(isPure(call, { one, two: 'def two(d):\n    return one(d) or d.getVar("A")\n' }));
  t.false(isPure(call, { one, two: 'def two(d):\n    return open("x")\n' }));
  t.false(isPure(call));
});

test('exec_func is judged by the function that it names, which must be written out and Python', (t) => {
  const more = { good: '    d.setVar("A", "1")\n', bad: '    open("x")\n', shell: '#!shell\n' };
  t.true(isPure('    bb.build.exec_func("good", d)\n', more));
  t.false(isPure('    bb.build.exec_func("bad", d)\n', more));
  t.false(isPure('    bb.build.exec_func("shell", d)\n', more));
  t.false(isPure('    name = "good"\n    bb.build.exec_func(name, d)\n', more));
});

test('a handler may look at its event', (t) => {
  const store = (body: string) => storeWith({ handle: body });
  const look = '    if isinstance(e, bb.event.BuildStarted):\n        bb.note(e.getName() + str(e.failures))\n';
  t.true(isPureHandler('handle', store(look)));
  t.false(isPurePython('handle', store(look)));
  t.false(isPureHandler('handle', store('    open(e.getName())\n')));
});

test('the interpreter has every name that counts as pure, and runs what is judged so', (t) => {
  const runtime = createPythonRuntime();
  for (const name of pureMembers) t.is(runtime.evaluate(`callable(${name})`, storeWith({}), name), 'True', name);
  for (const text of [...pure, ...libraries]) {
    const log: string[] = [];
    const session = {
      datastore: storeWith({}),
      host: { log: (message: { text: string }) => void log.push(message.text) },
    };
    t.notThrows(() => runtime.execute({ name: 'do_x', text }, session), text);
  }
});
