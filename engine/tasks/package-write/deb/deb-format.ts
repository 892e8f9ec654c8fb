import type { RecordedElf } from '../../package/package-record.ts';
import type { FormatFile, FormatFiles } from '../format-file.ts';
import type { WriteOrder } from '../write-order.ts';
import { debFiles } from './deb-files.ts';
import { noVendorPackages, readVendorPackages, type VendorPackages } from './vendor-packages.ts';

/**
 * The packages of a recipe as deb wants them: `deb/WORD/control` is the control folder, `deb/WORD/root` is laid over the tree,
 * `deb/WORD/libraries` lists shared libraries, which are not executable by the custom of the format.
 */
export async function debFormat(order: WriteOrder): Promise<FormatFiles> {
  const vendor = await vendorPackages(order);
  const added: FormatFile[] = [];
  for (const each of order.packages) {
    const folder = `deb/${each.record.name}`;
    const files = await debFiles(each, order, vendor);
    for (const { name, content, mode } of files.control)
      added.push({ path: `${folder}/control/${name}`, content, mode });
    const libraries = each.record.elves.filter(isPlainLibrary);
    if (libraries.length > 0) {
      const content = libraries.map((elf) => `${elf.path}\n`).join('');
      added.push({ path: `${folder}/libraries`, content, mode: 0o644 });
    }
    for (const { path, content } of files.added) added.push({ path: `${folder}/root/${path}`, content, mode: 0o644 });
  }
  return {
    added,
    fileNameOf: (record) => `${record.package}_${order.version}_${order.architecture(record)}.deb`,
  };
}

/** Not one that is a program as well: the dynamic linker, and libraries with an interpreter. */
function isPlainLibrary({ soname, interpreter }: RecordedElf): boolean {
  return soname !== undefined && interpreter === undefined && !/^ld(64|-|\.)/.test(soname);
}

async function vendorPackages(order: WriteOrder): Promise<VendorPackages> {
  const root = order.plain('SHLIBS_ROOT').trim();
  const asks = order.packages.some(({ record: { needs, scripts } }) =>
    [needs.libraries, needs.pkgConfig, needs.python, needs.interpreters, Object.keys(scripts)].some(
      (each) => each.length > 0,
    ),
  );
  if (!asks || root === '') return noVendorPackages;
  return await readVendorPackages(root, order.plain('DISTRO_TARGET_ARCH').trim() || order.plain('DEB_ARCH').trim());
}
