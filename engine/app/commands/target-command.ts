import { StxError } from '../../base/stx-error.ts';
import type { BuildCall } from '../command-line/command-options.ts';

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
  const needsTarget = asked === undefined || asked === questions.graphviz;
  if (needsTarget && options.words.length === 0) {
    const help = 'name what to build; `stx-bake inspect recipes` lists it, `stx-bake --help` explains more';
    throw StxError.of('bad-argument', 'there is nothing to do', { help });
  }
  const answer = asked === undefined ? (await import('../build-command.ts')).buildCommand : await asked.load();
  return answer(options);
}
