import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the tasks of a generated project are. */
export type EngineWork =
  /** Built-in tasks with nothing to do. */
  | 'builtin'
  /** Shell functions whose body is `:`, on the host. */
  | 'shell'
  /** The same in the sandbox. */
  | 'sandbox';

/** How large a generated project is, and what its tasks do. */
export interface EngineSize {
  readonly recipes: number;
  readonly work: EngineWork;
}

/** The tasks of each recipe, in order: ten that run. */
export const chain: readonly string[] = [
  'fetch',
  'unpack',
  'patch',
  'configure',
  'compile',
  'install',
  'populate_sysroot',
  'package',
  'package_qa',
  'package_write',
];

/** Writes a build directory `build` with one layer, the same bytes each time. `everything` depends on all recipes. */
export function writeEngineCorpus(root: string, size: EngineSize): void {
  const files = new Map<string, string>();
  files.set('build/conf/bblayers.conf', `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${root}/layer"\n`);
  files.set('build/conf/local.conf', size.work === 'sandbox' ? 'SANDBOX_ROOT = "${TOPDIR}/../root"\n' : '');
  files.set('layer/conf/layer.conf', layerConfiguration);
  files.set('layer/conf/bitbake.conf', bitbakeConf);
  files.set('layer/classes/base.bbclass', baseClass(size.work));
  for (let number = 0; number < size.recipes; number++) {
    const name = recipeName(number);
    files.set(`layer/recipes-${number % 10}/${name}/${name}_1.${number % 9}.bb`, recipe(number));
    files.set(`layer/recipes-${number % 10}/${name}/files/${name}.txt`, `the source of ${name}\n`);
  }
  const all = Array.from({ length: size.recipes }, (_, number) => recipeName(number)).join(' ');
  files.set('layer/recipes-all/everything/everything_1.0.bb', everything(all));
  for (const [name, text] of files) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  if (size.work === 'sandbox') writeRoot(join(root, 'root'));
}

/** What recipe `number` builds on: up to three earlier ones, so that there are no circles. */
export function dependenciesOf(number: number): readonly number[] {
  if (number === 0) return [];
  const found = [1, 2, 3].slice(0, 1 + (number % 3)).map((seed) => pick(number, number, seed));
  return [...new Set(found)];
}

/** The name of recipe `number`. */
export function recipeName(number: number): string {
  return `unit-${number}`;
}

/** A number below `limit` that depends on nothing but the arguments. */
function pick(limit: number, ...seed: readonly number[]): number {
  let hash = 2_166_136_261;
  for (const each of seed) hash = Math.imul(hash ^ each, 16_777_619) ^ (hash >>> 13);
  return (hash >>> 0) % limit;
}

/** A root that borrows the programs of the host. */
function writeRoot(root: string): void {
  mkdirSync(join(root, 'usr'), { recursive: true });
  for (const name of readdirSync('/').filter((each) => /^(bin|sbin|lib|lib64)$/.test(each)))
    symlinkSync(`usr/${name}`, join(root, name));
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
}

const layerConfiguration = `BBPATH .= ":\${LAYERDIR}"
BBFILES += "\${LAYERDIR}/recipes-*/*/*.bb"
BBFILE_COLLECTIONS += "units"
BBFILE_PATTERN_units = "^\${LAYERDIR}/"
BBFILE_PRIORITY_units = "5"
LAYERSERIES_COMPAT_units = "units"
LAYERSERIES_CORENAMES = "units"
`;

const bitbakeConf = `PN = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[0] or 'none'}"
PV = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[1] or '1.0'}"
PR = "r0"
FILE_DIRNAME = "\${@os.path.dirname(d.getVar('FILE', False))}"
FILESPATH = "\${FILE_DIRNAME}/\${BP}:\${FILE_DIRNAME}/files"
PROVIDES:prepend = "\${PN} "
BPN = "\${PN}"
BP = "\${PN}-\${PV}"
TMPDIR = "\${TOPDIR}/tmp"
DL_DIR ?= "\${TOPDIR}/downloads"
SSTATE_DIR ?= "\${TOPDIR}/sstate"
STAMPS_DIR = "\${TMPDIR}/stamps"
STAMP = "\${STAMPS_DIR}/\${PN}/\${PV}"
WORKDIR = "\${TMPDIR}/work/\${PN}"
S = "\${WORKDIR}/\${BP}"
B = "\${S}"
D = "\${WORKDIR}/image"
T = "\${WORKDIR}/temp"
bindir = "/usr/bin"
CFLAGS = "-O2 -pipe"
LDFLAGS = "-Wl,-O1"
PATH = "/usr/local/bin:/usr/bin:/bin"
export PATH
export CFLAGS
export LDFLAGS
OVERRIDES = "pn-\${PN}"
BB_NUMBER_THREADS = "2"
BB_BASEHASH_IGNORE_VARS = "TOPDIR TMPDIR DL_DIR SSTATE_DIR STAMPS_DIR STAMP WORKDIR FILE FILE_DIRNAME FILESPATH THISDIR T"
include conf/local.conf
`;

function baseClass(work: EngineWork): string {
  const lines: string[] = [];
  for (const [index, task] of chain.entries()) {
    const after = chain[index - 1];
    if (work === 'builtin') lines.push(`do_${task}[builtin] = "patch"`);
    else lines.push(`do_${task}() {`, '    :', '}', `do_${task}[dirs] = "\${WORKDIR}"`);
    if (work === 'sandbox') lines.push(`do_${task}[sandbox-ro] = "/usr"`);
    lines.push(`addtask ${task}${after === undefined ? '' : ` after do_${after}`}`);
  }
  lines.push(
    'do_configure[deptask] = "do_populate_sysroot"',
    'do_build[noexec] = "1"',
    'do_build[deptask] = "do_build"',
    'addtask build after do_package_write',
    '',
  );
  return lines.join('\n');
}

function recipe(number: number): string {
  const name = recipeName(number);
  return `SUMMARY = "Unit ${number}"
SRC_URI = "file://${name}.txt"
DEPENDS = "${dependenciesOf(number).map(recipeName).join(' ')}"
EXTRA_OECONF = "--prefix=\${bindir} --with-number=${number}"
PACKAGES = "\${PN}-dev \${PN}"
FILES:\${PN} = "\${bindir}/*"
`;
}

function everything(names: string): string {
  const deleted = chain.map((task) => `deltask do_${task}\n`).join('');
  return `DEPENDS = "${names}"\n${deleted}`;
}
