import test from 'ava';
import { StxError, throwErrors } from '../../engine/base/stx-error.ts';
import { storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { buildTaskGraph, type TaskGraphOptions } from '../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../engine/taskgraph/parse-target.ts';
import { tasksToForce } from '../../engine/taskgraph/tasks-to-force.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';
import { metadataProject } from '../support/metadata-project.ts';

const a = '/meta/recipes/a_1.0.bb';
const b = '/meta/recipes/b_1.0.bb';
const conf = '/build/conf/local.conf';
const loop = [
  'do_x() {\n    :\n}\ndo_y() {\n    :\n}\n',
  'addtask x after do_y before do_build\n',
  'addtask y after do_x\n',
].join('');

/** A mistake, what is asked for, and the exact first lines that the user reads. */
const catalogue: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
  readonly options?: TaskGraphOptions;
  readonly lines: readonly string[];
}[] = [
  {
    what: 'a dependency that nobody provides',
    files: { [a]: 'DEPENDS = "bb"\n' },
    targets: ['a'],
    lines: [
      `${a}:1:12: error: nothing provides \`bb\`, which \`a\` needs to be built (\`${a}\`) [nothing-provides]`,
      'stx-bake: error: the target `a` cannot be built: `a` needs `bb` [unbuildable-target]',
    ],
  },
  {
    what: 'a run-time dependency that nobody provides',
    files: { [a]: 'RDEPENDS:${PN} = "bb"\n' },
    targets: ['a'],
    lines: [
      `${a}:1:19: error: nothing provides \`bb\`, which the package \`a\` of \`a\` needs at run time (\`${a}\`) [nothing-provides]`,
      'stx-bake: error: the target `a` cannot be built: `a` needs `bb` [unbuildable-target]',
    ],
  },
  {
    what: 'a target that is left out because the build shall go on',
    files: { [a]: 'DEPENDS = "bb"\n', [b]: '' },
    targets: ['a', 'b'],
    options: { keepGoing: true },
    lines: [
      `${a}:1:12: warning: nothing provides \`bb\`, which \`a\` needs to be built (\`${a}\`) [nothing-provides]`,
      'stx-bake: warning: the target `a` is left out: what its recipe needs is missing [unbuildable-target]',
    ],
  },
  {
    what: 'an unknown target',
    files: { [a]: '' },
    targets: ['aa'],
    lines: ['stx-bake: error: no recipe is called `aa` or provides it [unknown-target]'],
  },
  {
    what: 'an unknown task',
    files: { [a]: '' },
    targets: ['a:do_bild'],
    lines: ['stx-bake: error: `a` has no task `do_bild` [unknown-task]'],
  },
  {
    what: 'a task of another recipe that does not exist',
    files: { [a]: 'do_build[depends] = "b:do_bild"\n', [b]: '' },
    targets: ['a'],
    lines: [
      `${a}:1:22: error: \`a:do_build\` depends on \`b:do_bild\`, but \`b\` has no task \`do_bild\` [unknown-task]`,
    ],
  },
  {
    what: 'tasks that wait for each other',
    files: { [a]: loop },
    targets: ['a'],
    lines: [`${a}:7:1: error: 2 tasks wait for each other in a dependency loop [dependency-cycle]`],
  },
  {
    what: 'a dependency without its task',
    files: { [a]: 'do_build[depends] = "b"\n' },
    targets: [],
    lines: [`${a}:1:22: error: \`b\` in do_build[depends] is not of the form \`recipe:task\` [malformed-dependency]`],
  },
  {
    what: 'a dependency on another configuration that is too short',
    files: { [a]: 'do_build[mcdepends] = "b:do_build"\n' },
    targets: ['a'],
    lines: [
      `${a}:1:24: error: \`b:do_build\` in do_build[mcdepends] of \`a\` (\`${a}\`) is not of the form \`mc:FROM:TO:target:task\` [malformed-dependency]`,
    ],
  },
  {
    what: 'a dependency on a configuration that does not exist',
    files: { [a]: 'do_build[mcdepends] = "mc::arm:b:do_build"\n' },
    targets: ['a'],
    lines: [
      `${a}:1:24: error: \`a:do_build\` depends on \`mc::arm:b:do_build\`, but there is no configuration \`arm\` [unknown-configuration]`,
    ],
  },
  {
    what: 'an unknown configuration',
    files: { [a]: '' },
    targets: ['mc:other:a'],
    lines: ['stx-bake: error: there is no configuration `other` [unknown-configuration]'],
  },
  {
    what: 'a target of one configuration behind all of them',
    files: { [a]: '', [conf]: 'BBMULTICONFIG = "arm"\n' },
    targets: ['mc:*:a', 'mc:arm:a'],
    lines: ['stx-bake: error: a target of a configuration follows one of all configurations [conflicting-targets]'],
  },
  {
    what: 'a target that is taken as present',
    files: { [a]: '', [conf]: 'ASSUME_PROVIDED = "a"\n' },
    targets: ['a'],
    lines: ['stx-bake: warning: the target `a` is taken as present: ASSUME_PROVIDED names it [assumed-target]'],
  },
  {
    what: 'a pattern in ASSUME_PROVIDED that is none',
    files: { [a]: '', [conf]: 'ASSUME_PROVIDED = "^("\n' },
    targets: ['a'],
    lines: ['conf/local.conf:1:1: error: `^(` in ASSUME_PROVIDED is not a regular expression [invalid-pattern]'],
  },
  {
    what: 'two versions of one recipe',
    files: { [b]: 'PROVIDES += "virtual/old"\n', '/meta/recipes/b_2.0.bb': '' },
    targets: ['virtual/old', 'b'],
    lines: [
      'stx-bake: error: two versions of `b` are needed: `/meta/recipes/b_1.0.bb` and `/meta/recipes/b_2.0.bb` [multiple-versions]',
    ],
  },
  {
    what: 'two recipes of one name in a build, and a choice without a preference',
    files: { [a]: 'PROVIDES += "virtual/x"\n', [b]: 'PROVIDES += "virtual/x"\n' },
    targets: ['a', 'b', 'virtual/x'],
    lines: [
      'stx-bake: note: `virtual/x` is provided by `a`, `b`; the first one is taken [several-providers]',
      'stx-bake: warning: several recipes of this build provide `virtual/x`: `a`, `b` [multiple-providers]',
    ],
  },
  {
    what: 'a preferred version that does not exist',
    files: { [a]: '', [conf]: 'PREFERRED_VERSION_a = "2.0"\n' },
    targets: ['a'],
    lines: [
      'conf/local.conf:1:1: warning: PREFERRED_VERSION_a asks for `2.0`, but no recipe has that version [preferred-version-missing]',
    ],
  },
  {
    what: 'a preferred version that a required one overrules',
    files: { [a]: '', [conf]: 'PREFERRED_VERSION_a = "1.0"\nREQUIRED_VERSION_a = "1.0"\n' },
    targets: ['a'],
    lines: [
      'conf/local.conf:1:1: warning: REQUIRED_VERSION_a and PREFERRED_VERSION_a are both set for `a`: the required version counts [preferred-version-ignored]',
    ],
  },
  {
    what: 'preferences that contradict each other',
    files: {
      '/meta/recipes/c_1.0.bb': 'RDEPENDS:${PN} = "service"\n',
      [a]: 'RPROVIDES:${PN} = "service"\nPROVIDES += "virtual/a"\n',
      [b]: 'RPROVIDES:${PN} = "service"\n',
      '/meta/recipes/d_1.0.bb': 'RPROVIDES:${PN} = "service"\nPROVIDES += "virtual/d"\n',
      [conf]: 'PREFERRED_PROVIDER_virtual/a = "a"\nPREFERRED_PROVIDER_virtual/d = "d"\n',
    },
    targets: ['c'],
    lines: [
      'stx-bake: error: several preferences apply to the run-time name `service`: PREFERRED_PROVIDER_virtual/a = "a", PREFERRED_PROVIDER_virtual/d = "d" [conflicting-preferences]',
      'stx-bake: error: the target `c` cannot be built: `c` needs `service` [unbuildable-target]',
    ],
  },
  {
    what: 'a task that no recipe of the targets has',
    files: { [a]: '' },
    targets: ['a'],
    options: { runAll: ['deploy'] },
    lines: ['stx-bake: error: no recipe that the targets need has a task `do_deploy` [nothing-to-run]'],
  },
];

for (const { what, files, targets, options = {}, lines } of catalogue) {
  test(`${what} is told in these words`, (t) => {
    const { workspace, diagnostics: found } = metadataProject(files, { evaluator: createInlineEvaluator() });
    const graph = targets.length === 0 ? undefined : buildTaskGraph(workspace, targets.map(parseTarget), options);
    const diagnostics = [...found, ...(graph?.diagnostics ?? [])];
    const texts = diagnostics.map((each) => diagnosticText(storeDiagnostic(each), { base: '/build' }));
    t.deepEqual(
      texts.map((text) => text.split('\n')[0] ?? ''),
      lines,
    );
    if (graph && lines.some((line) => line.includes(': error: '))) t.throws(() => throwErrors(graph));
  });
}

test('a task without a stamp cannot lose it, and is named', (t) => {
  const { workspace } = metadataProject({ [a]: 'do_build[nostamp] = "1"\n' }, { evaluator: createInlineEvaluator() });
  const graph = throwErrors(buildTaskGraph(workspace, [parseTarget('a')]));
  const error = t.throws(() => tasksToForce(graph, { invalidate: ['build'] }), { instanceOf: StxError });
  t.is(error.message, '`do_build` of `a` has no stamp to throw away: it runs in every build [invalid-value]');
});
