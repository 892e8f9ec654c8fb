import { type Command, command } from './command.ts';
import {
  commonOptions,
  devtoolFinishOptions,
  devtoolModifyOptions,
  devtoolStatusOptions,
  devtoolUpgradeOptions,
} from './command-options.ts';

/** Commands about recipes whose sources are worked on. */
export const devtoolCommands: readonly Command[] = [
  command({
    name: 'devtool modify',
    usage: 'RECIPE [DIR]',
    summary: 'put the sources of a recipe into a git work tree, a commit for each patch; builds use it as it stands',
    details: [
      'DIR is made (else workspace/sources/RECIPE of the build directory). Committed or not, what is there is built, for every system.',
      'Example: `stx-bake devtool modify fm-common`, `stx-bake devtool modify fm-common /src/fault --no-extract`.',
    ],
    options: devtoolModifyOptions,
    load: async () => (await import('../commands/devtool-modify.ts')).devtoolModifyCommand,
  }),
  command({
    name: 'devtool finish',
    usage: 'RECIPE LAYER',
    summary: 'make patches of the commits, in this layer: in the recipe when it is its own, else in an append file',
    details: [
      'Patches keep their names, new ones are numbered. LAYER is a name or a folder. All has to be committed.',
      'Example: `stx-bake devtool finish fm-common stx`, `stx-bake devtool finish sm ../meta-mine --override rpm`.',
    ],
    options: devtoolFinishOptions,
    load: async () => (await import('../commands/devtool-finish.ts')).devtoolFinishCommand,
  }),
  command({
    name: 'devtool upgrade',
    usage: 'RECIPE',
    summary: 'move the commits of a work tree to another version or revision of the sources',
    details: [
      'When one does not apply, git waits in the work tree; the same command goes on once that is put right.',
      'Example: `stx-bake devtool upgrade libpcap --to 1.10.5`, `stx-bake devtool upgrade fm-common --srcrev master`.',
    ],
    options: devtoolUpgradeOptions,
    load: async () => (await import('../commands/devtool-upgrade.ts')).devtoolUpgradeCommand,
  }),
  command({
    name: 'devtool reset',
    usage: 'RECIPE',
    summary: 'build a recipe from SRC_URI again; the work tree stays when it holds what is in no patch',
    details: ['Example: `stx-bake devtool reset fm-common`.'],
    options: commonOptions,
    load: async () => (await import('../commands/devtool-command.ts')).devtoolResetCommand,
  }),
  command({
    name: 'devtool status',
    summary: 'the recipes with work trees: what is not committed, which commits are in no patch',
    details: ['Example: `stx-bake devtool status --json`.'],
    options: devtoolStatusOptions,
    load: async () => (await import('../commands/devtool-command.ts')).devtoolStatusCommand,
  }),
];
