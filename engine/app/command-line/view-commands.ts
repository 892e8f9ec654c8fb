import { type Command, command } from './command.ts';
import { commonOptions, replayOptions } from './command-options.ts';

/** Commands that show builds. */
export const viewCommands: readonly Command[] = [
  command({
    name: 'attach',
    summary: 'show the build that goes on in the build directory, from its beginning',
    details: [
      'Ends with it and with its exit code. Ctrl-C ends the view, not the build.',
      'Example: `stx-bake attach`, `stx-bake attach --build-dir /srv/build`.',
    ],
    options: commonOptions,
    load: async () => (await import('../commands/attach-command.ts')).attachCommand,
  }),
  command({
    name: 'replay',
    usage: '[FILE]',
    summary: 'show a build again from the file that `--events FILE` wrote (default: the last one here)',
    details: [
      'As fast as it went, with the same view. `-` is standard input. Needs nothing but the file.',
      'Example: `stx-bake replay night.jsonl --speed 20`, `stx-bake replay --speed max`.',
    ],
    options: replayOptions,
    load: async () => (await import('../commands/replay-command.ts')).replayCommand,
  }),
];

/** `stx-bake completion`, which knows all commands. */
export function completionCommandRow(all: () => readonly Command[]): Command {
  return command({
    name: 'completion',
    usage: 'SHELL [WORD]...',
    summary: 'the script with which bash, zsh or fish completes commands, options and targets',
    details: [
      'In ~/.bashrc or ~/.zshrc: `source <(stx-bake completion bash)`, `... zsh)`; fish: `stx-bake completion fish | source`.',
      'Targets are those of the last parse: nothing is read anew. With words, each behind a colon, it answers what may stand',
      'in the place of the last one; so the scripts ask.',
      'Example: `stx-bake completion bash`, `stx-bake completion fish :inspect :rec`.',
    ],
    options: commonOptions,
    load: async () => {
      const { completionCommand } = await import('../commands/completion-command.ts');
      return (call) => completionCommand(call, all());
    },
  });
}
