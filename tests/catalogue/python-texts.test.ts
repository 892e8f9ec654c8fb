import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const recipeFile = 'meta-toy/recipes/app/app_1.0.bb';

/** What is said of task `compile` of this recipe, from the first diagnostic to the end; paths of logs are shortened. */
async function said(body: string): Promise<string> {
  await using project = new TestProject({ ...toyLayer, [recipeFile]: body });
  const { output } = await project.run(['app:compile']);
  const text = output.replaceAll(project.path, 'PROJECT').replaceAll(/log\.do_compile\.\d+/g, 'LOG');
  return text
    .slice(text.search(/^\S*: (?:error|warning|note):/m))
    .replace(/\n(?: {2}done| {3}to look around|stx-bake: (?!error)).*/s, '');
}

test('bb.warn of a Python task is shown with the call', async (t) => {
  t.is(
    await said('python do_compile() {\n    open("/dev/null")\n    bb.warn("watch", " out")\n}\n'),
    [
      `${recipeFile}:3:5: warning: \`app\`: \`do_compile\`: watch out [task-message]`,
      '    3 |     bb.warn("watch", " out")',
      '      |     ^~~~~~~~~~~~~~~~~~~~~~~~',
    ].join('\n'),
  );
});

test('an exception of a Python task is shown with its frames, the log and where the rest is', async (t) => {
  t.is(
    await said('def fail(d):\n    return {}[d]\npython do_compile() {\n    open("/dev/null")\n    fail("x")\n}\n'),
    [
      `${recipeFile}:2:12: error: \`app\`: \`do_compile\` raised KeyError: 'x' [task-failed]`,
      '    2 |     return {}[d]',
      '      |            ^~~~~',
      `   ${recipeFile}:5:5: called from here`,
      '      5 |     fail("x")',
      '        |     ^~~~~~~~~',
      '   help: the whole log is PROJECT/build/tmp/work/app/temp/LOG',
    ].join('\n'),
  );
});

test('a pure task that fails is told in the same way', async (t) => {
  t.is(
    await said('python do_compile() {\n    raise ValueError("bad")\n}\n'),
    [
      `${recipeFile}:2:5: error: \`app\`: \`do_compile\` raised ValueError: bad [task-failed]`,
      '    2 |     raise ValueError("bad")',
      '      |     ^~~~~~~~~~~~~~~~~~~~~~~',
      '   help: the whole log is PROJECT/build/tmp/work/app/temp/LOG',
    ].join('\n'),
  );
});

test('a python3 that is not there is told with the PATH', async (t) => {
  t.is(
    await said('PATH = "/nowhere"\nPATH[export] = "1"\npython do_compile() {\n    open("x")\n}\n'),
    [
      'stx-bake: error: `do_compile` of `app` needs `python3`, and there is none along its PATH `/nowhere` [missing-python]',
      '   help: install Python 3.9 or later, or put its folder on the PATH of the task',
    ].join('\n'),
  );
});
