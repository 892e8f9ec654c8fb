import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type TreeState, workspaceFolder, writeWhole } from './tree-state.ts';

const layerConf = (
  series: string,
): string => `# The layer of \`stx-bake devtool\`: makes work trees stand for the sources of recipes.
BBFILES += "\${LAYERDIR}/appends/*.bbappend"
BBFILE_COLLECTIONS += "devtool-workspace"
BBFILE_PATTERN_devtool-workspace = "^\${LAYERDIR}/"
BBFILE_PATTERN_IGNORE_EMPTY_devtool-workspace = "1"
BBFILE_PRIORITY_devtool-workspace = "99"
LAYERSERIES_COMPAT_devtool-workspace = "${series}"
`;

/** Makes the layer when it is not there; gives its folder. `series`: LAYERSERIES_CORENAMES. */
export function makeWorkspaceLayer(buildDirectory: string, series: string): string {
  const folder = workspaceFolder(buildDirectory);
  const conf = join(folder, 'conf/layer.conf');
  if (!existsSync(conf)) writeWhole(conf, layerConf(series));
  return folder;
}

/** Makes a work tree stand for the sources of its recipe. */
export function writeAppend(buildDirectory: string, state: TreeState): void {
  const lines = [
    '# Written by `stx-bake devtool`, which overwrites it.',
    `EXTERNALSRC = "${state.source}"`,
    ...(state.destination === '' ? [] : [`EXTERNALSRC_DESTINATION = "${state.destination}"`]),
    `EXTERNALSRC_PATCHED = "${[...new Set(patchedNames(state))].join(' ')}"`,
    ...(state.upgrade?.version === undefined ? [] : [`PV = "${state.upgrade.version}"`]),
    '',
  ];
  writeWhole(appendPath(buildDirectory, state), lines.join('\n'));
}

/** Its sources are those of SRC_URI again. */
export function removeAppend(buildDirectory: string, state: TreeState): void {
  rmSync(appendPath(buildDirectory, state), { force: true });
}

function appendPath(buildDirectory: string, { file }: TreeState): string {
  return join(workspaceFolder(buildDirectory), 'appends', `${basename(file)}append`);
}

/** A series counts by the folder that SRC_URI names. */
function patchedNames({ patches }: TreeState): readonly string[] {
  return patches.flatMap(({ name }) => [name, ...(name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [])]);
}
