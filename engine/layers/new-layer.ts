import { StxError } from '../base/stx-error.ts';

/** What a new layer is called and how strong it is. */
export interface NewLayer {
  /** Name of its folder. */
  readonly folder: string;
  readonly priority: number;
  /** LAYERSERIES_CORENAMES of the build directory. */
  readonly series: string;
}

/** The collection name of a folder: `meta-net` is `net`. Throws StxError `bad-argument` for one that cannot be a name. */
export function collectionName(folder: string): string {
  const name = folder.replace(/^meta-(?=.)/, '');
  if (/^[a-zA-Z0-9][a-zA-Z0-9.+_-]*$/.test(name) && !/_(append|prepend|remove)/.test(name)) return name;
  throw StxError.of('bad-argument', `\`${folder}\` cannot be the name of a layer`, {
    help: 'use letters, digits and - such as `meta-example`; `_append`, `_prepend` and `_remove` are not allowed',
  });
}

/** Path below the folder -> text. */
export function newLayerFiles({ folder, priority, series }: NewLayer): ReadonlyMap<string, string> {
  const name = collectionName(folder);
  return new Map([
    ['conf/layer.conf', layerConf(name, priority, series)],
    ['README.md', readme(folder, name)],
    ['recipes-example/example/example_1.0.bb', exampleRecipe],
  ]);
}

function layerConf(name: string, priority: number, series: string): string {
  return `# Where the recipes, classes and configuration files of this layer lie, and how strong the layer is.
BBPATH .= ":\${LAYERDIR}"
BBFILES += "\${LAYERDIR}/recipes-*/*/*.bb \${LAYERDIR}/recipes-*/*/*.bbappend"

BBFILE_COLLECTIONS += "${name}"
BBFILE_PATTERN_${name} = "^\${LAYERDIR}/"
BBFILE_PRIORITY_${name} = "${priority}"
LAYERSERIES_COMPAT_${name} = "${series}"
`;
}

function readme(folder: string, name: string): string {
  return `# ${folder}

The layer \`${name}\`: say here what it is for and who looks after it.

\`stx-bake layers add PATH-OF-THIS-FOLDER\` makes it take part in a build directory,
\`stx-bake inspect recipe example\` shows its example recipe.
`;
}

const exampleRecipe = `SUMMARY = "An example recipe"
DESCRIPTION = "Prints a greeting when it is compiled"
LICENSE = "CLOSED"

do_compile() {
    echo "This is \${PN} \${PV}"
}
`;
