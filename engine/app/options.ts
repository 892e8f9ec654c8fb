import { parseArgs } from 'node:util';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';

/** The command line, taken apart. */
export interface Options {
  readonly words: readonly string[];
  readonly yes: boolean;
  readonly keepGoing: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly quiet: boolean;
  readonly help: boolean;
  readonly version: boolean;
  readonly uefi: boolean;
  readonly task: string | undefined;
  readonly buildDirectory: string | undefined;
  readonly recipe: string | undefined;
  readonly entry: string | undefined;
  readonly accelerator: string | undefined;
}

const known = {
  yes: { type: 'boolean', short: 'y' },
  continue: { type: 'boolean', short: 'k' },
  'dry-run': { type: 'boolean', short: 'n' },
  force: { type: 'boolean', short: 'f' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  uefi: { type: 'boolean' },
  cmd: { type: 'string', short: 'c' },
  'build-dir': { type: 'string' },
  recipe: { type: 'string', short: 'r' },
  entry: { type: 'string' },
  accel: { type: 'string' },
} as const;

/** Reads the arguments. Throws StxError `bad-option` with the closest option. */
export function parseOptions(args: readonly string[]): Options {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: known,
      allowPositionals: true,
      strict: true,
    });
    return {
      words: positionals,
      yes: values.yes ?? false,
      keepGoing: values.continue ?? false,
      dryRun: values['dry-run'] ?? false,
      force: values.force ?? false,
      quiet: values.quiet ?? false,
      help: values.help ?? false,
      version: values.version ?? false,
      uefi: values.uefi ?? false,
      task: values.cmd,
      buildDirectory: values['build-dir'],
      recipe: values.recipe,
      entry: values.entry,
      accelerator: values.accel,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const name = /'(-[^' ]+)/.exec(message)?.[1] ?? '';
    const guess = didYouMean(
      name,
      Object.keys(known).map((key) => `--${key}`),
    );
    const text = message.split('.')[0] ?? message;
    throw StxError.of('bad-option', text.charAt(0).toLowerCase() + text.slice(1), {
      help: guess ?? '`stx-bake --help` lists the options',
    });
  }
}

/** What `stx-bake --help` prints. */
export const helpText = `stx-bake: packages and bootable images for several operating systems from one set of recipes

  stx-bake [OPTIONS] TARGET...        build: a recipe, recipe:task, mc:CONFIGURATION:recipe
  stx-bake boot IMAGE                 start a built image in qemu, its serial console on this terminal
  stx-bake lock update|check [ROOT]   write the lock of vendor packages anew, or say what has drifted
  stx-bake inspect recipes            what can be built
  stx-bake inspect tasks RECIPE       the tasks of a recipe
  stx-bake inspect variable NAME      its value and everything that shaped it (--recipe RECIPE: as that recipe sees it)
  stx-bake doctor                     check the host tools

Options
  -y, --yes             install missing host tools (as root)
  -k, --continue        go on with what does not need a failed task
  -n, --dry-run         say what would run and why, run nothing
  -c, --cmd TASK        the task to run instead of build
  -f, --force           run that task although it is up to date
  -q, --quiet           only warnings, errors and the result
      --build-dir DIR   the build directory (else: this folder if it has conf/bblayers.conf, or build/ beside stx-bake)
  -r, --recipe RECIPE   inspect variable: the recipe whose value is shown
      --entry ID        boot: the boot entry (std, rt)
      --accel NAME      boot: tcg or kvm
      --uefi            boot: with UEFI firmware instead of BIOS
      --version, -h, --help
`;
