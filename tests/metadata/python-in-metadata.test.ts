import test from 'ava';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';
import { metadataProject } from '../support/metadata-project.ts';

const head = '/meta/recipes/';

/** A project with the real interpreter. */
function project(files: Readonly<Record<string, string>>, facts?: Parameters<typeof metadataProject>[1]) {
  return metadataProject(files, { evaluator: createPythonRuntime(), ...facts });
}

/** Values of variables of the recipe `app`. */
function values(files: Readonly<Record<string, string>>, names: readonly string[]) {
  const { recipe } = project(files);
  return names.map((name) => recipe('app').datastore.get(name));
}

test('anonymous functions of classes, includes and recipes run in the order in which they were read', (t) => {
  const [log] = values(
    {
      '/meta/classes/kit.bbclass': 'python () {\n    d.appendVar("LOG", " class")\n}\n',
      [`${head}part.inc`]: 'python __anonymous() {\n    d.appendVar("LOG", " include")\n}\n',
      [`${head}app_1.0.bb`]:
        'LOG = "start"\npython () {\n    d.appendVar("LOG", " recipe")\n}\ninherit kit\nrequire part.inc\n',
    },
    ['LOG'],
  );
  t.is(log, 'start recipe class include');
});

test('an anonymous function sees expanded names, deferred classes and what earlier ones set', (t) => {
  const found = values(
    {
      '/meta/classes/late.bbclass': 'LATE = "yes"\npython () {\n    d.setVar("SECOND", d.getVar("FIRST") + "2")\n}\n',
      [`${head}app_1.0.bb`]: [
        'inherit_defer late',
        'NAME:${PN} = "by name"',
        'python () {',
        '    d.setVar("FIRST", d.getVar("LATE") + d.getVar("NAME:app"))',
        '}',
        '',
      ].join('\n'),
    },
    ['FIRST', 'SECOND'],
  );
  t.deepEqual(found, ['yesby name', 'yesby name2']);
});

test('def functions call each other, and the last definition that a recipe sees counts', (t) => {
  const [value] = values(
    {
      '/meta/classes/kit.bbclass':
        'def outer(d):\n    return "<" + inner(d) + ">"\n\ndef inner(d):\n    return "class"\n',
      [`${head}app_1.0.bb`]: 'inherit kit\ndef inner(d):\n    return d.getVar("PN")\n\nX = "${@outer(d)}"\n',
    },
    ['X'],
  );
  t.is(value, '<app>');
});

test('an expression may call a function that sets and deletes a flag, also after the recipe is finished', (t) => {
  const { recipe } = project({
    [`${head}app_1.0.bb`]: [
      'def guarded(d):',
      '    if d.getVarFlag("X", "guard"):',
      '        return "inner"',
      '    d.setVarFlag("X", "guard", "1")',
      '    value = d.getVar("Y")',
      '    d.delVarFlag("X", "guard")',
      '    return value',
      '',
      'X = "${@guarded(d)}"',
      'Y = "[${@guarded(d)}]"',
      '',
    ].join('\n'),
  });
  const { datastore } = recipe('app');
  t.is(datastore.get('X'), '[inner]');
  t.is(datastore.flag('X', 'guard'), undefined);
});

test('history tells the file and the line of the Python statement that set a variable', (t) => {
  const { recipe } = project({ [`${head}app_1.0.bb`]: 'A = "1"\npython () {\n    x = 1\n    d.setVar("A", "2")\n}\n' });
  const span = recipe('app').datastore.history('A').at(-1)?.span;
  t.is(span?.source.path, `${head}app_1.0.bb`);
  t.is(span?.source.position(span.start).line, 4);
});

test('the flag `deps` that Python gives a task replaces what came before it', (t) => {
  const { recipe } = project({
    [`${head}app_1.0.bb`]: [
      'addtask one',
      'addtask two after do_one',
      'addtask build after do_two',
      'python () {',
      '    d.setVarFlag("do_build", "deps", ["do_one"])',
      '    bb.build.addtask("three", "do_build", None, d)',
      '}',
      '',
    ].join('\n'),
  });
  t.deepEqual(recipe('app').tasks.get('do_build')?.after, ['do_one', 'do_three']);
});

test('tasks are added and deleted from Python, with their flag', (t) => {
  const { recipe } = project({
    [`${head}app_1.0.bb`]: [
      'addtask one before do_build',
      'addtask two',
      'python () {',
      '    bb.build.addtask("three", "do_build", "do_one", d)',
      '    bb.build.deltask("do_two", d)',
      '    d.setVar("BETWEEN", " ".join(bb.build.tasksbetween("do_one", "do_build", d)))',
      '}',
      '',
    ].join('\n'),
  });
  const { tasks, datastore } = recipe('app');
  t.deepEqual([...tasks.keys()], ['do_build', 'do_one', 'do_three']);
  t.deepEqual(tasks.get('do_build')?.after, ['do_one', 'do_three']);
  t.is(datastore.flag('do_three', 'task'), '1');
  t.is(datastore.flag('do_two', 'task'), undefined);
  t.is(datastore.get('BETWEEN'), 'do_one do_build do_three');
});

test('SkipRecipe leaves a recipe out with its reason, and only the variant that raised it', (t) => {
  const { recipes, diagnostics } = project({
    '/meta/classes/native.bbclass': 'KIND = "native"\n',
    [`${head}app_1.0.bb`]: [
      'BBCLASSEXTEND = "native"',
      'python () {',
      '    if d.getVar("KIND") != "native":',
      '        raise bb.parse.SkipPackage("only for the build machine")',
      '}',
      '',
    ].join('\n'),
  });
  t.deepEqual(
    recipes().map(({ pn, skipped }) => [pn, skipped]),
    [
      ['app', 'only for the build machine'],
      ['app-native', undefined],
    ],
  );
  t.deepEqual(diagnostics, []);
});

test('SkipRecipe from an expression ends the file at that line', (t) => {
  const { recipes } = project({
    [`${head}app_1.0.bb`]: 'def no(d):\n    raise bb.parse.SkipRecipe("no")\n\nX := "${@no(d)}"\nAFTER = "1"\n',
  });
  const [only] = recipes();
  t.is(only?.skipped, 'True');
  t.is(only?.datastore.get('AFTER'), undefined);
});

test('handlers of parse-time events run in order and see the datastore of the recipe', (t) => {
  const events = ['RecipePreFinalise', 'RecipePostKeyExpansion', 'RecipeTaskPreProcess', 'RecipeParsed'];
  const [seen, file, mask] = values(
    {
      '/meta/classes/watch.bbclass': [
        'addhandler all_events',
        'python all_events() {',
        '    d.appendVar("SEEN", " " + bb.event.getName(e))',
        '    if isinstance(e, bb.event.RecipeTaskPreProcess):',
        '        d.setVar("WHO", "%s %s" % (os.path.basename(e.fn), ",".join(e.tasklist)))',
        '}',
        'addhandler one_event',
        'one_event[eventmask] = "bb.event.RecipeParsed bb.event.ConfigParsed"',
        'python one_event() {',
        '    e.data.appendVar("ONE", " " + e.__class__.__name__)',
        '}',
        '',
      ].join('\n'),
      '/build/conf/local.conf': 'INHERIT += "watch"\n',
      [`${head}app_1.0.bb`]: 'A = "1"\n',
    },
    ['SEEN', 'WHO', 'ONE'],
  );
  t.is(seen, ` ConfigParsed RecipePreDeferredInherits ${events.join(' ')}`);
  t.is(file, 'app_1.0.bb do_build');
  t.is(mask, ' ConfigParsed RecipeParsed');
});

test('a handler of one recipe is not seen by the others', (t) => {
  const { recipe } = project({
    [`${head}app_1.0.bb`]: 'addhandler own\npython own() {\n    d.setVar("SEEN", "1")\n}\n',
    [`${head}other_1.0.bb`]: 'A = "1"\n',
  });
  t.is(recipe('app').datastore.get('SEEN'), '1');
  t.is(recipe('other').datastore.get('SEEN'), undefined);
});

test('an exception names the line of the function and the lines that led there', (t) => {
  const { diagnostics, recipes } = project({
    '/meta/classes/kit.bbclass': 'def helper(d):\n    x = {}\n    return x["no"]\n',
    [`${head}app_1.0.bb`]: 'inherit kit\npython () {\n    d.setVar("A", helper(d))\n}\n',
  });
  t.deepEqual(recipes(), []);
  const [found] = diagnostics;
  t.is(found?.code, 'python-exception');
  t.is(found?.span?.source.path, '/meta/classes/kit.bbclass');
  t.is(found?.span?.source.position(found.span.start).line, 3);
  const calls = found?.related?.map(({ span }) => `${span.source.path}:${span.source.position(span.start).line}`);
  t.true(calls?.includes(`${head}app_1.0.bb:3`));
});

test('bb.warn is a warning with its place, bb.note a note, bb.debug nothing, and reading goes on', (t) => {
  const { diagnostics, recipe } = project({
    [`${head}app_1.0.bb`]: [
      'python () {',
      '    bb.debug(1, "hidden")',
      '    bb.note("to know")',
      '    bb.warn("look ", "out")',
      '    d.setVar("A", "done")',
      '}',
      '',
    ].join('\n'),
  });
  t.is(recipe('app').datastore.get('A'), 'done');
  t.deepEqual(
    diagnostics.map(({ code, severity, message, span }) => [
      code,
      severity,
      message,
      span?.source.position(span.start).line,
    ]),
    [
      ['layer-note', 'note', 'to know', 3],
      ['layer-warning', 'warning', 'look out', 4],
    ],
  );
});

test('files that Python looks at are read through the file reader and recorded', (t) => {
  const { recipe } = project({
    '/meta/files/list.txt': 'a\nb\n',
    [`${head}app_1.0.bb`]: [
      'def lines(d):',
      '    with open("/meta/files/list.txt") as f:',
      '        return ",".join(line.strip() for line in f)',
      '',
      'X := "${@lines(d)} ${@os.path.exists("/meta/none")} ${@" ".join(os.listdir("/meta/files"))}"',
      '',
    ].join('\n'),
  });
  const { datastore, filesRead, filesLookedFor } = recipe('app');
  t.is(datastore.get('X'), 'a,b False list.txt');
  t.true(filesRead.includes('/meta/files/list.txt'));
  t.true(filesLookedFor.includes('/meta/none'));
});

test('what differs from run to run is told by the engine or refused with the way out', (t) => {
  const recipe = { [`${head}app_1.0.bb`]: 'X := "${@bb.utils.cpu_count()}"\n' };
  const refused = project(recipe).diagnostics[0];
  t.is(refused?.code, 'unsupported-python');
  t.regex(refused?.message ?? '', /bb\.utils\.cpu_count/);
  t.regex(refused?.help ?? '', /variable/);
  t.is(
    project(recipe, { facts: { processors: 6 } })
      .recipe('app')
      .datastore.get('X'),
    '6',
  );
});

test('Python that changes files is refused with its place', (t) => {
  const [found] = project({
    [`${head}app_1.0.bb`]: 'python () {\n    bb.utils.mkdirhier("/tmp/x")\n}\n',
  }).diagnostics;
  t.is(found?.code, 'unsupported-python');
  t.is(found?.help, 'do it in a task');
  t.is(found?.span?.source.position(found.span.start).line, 2);
});

test('a mistake in a function that nobody calls is found while the file is read', (t) => {
  const [found] = project({ [`${head}app_1.0.bb`]: 'A = "1"\ndef broken(d):\n    return (1\n' }).diagnostics;
  t.is(found?.code, 'python-syntax');
  t.is(found?.span?.source.position(found.span.start).line, 3);
});

test('a variant runs the anonymous functions of the recipe and of its class with its own overrides', (t) => {
  const { recipe } = project({
    '/meta/classes/native.bbclass':
      'OVERRIDES .= ":class-native"\npython () {\n    d.setVar("BY", d.getVar("KIND"))\n}\n',
    [`${head}app_1.0.bb`]:
      'BBCLASSEXTEND = "native"\nKIND = "plain"\nKIND:class-native = "special"\npython () {\n    d.appendVar("KIND", "!")\n}\n',
  });
  t.is(recipe('app').datastore.get('KIND'), 'plain!');
  t.is(recipe('app-native').datastore.get('BY'), 'special!');
});

test('bb.build.exec_func runs a Python function, and EXPORT_FUNCTIONS makes one callable', (t) => {
  const [value] = values(
    {
      '/meta/classes/kit.bbclass': 'python kit_do_set() {\n    d.setVar("A", "kit")\n}\nEXPORT_FUNCTIONS do_set\n',
      [`${head}app_1.0.bb`]: 'inherit kit\npython () {\n    bb.build.exec_func("do_set", d)\n}\n',
    },
    ['A'],
  );
  t.is(value, 'kit');
});

test('modules of a layer complete those of the engine', (t) => {
  const { recipe } = project({
    '/meta/conf/layer.conf': [
      'BBPATH .= ":${LAYERDIR}"',
      'BBFILES += "${LAYERDIR}/recipes/*.bb"',
      'BBFILE_COLLECTIONS += "meta"',
      'BBFILE_PATTERN_meta = "^${LAYERDIR}/"',
      'BBFILE_PRIORITY_meta = "5"',
      'addpylib ${LAYERDIR}/lib mine',
      'addpylib ${LAYERDIR}/lib oe',
      '',
    ].join('\n'),
    '/meta/lib/mine/__init__.py': 'BBIMPORTS = ["names", "filters"]\n',
    '/meta/lib/mine/names.py': 'def shout(text):\n    return text.upper()\n',
    '/meta/lib/mine/filters.py': 'import bb.filter\n@bb.filter.filter_proc()\ndef twice(val):\n    return val + val\n',
    '/meta/lib/oe/__init__.py': '',
    '/meta/lib/oe/utils.py': 'def own(d):\n    return d.getVar("PN")\n',
    [`${head}app_1.0.bb`]: [
      'X = "${@mine.names.shout(oe.utils.own(d))} ${@oe.utils.trim_version("1.2.3", 1)}"',
      'Y = "ab"',
      'python () {',
      '    d.setVarFilter("Y", "twice(val)")',
      '}',
      '',
    ].join('\n'),
  });
  t.is(recipe('app').datastore.get('X'), 'APP 1');
  t.is(recipe('app').datastore.get('Y'), 'abab');
});
