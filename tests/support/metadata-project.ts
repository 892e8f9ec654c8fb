import type { InlineEvaluator } from '../../engine/datastore/inline-evaluator.ts';
import { loadWorkspace, type WorkspaceOptions } from '../../engine/metadata/load-workspace.ts';
import type { Recipe } from '../../engine/metadata/recipe.ts';
import { memoryFiles } from './memory-files.ts';

const layerConf = (name: string, priority: number): string => `BBPATH .= ":\${LAYERDIR}"
BBFILES += "\${LAYERDIR}/recipes/*.bb \${LAYERDIR}/recipes/*.bbappend"
BBFILE_COLLECTIONS += "${name}"
BBFILE_PATTERN_${name} = "^\${LAYERDIR}/"
BBFILE_PRIORITY_${name} = "${priority}"
`;

/** A build directory /build with the layers /meta (priority 5) and /extra (priority 7). */
const skeleton: Readonly<Record<string, string>> = {
  '/build/conf/bblayers.conf': 'BBPATH = "${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS ?= "/meta /extra"\n',
  '/build/conf/local.conf': '',
  '/meta/conf/layer.conf': layerConf('meta', 5),
  '/extra/conf/layer.conf': layerConf('extra', 7),
  '/meta/conf/bitbake.conf': `PN = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[0] or 'unnamed'}"
PV = "\${@bb.parse.vars_from_file(d.getVar('FILE', False), d)[1] or '1.0'}"
PR = "r0"
BP = "\${PN}-\${PV}"
BPN = "\${PN}"
PACKAGES ?= "\${PN}"
MACHINE ??= "board"
OVERRIDES = "\${MACHINE}:pn-\${PN}"
include conf/local.conf
include conf/multiconfig/\${BB_CURRENT_MC}.conf
`,
  '/meta/classes/base.bbclass': 'do_build() {\n    :\n}\naddtask build\n',
};

/** Answers the expressions of the skeleton's bitbake.conf and `basename of FILE` ones of tests, nothing else. */
export const skeletonEvaluator: InlineEvaluator = {
  evaluate(code, datastore) {
    const file = datastore.getUnexpanded('FILE') ?? '';
    const match = /vars_from_file\(.*\)\[(\d)\] or '(.*)'$/.exec(code.trim());
    const name = file.split('/').at(-1) ?? '';
    if (match) return (name.endsWith('.bb') && name.slice(0, -3).split('_')[Number(match[1])]) || (match[2] ?? '');
    if (code.trim() === "os.path.basename(d.getVar('FILE'))") return name;
    throw new Error(`not an expression of the tests: ${code}`);
  },
};

/** A workspace over the skeleton with `files` laid over it; `null` takes a file away. */
export function metadataProject(
  files: Readonly<Record<string, string | null>>,
  options: Partial<WorkspaceOptions> = {},
) {
  const merged = Object.entries({ ...skeleton, ...files }).filter(
    (entry): entry is [string, string] => !!entry[1] || entry[1] === '',
  );
  const reader = memoryFiles(Object.fromEntries(merged));
  const { value, diagnostics } = loadWorkspace({
    topDirectory: '/build',
    files: reader,
    evaluator: skeletonEvaluator,
    environment: { HOME: '/home/user' },
    givenFlags: { HOME: { export: '1' } },
    ...options,
  });
  const recipes = (configuration = ''): readonly Recipe[] =>
    value.configurations.get(configuration)?.catalog.recipes ?? [];
  return {
    reader,
    workspace: value,
    diagnostics,
    recipes,
    /** A recipe by PN; fails with the diagnostics when it is not there. */
    recipe(pn: string, configuration = ''): Recipe {
      const found = recipes(configuration).find((each) => each.pn === pn);
      if (!found) throw new Error(`no recipe ${pn}: ${diagnostics.map((each) => each.message).join('; ')}`);
      return found;
    },
  };
}
