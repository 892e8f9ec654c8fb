import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { controlFile, type UnpackedPackage } from './unpacked-packages.ts';

/**
 * Tells the dpkg database of a root of the deb packages that were laid over it, as installed: what needs them, and
 * who offers a library, is looked up there. Their scripts have not run. Files of the database are made anew, for the old
 * ones are shared with other roots.
 */
export async function addToDatabase(root: string, packages: readonly UnpackedPackage[]): Promise<void> {
  const added = packages.filter(({ record }) => (record.type ?? 'deb') === 'deb');
  if (added.length === 0) return;
  const folder = join(root, 'var/lib/dpkg');
  await mkdir(join(folder, 'info'), { recursive: true });
  const stanzas: string[] = [];
  for (const each of added) {
    const control = (await controlFile(each, 'control')).trimEnd();
    stanzas.push(`${control.replace(/^(Package: .*)$/m, '$1\nStatus: install ok installed')}\n`);
    await addFiles(each, control, join(folder, 'info'));
  }
  const status = join(folder, 'status');
  const before = (await readFile(status, 'utf8').catch(() => '')).trimEnd();
  await rm(status, { force: true });
  await writeFile(
    status,
    `${[before, ...stanzas]
      .filter((text) => text !== '')
      .join('\n\n')
      .replace(/\n{3,}/g, '\n\n')}\n`,
  );
}

async function addFiles(each: UnpackedPackage, control: string, info: string): Promise<void> {
  const isSame = /^Multi-Arch: *same$/m.test(control);
  const name = isSame ? `${each.record.name}:${each.record.architecture}` : each.record.name;
  for (const file of await readdir(each.control)) {
    if (file === 'control') continue;
    await rm(join(info, `${name}.${file}`), { force: true });
    await copyFile(join(each.control, file), join(info, `${name}.${file}`));
  }
  const entries = await readdir(each.tree, { recursive: true });
  await rm(join(info, `${name}.list`), { force: true });
  const paths = ['/.', ...entries.toSorted(compareCodePoints).map((path) => `/${path}`)];
  await writeFile(join(info, `${name}.list`), `${paths.join('\n')}\n`);
}
