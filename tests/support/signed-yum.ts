import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKey } from './signed-archive.ts';

/** A package of the repository; `lines` are further tags of its spec file, as `Requires: x`. */
export interface RpmFields {
  readonly name: string;
  readonly version?: string;
  readonly architecture?: string;
  readonly lines?: readonly string[];
  /** A source package instead. */
  readonly isSource?: boolean;
}

/** How a repository is signed and packed. */
export interface YumOptions {
  readonly key: SigningKey;
  readonly signs: 'index' | 'packages';
  readonly compression?: 'gz' | 'xz';
}

/** A yum repository of empty packages made by rpmbuild, its index by createrepo_c, with the packages or the index signed. */
export function writeYumRepository(directory: string, packages: readonly RpmFields[], options: YumOptions): void {
  const { key, signs, compression = 'gz' } = options;
  mkdirSync(directory, { recursive: true });
  const specs = packages.map((fields) => writeSpec(directory, fields));
  for (const [index, { path, target }] of specs.entries())
    build(directory, path, packages[index]?.isSource ? '' : target);
  if (signs === 'packages') signPackages(directory, key);
  const words = ['--quiet', '--no-database', '--revision', '1735689600', '--general-compress-type', compression];
  execFileSync('createrepo_c', [...words, '--excludes', 'top/*', directory], { stdio: 'pipe' });
  if (signs === 'index') key.signBeside(join(directory, 'repodata/repomd.xml'));
}

function writeSpec(directory: string, { name, version = '1.0-1', architecture = 'noarch', lines = [] }: RpmFields) {
  const path = join(directory, `${name}-${version.replace(':', '_')}.spec`);
  const [, epoch, number = '', release = ''] = /^(?:(\d+):)?([^-]+)-(.+)$/.exec(version) ?? [];
  const text = [
    ...[
      `Name: ${name}`,
      `Version: ${number}`,
      `Release: ${release}`,
      ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
    ],
    ...[`Summary: ${name}`, 'License: Apache-2.0 AND MIT', 'AutoReqProv: no'],
    ...(architecture === 'noarch' ? ['BuildArch: noarch'] : []),
    ...[...lines, '%description', name, '%files', ''],
  ];
  writeFileSync(path, text.join('\n'));
  return { path, target: architecture };
}

/** Builds a source package when there is no target. */
function build(directory: string, spec: string, target: string): void {
  const folders = {
    _topdir: `${directory}/top`,
    _rpmdir: `${directory}/Packages`,
    _srcrpmdir: `${directory}/Packages`,
  };
  const settings = { ...folders, debug_package: '%{nil}' };
  const defines = Object.entries({ ...settings, _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' });
  const words = defines.flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const kind = target === '' ? ['-bs', '--nodeps'] : ['-bb', '--target', `${target}-linux`];
  execFileSync('rpmbuild', [...kind, '--quiet', ...words, spec], { stdio: 'pipe' });
}

function signPackages(directory: string, key: SigningKey): void {
  const defines = [
    `_gpg_name ${key.fingerprint}`,
    `_gpg_path ${key.home}`,
    '__gpg /usr/bin/gpg',
    '_gpg_sign_cmd_extra_args --batch --pinentry-mode loopback',
  ];
  const words = defines.flatMap((each) => ['--define', each]);
  const files = execFileSync('find', [join(directory, 'Packages'), '-name', '*.rpm'], { encoding: 'utf8' });
  execFileSync('rpmsign', ['--addsign', ...words, ...files.trim().split('\n')], {
    stdio: 'pipe',
    env: { ...process.env, GNUPGHOME: key.home },
  });
}
