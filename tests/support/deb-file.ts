import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A tiny real .deb in `directory`: control fields and files (path -> content). Returns its file name. */
export function makeDeb(
  directory: string,
  fields: { readonly Package: string } & Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): string {
  const all = {
    Version: '1.0-r0',
    Architecture: 'all',
    Maintainer: 'Nobody <nobody@localhost>',
    Description: 'a test',
    ...fields,
  };
  const tree = join(directory, `.tree-${fields.Package}-${all.Version}`);
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  const control = Object.entries(all).map(([name, value]) => `${name}: ${value}\n`);
  writeFileSync(join(tree, 'DEBIAN/control'), control.join(''));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), content);
  }
  const name = `${fields.Package}_${all.Version}_${all.Architecture}.deb`;
  // The same bytes each time.
  const env = { ...process.env, SOURCE_DATE_EPOCH: '0' };
  const words = ['--root-owner-group', '-Znone', '--build', tree, join(directory, name)];
  execFileSync('dpkg-deb', words, { stdio: 'pipe', env });
  return name;
}
