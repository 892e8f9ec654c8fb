import {
  bootOptions,
  buildOptions,
  type Call,
  commonOptions,
  convertOptions,
  createLayerOptions,
  formatOptions,
  hostOptions,
  inspectOptions,
  inspectVariableOptions,
  lintOptions,
} from './command-options.ts';
import type { OptionTable, OptionValue } from './option-table.ts';

/** What `parseOptions` made of the arguments of a call. */
export interface ParsedCall {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, OptionValue>>;
}

/** A command: how it is called, what it is for, and what carries it out. */
export interface Command {
  /** The words that name it; empty for the command that builds targets. */
  readonly path: readonly string[];
  /** The words that follow, as shown: `NAME`, `[RECIPE]`. */
  readonly usage: string;
  readonly summary: string;
  /** Further lines of its help. */
  readonly details: readonly string[];
  /** How many words it takes. */
  readonly least: number;
  readonly most: number;
  readonly options: OptionTable;
  run(call: ParsedCall): Promise<number>;
}

interface CommandSketch<Table extends OptionTable> {
  readonly name: string;
  readonly usage?: string;
  readonly summary: string;
  readonly details?: readonly string[];
  readonly options: Table;
  /** Loaded when called: start-up time counts. */
  readonly load: () => Promise<(call: Call<Table>) => Promise<number>>;
}

function command<Table extends OptionTable>(sketch: CommandSketch<Table>): Command {
  const usage = sketch.usage ?? '';
  const words = usage.split(' ').filter((each) => each !== '');
  return {
    path: sketch.name.split(' ').filter((each) => each !== ''),
    usage,
    summary: sketch.summary,
    details: sketch.details ?? [],
    least: words.filter((each) => !each.startsWith('[')).length,
    most: usage.includes('...') ? Number.POSITIVE_INFINITY : words.length,
    options: sketch.options,
    run: async ({ words: given, values }) => (await sketch.load())({ ...values, words: given } as Call<Table>),
  };
}

const recipeNames = 'RECIPE is a name (PN), something that a recipe provides, mc:CONFIGURATION:NAME, or a .bb file.';

const building = [
  command({
    name: '',
    usage: '[TARGET]...',
    summary: 'build: a recipe, recipe:task, mc:CONFIGURATION:recipe, mc:CONFIGURATION:recipe:task',
    details: [
      '`stx-bake build TARGET...` is the same, for a target that has the name of a command.',
      '-e, -p, -s and -g answer as BitBake does and build nothing; `stx-bake inspect` answers more.',
    ],
    options: buildOptions,
    load: async () => (await import('../commands/target-command.ts')).targetCommand,
  }),
  command({
    name: 'boot',
    usage: 'IMAGE',
    summary: 'start a built image in qemu, its serial console on this terminal',
    options: bootOptions,
    load: async () => (await import('../commands/boot-command.ts')).bootCommand,
  }),
  command({
    name: 'lock',
    usage: 'update|check [ROOT]...',
    summary: 'write the lock of vendor packages anew, or say what has drifted (of these roots; default: all)',
    options: hostOptions,
    load: async () => (await import('../commands/lock-command.ts')).lockCommand,
  }),
  command({
    name: 'doctor',
    usage: '[PURPOSE]...',
    summary: 'check the host tools, or those for a purpose',
    options: hostOptions,
    load: async () => (await import('../commands/doctor-command.ts')).doctorCommand,
  }),
];

const inspecting = [
  command({
    name: 'inspect variable',
    usage: 'NAME',
    summary: 'its value and everything that shaped it, in order, with places',
    details: [
      'Shows the value, as written and where each part of it comes from, every operation with file and line, which',
      'override form won, what was removed, its flags, and the variables that it reads.',
      recipeNames,
      '`--recipe mc:CONFIGURATION` is the configuration itself.',
    ],
    options: inspectVariableOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectVariableCommand,
  }),
  command({
    name: 'inspect recipe',
    usage: 'RECIPE',
    summary: 'its file, append files, classes, layer, version, dependencies, packages and tasks',
    details: [recipeNames, 'A recipe that is skipped or has errors is shown as far as it can be read.'],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectRecipeCommand,
  }),
  command({
    name: 'inspect recipes',
    summary: 'every recipe: version, layer, file, and why it is skipped',
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectRecipesCommand,
  }),
  command({
    name: 'inspect tasks',
    usage: 'RECIPE',
    summary: 'the tasks of a recipe: what each comes after, what it is, its flags',
    details: [recipeNames],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectTasksCommand,
  }),
  command({
    name: 'inspect layers',
    usage: '[mc:CONFIGURATION]',
    summary: 'the layers: priority, pattern, path, what overlays what, append files in order',
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectLayersCommand,
  }),
  command({
    name: 'inspect providers',
    usage: 'TARGET',
    summary: 'who provides a name, at build time and at run time, which one is taken, and why',
    details: ['TARGET is a name or mc:CONFIGURATION:NAME.'],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectProvidersCommand,
  }),
  command({
    name: 'inspect environment',
    usage: '[RECIPE]',
    summary: 'all variables and functions, of the configuration or of a recipe',
    details: [
      'As text (`stx-bake -e`): variables first, as lines NAME="value" that a shell can read, each behind its history as',
      'comments; then shell functions, then Python functions.',
      recipeNames,
      '`mc:CONFIGURATION` is the configuration itself.',
    ],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectEnvironmentCommand,
  }),
  command({
    name: 'inspect files',
    usage: 'RECIPE',
    summary: 'the files that a recipe read, and those that it looked for in vain, in order',
    details: [recipeNames],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectFilesCommand,
  }),
];

const layers = [
  command({
    name: 'layers',
    summary: 'list the layers of the build directory',
    options: inspectOptions,
    load: async () => (await import('../commands/layers-command.ts')).listLayersCommand,
  }),
  command({
    name: 'layers create',
    usage: 'NAME',
    summary: 'make a folder NAME that is a layer, with an example recipe',
    details: ['An existing folder is never changed. `stx-bake layers add NAME` makes it take part.'],
    options: createLayerOptions,
    load: async () => (await import('../commands/layers-command.ts')).createLayerCommand,
  }),
  command({
    name: 'layers add',
    usage: 'PATH...',
    summary: 'add layers to conf/bblayers.conf',
    details: ['Comments and layout stay. Nothing is written when the layers have errors that were not there before.'],
    options: commonOptions,
    load: async () => (await import('../commands/layers-command.ts')).addLayersCommand,
  }),
  command({
    name: 'layers remove',
    usage: 'PATH|NAME...',
    summary: 'take layers out of conf/bblayers.conf',
    details: [
      'NAME is a collection (BBFILE_COLLECTIONS) or the last part of the path. The folder itself stays.',
      'Nothing is written when what is left has errors that were not there before.',
    ],
    options: commonOptions,
    load: async () => (await import('../commands/layers-command.ts')).removeLayersCommand,
  }),
];

const pathsAre = 'PATH is a .bb, .bbappend, .bbclass, .inc or .conf file, or a folder with such files below it.';

const style = [
  command({
    name: 'fmt',
    usage: '[PATH]...',
    summary: 'format recipes, classes and configuration (default: the layers of the build directory)',
    details: ['What a file says stays, comments too. docs/recipe-style.md has the rules.', pathsAre],
    options: formatOptions,
    load: async () => (await import('../commands/fmt-command.ts')).fmtCommand,
  }),
  command({
    name: 'lint',
    usage: '[PATH]...',
    summary: 'find what is set and never read, refers to nothing, or is against the style of recipes',
    details: ['docs/reference/lint.md lists the rules. Ends with 1 when something is found.', pathsAre],
    options: lintOptions,
    load: async () => (await import('../commands/lint-command.ts')).lintCommand,
  }),
  command({
    name: 'convert-syntax',
    usage: 'PATH...',
    summary: 'rewrite overrides such as `A_append` and `FILES_${PN}` to `A:append` and `FILES:${PN}`',
    details: [
      'Everything else stays, byte for byte. What cannot be decided is left and reported with its place.',
      'Machines and distributions of the layers that hold the files are known as overrides.',
      pathsAre,
    ],
    options: convertOptions,
    load: async () => (await import('../commands/convert-command.ts')).convertCommand,
  }),
];

/** Every command, in the order in which help shows them; the first one builds targets. */
export const commands: readonly Command[] = [...building, ...inspecting, ...layers, ...style];
