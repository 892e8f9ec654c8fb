import { StxError } from '../../base/stx-error.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { confirmSettled } from '../settled/settled-record.ts';

/** Options of BitBake that ask a question instead of building, and what answers them. */
const questions = {
  environment: {
    option: '-e',
    most: 1,
    load: async () => (await import('./environment-question.ts')).printEnvironment,
  },
  parseOnly: { option: '-p', most: 0, load: async () => (await import('./parse-question.ts')).parseOnly },
  showVersions: { option: '-s', most: 0, load: async () => (await import('./versions-question.ts')).showVersions },
  graphviz: {
    option: '-g',
    most: Number.POSITIVE_INFINITY,
    load: async () => (await import('./graph-question.ts')).writeGraph,
  },
} as const;

/** `stx-bake TARGET...`: builds, or answers one of -e, -p, -s and -g. */
export async function targetCommand(options: BuildCall): Promise<number> {
  const [asked, second] = Object.entries(questions).flatMap(([key, each]) =>
    options[key as keyof typeof questions] ? [each] : [],
  );
  if (asked !== undefined && second !== undefined) {
    const message = `\`${asked.option}\` and \`${second.option}\` cannot be asked at once`;
    throw StxError.of('bad-option', message, { help: 'give one of them' });
  }
  const surplus = options.words[asked?.most ?? Number.POSITIVE_INFINITY];
  if (asked !== undefined && surplus !== undefined) {
    const help = asked.most === 0 ? 'leave the target out' : 'name one recipe';
    throw StxError.of('bad-argument', `\`${asked.option}\` has no use for \`${surplus}\``, { help });
  }
  refuseTargetsOfFile(options, asked?.option);
  const needsTarget = asked === undefined || asked === questions.graphviz;
  if (needsTarget && options.words.length === 0 && options.buildFile === undefined) {
    const help = 'name what to build; `stx-bake inspect recipes` lists it, `stx-bake --help` explains more';
    throw StxError.of('bad-argument', 'there is nothing to do', { help });
  }
  const special = asked === undefined ? await answerTask(options) : undefined;
  if (special !== undefined) return special(options);
  return asked === undefined ? build(options) : (await asked.load())(options);
}

/** What an earlier call left may say all that there is to say. */
async function build(options: BuildCall): Promise<number> {
  const settled = confirmSettled(options);
  if (settled !== undefined) return (await import('../settled/say-settled.ts')).saySettled(settled);
  const planned = options.dryRun ? await (await import('../described/dry-run.ts')).keptDryRun(options) : undefined;
  return planned ?? (await import('../build-command.ts')).buildCommand(options);
}

/** Tasks that the engine itself carries out. */
async function answerTask({ task }: BuildCall): Promise<((options: BuildCall) => Promise<number>) | undefined> {
  if (task === 'devshell' || task === 'do_devshell') return (await import('./devshell.ts')).devshell;
  if (task === 'listtasks' || task === 'do_listtasks') return (await import('./list-tasks.ts')).listTasks;
  return undefined;
}

/** `-b` names the recipe itself, and one task of it. */
function refuseTargetsOfFile(call: BuildCall, question: string | undefined): void {
  const { buildFile, words, runAll, runOnly } = call;
  if (buildFile === undefined) return;
  const task = call.task?.replace(/^do_/, '') ?? '';
  const others = {
    '--runall': runAll.length > 0,
    '--runonly': runOnly.length > 0,
    [`-c ${task}`]: task === 'devshell' || task === 'listtasks',
  };
  const other = question ?? Object.entries(others).find(([, isGiven]) => isGiven)?.[0];
  if (other !== undefined) {
    const message = `\`-b\` and \`${other}\` cannot be asked at once`;
    throw StxError.of('bad-option', message, { help: 'give one of them' });
  }
  if (words[0] !== undefined) {
    const help = 'leave the target out, or -b: a target brings what it depends on with it';
    throw StxError.of('bad-argument', `\`-b\` has no use for \`${words[0]}\``, { help });
  }
}
