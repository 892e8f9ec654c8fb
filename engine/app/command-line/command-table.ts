import { cacheCommands } from './cache-commands.ts';
import { type Command, command } from './command.ts';
import {
  affectedOptions,
  bootOptions,
  buildOptions,
  commonOptions,
  convertOptions,
  createLayerOptions,
  formatOptions,
  graphOptions,
  graphTreeOptions,
  hostOptions,
  imagesOptions,
  inspectOptions,
  inspectVariableOptions,
  lintOptions,
  lockOptions,
  planOptions,
  selectImageOptions,
  whyOptions,
} from './command-options.ts';
import { devtoolCommands } from './devtool-commands.ts';
import { completionCommandRow, viewCommands } from './view-commands.ts';

const recipeNames = 'RECIPE is a name (PN), something that a recipe provides, mc:CONFIGURATION:NAME, or a .bb file.';

const building = [
  command({
    name: '',
    usage: '[TARGET]...',
    summary: 'build: a recipe, recipe:task, mc:CONFIGURATION:recipe, mc:CONFIGURATION:recipe:task',
    details: [
      '`stx-bake build TARGET...` is the same, for a target that has the name of a command.',
      'A CONFIGURATION is a word of BBMULTICONFIG or has a file conf/multiconfig/CONFIGURATION.conf in a layer: `mc:CONFIGURATION:NAME`.',
      '-e, -p, -s and -g answer as BitBake does and build nothing; `stx-bake inspect` answers more.',
      'Example: `stx-bake stx-image-minimal`, `stx-bake --all-os stx-image`, `stx-bake -k busybox zlib:compile`, `stx-bake -n stx-image-minimal`.',
    ],
    options: buildOptions,
    load: async () => (await import('../commands/target-command.ts')).targetCommand,
  }),
  command({
    name: 'shell',
    usage: 'TARGET:TASK [COMMAND]...',
    summary: 'a shell in the sandbox of a task: its environment, folders and script; or one command in it',
    details: [
      'Builds nothing and needs no lock; `stx-bake -c devshell TARGET` builds first what the task needs.',
      'Put `--` before a COMMAND with options. Its exit code is that of the call.',
      'Example: `stx-bake shell busybox:compile`, `stx-bake shell zlib:compile -- make -n`.',
    ],
    options: commonOptions,
    load: async () => (await import('../commands/shell-command.ts')).shellCommand,
  }),
  command({
    name: 'boot',
    usage: 'IMAGE',
    summary: 'start a built image in qemu, its serial console on this terminal',
    details: ['Example: `stx-bake boot stx-image --entry rt --uefi`, `stx-bake boot mc:CONFIGURATION:stx-image`.'],
    options: bootOptions,
    load: async () => (await import('../commands/boot-command.ts')).bootCommand,
  }),
  command({
    name: 'images list',
    summary: 'the images that are built: name, architecture, platform, system, kernels, size, file',
    details: ['docs/images.md has the rules for names. Example: `stx-bake images list --json`.'],
    options: imagesOptions,
    load: async () => (await import('../commands/images-command.ts')).listImagesCommand,
  }),
  command({
    name: 'images select',
    usage: 'NAME',
    summary:
      'the file of the image NAME for a machine: by architecture and platform, by architecture, or the plain name',
    details: [
      'The plain name is that of x86_64. Ends with 1 when there is no such image.',
      'Example: `stx-bake images select my-image`, `stx-bake images select --arch ppc64le --platform power9 my-image`.',
    ],
    options: selectImageOptions,
    load: async () => (await import('../commands/images-command.ts')).selectImageCommand,
  }),
  command({
    name: 'lock',
    usage: 'update|add|check|diff [ROOT|FILE]...',
    summary:
      'write the lock of vendor packages anew, add what it lacks, or say what has drifted (of these roots; default: all)',
    details: [
      '`add` leaves every locked version as it is; `diff OLD NEW` compares two lock files.',
      '`update --sources` writes the commits of sources with AUTOREV: builds with BB_SRCREV_POLICY = "lock" take these alone.',
      '`mc:CONFIGURATION` and `mc:CONFIGURATION:ROOT` are the locks of that configuration.',
      'Example: `stx-bake lock check`, `stx-bake lock update build-root`, `stx-bake lock update mc:other`.',
    ],
    options: lockOptions,
    load: async () => (await import('../commands/lock-command.ts')).lockCommand,
  }),
  command({
    name: 'doctor',
    usage: '[PURPOSE]...',
    summary: 'check the host tools, or those for a purpose',
    details: ['Example: `stx-bake doctor`, `stx-bake doctor boot --yes`.'],
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
      'Example: `stx-bake inspect variable PV -r busybox`, `stx-bake inspect variable DISTRO --json`.',
    ],
    options: inspectVariableOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectVariableCommand,
  }),
  command({
    name: 'inspect recipe',
    usage: 'RECIPE',
    summary: 'its file, append files, classes, layer, version, dependencies, packages and tasks',
    details: [
      recipeNames,
      'A recipe that is skipped or has errors is shown as far as it can be read.',
      'Example: `stx-bake inspect recipe busybox`.',
    ],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectRecipeCommand,
  }),
  command({
    name: 'inspect recipes',
    summary: 'every recipe: version, layer, file, and why it is skipped',
    details: ['Example: `stx-bake inspect recipes --json`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectRecipesCommand,
  }),
  command({
    name: 'inspect tasks',
    usage: 'RECIPE',
    summary: 'the tasks of a recipe: what each comes after, what it is, its flags',
    details: [recipeNames, 'Example: `stx-bake inspect tasks busybox`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectTasksCommand,
  }),
  command({
    name: 'inspect layers',
    usage: '[mc:CONFIGURATION]',
    summary: 'the layers: priority, pattern, path, what overlays what, append files in order',
    details: ['Example: `stx-bake inspect layers`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectLayersCommand,
  }),
  command({
    name: 'inspect providers',
    usage: 'TARGET',
    summary: 'who provides a name, at build time and at run time, which one is taken, and why',
    details: ['TARGET is a name or mc:CONFIGURATION:NAME.', 'Example: `stx-bake inspect providers virtual/kernel`.'],
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
      'Example: `stx-bake inspect environment busybox`.',
    ],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectEnvironmentCommand,
  }),
  command({
    name: 'inspect files',
    usage: 'RECIPE',
    summary: 'the files that a recipe read, and those that it looked for in vain, in order',
    details: [recipeNames, 'Example: `stx-bake inspect files busybox`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/inspect-command.ts')).inspectFilesCommand,
  }),
];

const explaining = [
  command({
    name: 'plan',
    usage: 'TARGET...',
    summary: 'what a build would run, restore or leave, and why; what it would fetch, and how long it will take',
    details: [
      'The same as `stx-bake -n TARGET...`. The time is told from the history of the build directory.',
      'Example: `stx-bake plan stx-image-minimal`, `stx-bake plan -c compile busybox --all`.',
    ],
    options: planOptions,
    load: async () => (await import('../commands/plan-command.ts')).planCommand,
  }),
  command({
    name: 'why',
    usage: 'TARGET',
    summary: 'what changed first, with its place, so that tasks of the target would run now',
    details: [
      'TARGET is what a build takes; with a task (`TARGET:TASK`) only what that task would run for is told.',
      'Example: `stx-bake why stx-image-minimal`, `stx-bake why busybox:compile --since 12`.',
    ],
    options: whyOptions,
    load: async () => (await import('../commands/why-command.ts')).whyCommand,
  }),
  command({
    name: 'affected',
    usage: 'FILE|VARIABLE|RECIPE...',
    summary: 'which tasks, packages and images a change would rebuild, and where an equal output ends it',
    details: [
      'Also FILE:LINE (the statement there), LOCKFILE:PACKAGE, RECIPE:TASK, RECIPE:VARIABLE, VARIABLE[FLAG], a folder.',
      'Example: `stx-bake affected CFLAGS`, `stx-bake affected classes/autotools.bbclass:12 -t stx-image-minimal`.',
    ],
    options: affectedOptions,
    load: async () => (await import('../commands/affected-command.ts')).affectedCommand,
  }),
  command({
    name: 'report',
    usage: '[BUILD]',
    summary: 'where the time of a build went: slowest tasks, critical path, cache, what a faster task would save',
    details: ['BUILD is a number of `stx-bake history` (else the newest). Example: `stx-bake report 12`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/history-command.ts')).reportCommand,
  }),
  command({
    name: 'history',
    summary: 'the builds of the build directory: number, start, result, time, targets',
    details: ['HISTORY_BUILDS and HISTORY_DAYS say how many are kept. Example: `stx-bake history --json`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/history-command.ts')).historyCommand,
  }),
];

const graphTargets =
  'TARGET is a task (`RECIPE:TASK`), a recipe or a package; --of says which graph is meant where it could be several.';

const graphs = [
  command({
    name: 'graph deps',
    usage: 'TARGET',
    summary: 'what it needs, as a tree',
    details: [graphTargets, 'Example: `stx-bake graph deps busybox:compile --depth 2`.'],
    options: graphTreeOptions,
    load: async () => (await import('../commands/graph-command.ts')).graphDepsCommand,
  }),
  command({
    name: 'graph rdeps',
    usage: 'TARGET',
    summary: 'what needs it, among all recipes, as a tree',
    details: [graphTargets, 'Example: `stx-bake graph rdeps zlib --of recipes`.'],
    options: graphTreeOptions,
    load: async () => (await import('../commands/graph-command.ts')).graphRdepsCommand,
  }),
  command({
    name: 'graph order',
    usage: 'TARGET',
    summary: 'everything that it needs in an order in which it can be done; a loop is explained hop by hop',
    details: [graphTargets, 'Example: `stx-bake graph order stx-image-minimal`.'],
    options: graphOptions,
    load: async () => (await import('../commands/graph-command.ts')).graphOrderCommand,
  }),
  command({
    name: 'graph path',
    usage: 'FROM TO',
    summary: 'a shortest way from one to the other, with the statement behind each step',
    details: [graphTargets, 'Ends with 1 when there is none. Example: `stx-bake graph path stx-image-minimal zlib`.'],
    options: graphOptions,
    load: async () => (await import('../commands/graph-command.ts')).graphPathCommand,
  }),
];

const layers = [
  command({
    name: 'layers',
    summary: 'list the layers of the build directory',
    details: ['Example: `stx-bake layers --json`.'],
    options: inspectOptions,
    load: async () => (await import('../commands/layers-command.ts')).listLayersCommand,
  }),
  command({
    name: 'layers create',
    usage: 'NAME',
    summary: 'make a folder NAME that is a layer, with an example recipe',
    details: [
      'An existing folder is never changed. `stx-bake layers add NAME` makes it take part.',
      'Example: `stx-bake layers create ../meta-mine --priority 8`.',
    ],
    options: createLayerOptions,
    load: async () => (await import('../commands/layers-command.ts')).createLayerCommand,
  }),
  command({
    name: 'layers add',
    usage: 'PATH...',
    summary: 'add layers to conf/bblayers.conf',
    details: [
      'Comments and layout stay. Nothing is written when the layers have errors that were not there before.',
      'Example: `stx-bake layers add ../meta-mine`.',
    ],
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
      'Example: `stx-bake layers remove meta-mine`.',
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
    details: [
      'What a file says stays, comments too. docs/recipe-style.md has the rules.',
      pathsAre,
      'Example: `stx-bake fmt --check`, `stx-bake fmt meta-mine/recipes-core`.',
    ],
    options: formatOptions,
    load: async () => (await import('../commands/fmt-command.ts')).fmtCommand,
  }),
  command({
    name: 'lint',
    usage: '[PATH]...',
    summary: 'find what is set and never read, refers to nothing, or is against the style of recipes',
    details: [
      'docs/reference/lint.md lists the rules. Ends with 1 when something is found.',
      pathsAre,
      'Example: `stx-bake lint --fix meta-mine`.',
    ],
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
      'Example: `stx-bake convert-syntax --diff meta-old --override qemux86`.',
    ],
    options: convertOptions,
    load: async () => (await import('../commands/convert-command.ts')).convertCommand,
  }),
];

/** Every command, in the order in which help shows them; the first one builds targets. */
export const commands: readonly Command[] = [
  ...building,
  ...viewCommands,
  ...explaining,
  ...inspecting,
  ...graphs,
  ...layers,
  ...devtoolCommands,
  ...cacheCommands,
  ...style,
  completionCommandRow(() => commands),
];
