import { fileURLToPath } from 'node:url';
import { TestProject } from './test-project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The system of each package family whose answers the packages are made with. */
const systems = { deb: 'debian', rpm: 'centos' } as const;

/** A package family. */
export type Family = keyof typeof systems;

/** Stands for the roots of the system: tasks run on the host, without sandbox. */
const noRoot = [
  'LICENSE = "MIT"',
  'do_unpack_root[noexec] = "1"',
  'addtask unpack_root',
  'deltask do_populate_sysroot',
  '',
].join('\n');

/**
 * A project with the classes of layers/core and the answers of a system, whose tasks run on the host: `recipes` are files below
 * `meta-own/recipes`. Results of several projects are independent of each other.
 */
export function packageProject(
  family: Family,
  recipes: Readonly<Record<string, string>>,
  parent?: string,
): TestProject {
  const names = [
    'layers/core',
    'layers/arch-x86-64',
    'layers/kernel-std',
    'layers/kernel-rt',
    `meta-${systems[family]}`,
  ];
  const layers = names.map((each) => `${root}/${each}`);
  const files = {
    'build/conf/bblayers.conf': `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${layers.join(' ')} \${TOPDIR}/../meta-own"\n`,
    'build/conf/local.conf': [
      `DISTRO = "${systems[family]}"`,
      'MACHINE = "x86-64"',
      'BB_NUMBER_THREADS = "2"',
      'BUILD_ROOT = "no-root"',
      'RPM_TOOLS = "no-root"',
      'SANDBOX_ROOT:local = ""',
      'SANDBOX_ROOT:task-package-write-rpm:local = ""',
      'SHLIBS_ROOT = "/"',
      'MAINTAINER = "Some Body <somebody@example.org>"',
      '',
    ].join('\n'),
    'meta-own/conf/layer.conf': [
      'BBPATH .= ":${LAYERDIR}"',
      'BBFILES += "${LAYERDIR}/recipes/*/*.bb"',
      'BBFILE_COLLECTIONS += "own"',
      'BBFILE_PATTERN_own = "^${LAYERDIR}/"',
      'BBFILE_PRIORITY_own = "9"',
      'LAYERSERIES_COMPAT_own = "stx1"',
      'LAYERDEPENDS_own = "core"',
      '',
    ].join('\n'),
    'meta-own/recipes/roots/no-root_1.0.bb': noRoot,
    ...Object.fromEntries(Object.entries(recipes).map(([name, text]) => [`meta-own/recipes/${name}`, text])),
  };
  return new TestProject(files, parent);
}
