import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FormatFile, FormatFiles } from '../format-file.ts';
import type { WriteOrder } from '../write-order.ts';
import { alternativePaths } from './file-list.ts';
import { licensePaths, rpmSpecs, rpmVersion } from './spec.ts';

/**
 * The packages of a recipe as rpmbuild wants them: per architecture `rpm/ARCH/package.spec` with the files it refers to,
 * `packages` (the words of PACKAGES, one a line), `links` (path and target) and `root`, which are laid over their trees.
 */
export async function rpmFormat(order: WriteOrder): Promise<FormatFiles> {
  const added: FormatFile[] = [];
  for (const group of rpmSpecs(order)) {
    const folder = `rpm/${group.architecture}`;
    for (const { path, content } of group.files) added.push({ path: `${folder}/${path}`, content, mode: 0o644 });
    const words = group.packages.map((each) => `${each.record.name}\n`).join('');
    added.push({ path: `${folder}/packages`, content: words, mode: 0o644 });
    const links = group.packages.flatMap((each) => alternativePaths(each.record));
    if (links.length > 0) {
      const content = links.map(({ path, target }) => `${path} ${target}\n`).join('');
      added.push({ path: `${folder}/links`, content, mode: 0o644 });
    }
    for (const each of group.packages) {
      for (const { path, file } of licensePaths(each.record, order)) {
        const content = await readFile(join(each.folder, 'licenses', file));
        added.push({ path: `${folder}/root/${path}`, content, mode: 0o644 });
      }
    }
  }
  const { version, release } = rpmVersion(order.version);
  return { added, fileNameOf: (record) => `${record.package}-${version}-${release}.${order.architecture(record)}.rpm` };
}
