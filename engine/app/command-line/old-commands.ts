import { StxError } from '../../base/stx-error.ts';

/** A call in the words of the former build systems, in ours. */
export interface TranslatedCall {
  readonly args: readonly string[];
  /** What became of options that have nothing to do any more. */
  readonly remarks: readonly string[];
}

/** What becomes of an option: arguments of ours, a remark, or an error that says the way. */
interface OldOption {
  readonly takes?: 'value';
  readonly gives?: (value: string) => readonly string[];
  /** Recipes that the value names. */
  readonly names?: true;
  readonly kernels?: true;
  readonly remark?: string;
  readonly refused?: string;
}

interface OldCommand {
  readonly names: readonly string[];
  /** What does it now, as shown to people. */
  readonly now: string;
  /** Arguments of ours; the recipes that were named follow, or `else`. Absent: there is nothing that could just be run. */
  readonly gives?: readonly string[];
  readonly else?: readonly string[];
  readonly options?: Readonly<Record<string, OldOption>>;
}

const inLayers = 'BBLAYERS in conf/bblayers.conf says which layers take part; name recipes instead';
const always = 'stored results of others are always used (SSTATE_MIRRORS)';
const apart = 'a task sees nothing but what its recipe declares';

const packageOptions: Readonly<Record<string, OldOption>> = {
  '-a': {},
  '--all': {},
  '-p': { takes: 'value', names: true },
  '--packages': { takes: 'value', names: true },
  '-b': { takes: 'value', kernels: true },
  '--build-types': { takes: 'value', kernels: true },
  '--std': { gives: () => [] },
  '--rt': { kernels: true },
  '-l': { takes: 'value', refused: inLayers },
  '--layers': { takes: 'value', refused: inLayers },
  '-e': { remark: 'a build ends with the first failure unless -k is given' },
  '--exit_on_fail': { remark: 'a build ends with the first failure unless -k is given' },
  '-k': { gives: () => ['-k'] },
  '-c': { refused: '`stx-bake -c cleansstate RECIPE` cleans; the next build makes it anew' },
  '--clean': { gives: () => ['-c', 'cleansstate'] },
  '--edit': { gives: () => ['devtool', 'modify'] },
  '--no-descendants': { gives: () => ['--no-descendants'] },
  '--no-required': { gives: () => ['--only'] },
  '--build-avoidance': { remark: always },
  '--reuse': { remark: always },
  '--reuse_maximum': { remark: always },
  '--dl_reused': { remark: always },
  '--careful': { remark: apart },
  '--dep-test': { remark: apart },
  '--refresh_chroots': { remark: 'a build root is made from its lock, and anew when that changes' },
  '--serial': { refused: 'BB_NUMBER_THREADS = "1" in conf/local.conf' },
  '--parallel': { takes: 'value', refused: 'BB_NUMBER_THREADS in conf/local.conf says how many tasks run at once' },
  '-t': { refused: 'a recipe that brings tests runs them in its own task' },
};

const imageOptions: Readonly<Record<string, OldOption>> = {
  '--std': { remark: 'the image has every kernel of the system; KERNEL_VARIANT chooses which one boots' },
  '--rt': { refused: 'KERNEL_VARIANT = "rt" in conf/local.conf: the image has every kernel, and this one boots' },
  '--skip-sign': { remark: 'images are not signed' },
  '--no-sign': { remark: 'images are not signed' },
  '--sudo': { remark: 'no root is needed' },
  '--udev': { remark: 'no root is needed' },
};

const downloadOptions: Readonly<Record<string, OldOption>> = {
  '-b': {},
  '-s': {},
  '-S': { remark: 'PREMIRRORS is asked first, MIRRORS last' },
  '-u': { refused: 'PREMIRRORS = "" in conf/local.conf: only the addresses of recipes are asked' },
  '-U': { refused: 'set MIRRORS instead of PREMIRRORS in conf/local.conf' },
  '-l': { takes: 'value', refused: inLayers },
  '-c': { refused: '`stx-bake -c cleanall RECIPE` removes downloads' },
};

const table: readonly OldCommand[] = [
  {
    names: ['build-pkgs', 'build-pkgs-parallel', 'build-pkgs-serial', 'build-srpms', 'build-rpms'],
    now: 'stx-bake world, stx-bake RECIPE...',
    gives: [],
    else: ['world'],
    options: packageOptions,
  },
  {
    names: ['build-image', 'build-iso', 'build-img'],
    now: 'stx-bake stx-image',
    gives: [],
    else: ['stx-image'],
    options: imageOptions,
  },
  {
    names: ['downloader', 'download_mirror.sh', 'populate_downloads.sh'],
    now: 'stx-bake --runall fetch world',
    gives: ['--runall', 'fetch'],
    else: ['world'],
    options: downloadOptions,
  },
  { names: ['mirror-check.sh'], now: 'stx-bake lock check', gives: ['lock', 'check'] },
  {
    names: ['starlingx_add_pkgs.sh'],
    now: 'stx-bake lock add',
    gives: ['lock', 'add'],
    options: {
      '-d': { takes: 'value', refused: 'name the package in the recipe that needs it; then `stx-bake lock add`' },
    },
  },
  { names: ['update_lst.sh'], now: 'stx-bake lock update [ROOT]...', gives: ['lock', 'update'] },
  { names: ['repomgr', 'generate-centos-repo.sh', 'repo_manage.py'], now: 'stx-bake stx-feed', gives: ['stx-feed'] },
  {
    names: ['create_dependancy_cache.py', 'dsc_depend'],
    now: 'stx-bake graph deps|rdeps|order TARGET, with --json or --dot',
  },
  { names: ['sync_jenkins.sh', 'sync_jenkins'], now: 'SSTATE_MIRRORS in conf/local.conf (docs/sstate.md)' },
  {
    names: ['patch_rebase_1', 'patch_rebase_2', 'patch_rebase_3', 'patch_rebase_4'],
    now: 'stx-bake devtool upgrade RECIPE, stx-bake devtool finish RECIPE LAYER',
  },
  {
    names: ['build-stx-base.sh', 'build-stx-image.sh', 'build-stx-images.sh'],
    now: 'stx-bake mc:NAME:stx-container-..., CONTAINER_DISTRO',
  },
  {
    names: ['audit-pkgs', 'find_klm', 'ip_report.py'],
    now: 'the manifest beside each image: packages, origins, licences',
  },
  {
    names: ['sign-rpms', 'sign-secure-boot', 'sign-secure-boot_debian', 'sign_iso.sh', 'sign_iso_formal.sh'],
    now: 'nothing yet: feeds are signed (FEED_SIGNING_KEY), files and images are not',
  },
  {
    names: ['patch-builder', 'make_patch', 'patch_build', 'patch-iso', 'patch-iso-debian', 'create-prepatched-iso.py'],
    now: 'nothing yet: patches of installed systems are not made',
  },
  {
    names: ['build-wheels.sh', 'build-wheel-tarball.sh', 'build-helm-charts.sh', 'build-remote-cli.sh', 'build-guest'],
    now: 'nothing yet: wheels, charts and guest images are not made',
  },
  { names: ['stx-init-env'], now: 'nothing to do: no container and no daemon is needed' },
];

/** Verbs of `stx`. */
const stxVerbs: Readonly<Record<string, OldCommand>> = {
  control: { names: ['stx control'], now: 'nothing to do: no container and no daemon is needed' },
  config: {
    names: ['stx config'],
    now: 'conf/local.conf; stx-bake inspect variable NAME shows a setting with its place',
  },
  shell: { names: ['stx shell'], now: 'stx-bake shell TARGET:TASK' },
  repomgr: { names: ['stx repomgr'], now: 'stx-bake stx-feed', gives: ['stx-feed'] },
  cleanup: { names: ['stx cleanup'], now: 'stx-bake cache gc', gives: ['cache', 'gc'] },
};

const stxBuildVerbs: Readonly<Record<string, readonly string[]>> = {
  world: ['world'],
  image: ['stx-image'],
  download: ['--runall', 'fetch', 'world'],
};

/** A name of the former build systems, and what does its work now. */
export function oldCommands(): readonly { readonly old: string; readonly now: string; readonly runs: boolean }[] {
  const stx = [
    { old: 'stx build world', now: 'stx-bake world', runs: true },
    { old: 'stx build image', now: 'stx-bake stx-image', runs: true },
    { old: 'stx build download', now: 'stx-bake --runall fetch world', runs: true },
    { old: 'stx build NAME', now: 'stx-bake NAME', runs: true },
  ];
  const rows = [...table, ...Object.values(stxVerbs)].flatMap(({ names, now, gives }) =>
    names.map((old) => ({ old, now, runs: gives !== undefined })),
  );
  return [...rows, ...stx];
}

/**
 * What a call in the words of the former build systems asks for; `undefined` when its first word is none of theirs;
 * `--build-dir` may stand before that. Throws
 * StxError `old-command` with the way when there is nothing that could just be run.
 */
export function translateOldCommand(args: readonly string[]): TranslatedCall | undefined {
  const at = args[0] === '--build-dir' ? 2 : args[0]?.startsWith('--build-dir=') ? 1 : 0;
  const [first = '', ...rest] = args.slice(at);
  const command = table.find(({ names }) => names.includes(first));
  const call = first === 'stx' ? translateStx(rest) : command && translated(first, command, rest);
  return call && { ...call, args: [...args.slice(0, at), ...call.args] };
}

function translateStx(args: readonly string[]): TranslatedCall {
  const [verb = '', second = '', ...rest] = args;
  if (verb === 'build' && second !== '') {
    if (second === 'layer') throw refusal('stx build layer', inLayers);
    if (second === 'prepare') throw refusal('stx build prepare', 'nothing to do: a build prepares what it needs');
    return { args: [...(stxBuildVerbs[second] ?? [second]), ...rest], remarks: [] };
  }
  const command = stxVerbs[verb];
  if (command === undefined) {
    const known = [...Object.keys(stxVerbs), 'build world|image|download|NAME'].join(', ');
    throw refusal(`stx ${verb}`.trim(), `\`stx-bake --help\` lists the commands; of \`stx\` these are known: ${known}`);
  }
  return translated(`stx ${verb}`, command, args.slice(1));
}

function translated(name: string, command: OldCommand, args: readonly string[]): TranslatedCall {
  if (command.gives === undefined) throw refusal(name, command.now);
  const read = readOldOptions(name, command, args);
  const named = read.kernels.length === 0 ? read.words : namesFor(read.words, read.kernels);
  const targets = named.length > 0 ? named : (command.else ?? []);
  return { args: [...command.gives, ...read.options, ...targets], remarks: read.remarks };
}

/** Once they were build types of one package; now the one for the kernel `rt` is a recipe of its own. */
function namesFor(words: readonly string[], kernels: readonly string[]): readonly string[] {
  return words.flatMap((word) => kernels.map((kernel) => (kernel === 'std' ? word : `${word}-${kernel}`)));
}

interface ReadOptions {
  readonly options: string[];
  readonly words: string[];
  readonly kernels: string[];
  readonly remarks: string[];
}

function readOldOptions(name: string, { options = {}, now }: OldCommand, args: readonly string[]): ReadOptions {
  const read: ReadOptions = { options: [], words: [], kernels: [], remarks: [] };
  const rest = [...args];
  for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
    const [option = '', joined] = each.startsWith('--') ? each.split(/=(.*)/s) : [each];
    const known = options[option];
    if (!each.startsWith('-')) read.words.push(each);
    else if (known === undefined)
      throw refusal(`${name} ${option}`, `\`${now}\`; \`stx-bake --help\` lists its options`);
    else take(known, { option, read, name, value: known.takes === 'value' ? (joined ?? rest.shift() ?? '') : '' });
  }
  return read;
}

function take(
  known: OldOption,
  at: { readonly option: string; readonly name: string; readonly value: string; readonly read: ReadOptions },
): void {
  const { option, name, value, read } = at;
  if (known.refused !== undefined) throw refusal(`${name} ${option}`, known.refused);
  const words = value.split(',').filter((each) => each !== '');
  if (known.takes === 'value' && words.length === 0) {
    throw StxError.of('old-command', `\`${name} ${option}\` needs a value`, { help: 'write the value behind it' });
  }
  if (known.remark !== undefined) read.remarks.push(`\`${option}\` has nothing to do: ${known.remark}`);
  if (known.names) read.words.push(...words);
  if (known.kernels) read.kernels.push(...(known.takes === 'value' ? words : [option.replace(/^-+/, '')]));
  read.options.push(...(known.gives?.(value) ?? []));
}

function refusal(name: string, now: string): StxError {
  return StxError.of('old-command', `\`${name}\` is of the former build systems`, { help: `now: ${now}` });
}
