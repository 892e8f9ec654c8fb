import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { formatLockFile } from '../../../engine/base/lock-file.ts';
import type { LockRecord } from '../../../engine/base/lock-record.ts';
import { digestOfFile } from '../../../engine/base/sha256.ts';
import { run } from '../../../engine/tasks/build-root/build-root.ts';
import { makeDeb } from '../../support/deb-file.ts';
import { contextIn } from '../../support/task-contexts.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A folder with the root `base`, downloads and a lock; packages are made by `add`. */
class Scene {
  readonly path: string;
  readonly #records: LockRecord[] = [];

  constructor(path: string) {
    this.path = path;
    const base = join(path, 'roots/content/base-key');
    mkdirSync(join(base, 'usr/lib/tool'), { recursive: true });
    mkdirSync(join(base, 'var/lib/dpkg/info'), { recursive: true });
    symlinkSync('usr/lib', join(base, 'lib'));
    writeFileSync(join(base, 'usr/lib/tool/program'), 'program');
    writeFileSync(join(base, 'usr/lib/shared'), 'of the base');
    writeFileSync(join(base, 'var/lib/dpkg/status'), 'Package: base\nStatus: install ok installed\nVersion: 1\n\n');
    mkdirSync(join(path, 'roots/of/default'), { recursive: true });
    symlinkSync('../../content/base-key', join(path, 'roots/of/default/base'));
    mkdirSync(join(path, 'downloads'));
    // So that it is never without a record.
    this.#records.push(this.#record('base', ['base'], { sizeBytes: 1, sha256: '0'.repeat(64) }));
  }

  async add(name: string, roots: readonly string[], files: Readonly<Record<string, string>>, more = {}): Promise<void> {
    const file = makeDeb(join(this.path, 'downloads'), { Package: name, ...more }, files);
    await this.lock(name, roots, file, { architecture: /_([^_]+)\.deb$/.exec(file)?.[1] ?? '' });
  }

  /** Locks a file of the downloads. */
  async lock(name: string, roots: readonly string[], file: string, more: Partial<LockRecord>): Promise<void> {
    const { hash, sizeBytes } = await digestOfFile(join(this.path, 'downloads', file));
    this.#records.push({ ...this.#record(name, roots, { sizeBytes, sha256: hash }), path: file, ...more });
  }

  #record(name: string, roots: readonly string[], file: Pick<LockRecord, 'sizeBytes' | 'sha256'>): LockRecord {
    return { name, version: '1.0-r0', architecture: 'all', path: `pool/${name}_1.0-r0_all.deb`, ...file, roots };
  }

  /** Makes the root of a recipe, and gives its folder. */
  async make(recipe: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
    writeFileSync(join(this.path, 'lock'), formatLockFile(this.#records));
    const variables = {
      PN: recipe,
      BUILD_ROOT: 'base',
      VENDOR_DEPENDS: '',
      LOCK_ROOT: `base ${recipe}`,
      LOCK_FILE: join(this.path, 'lock'),
      DL_DIR: join(this.path, 'downloads'),
      ROOTS_STORE: join(this.path, 'roots'),
      ROOTS_DIR: join(this.path, 'roots/of/default'),
      BUILD_ROOT_NAME: `recipe/${recipe}`,
      ...more,
    };
    const context = contextIn(this.path, { variables });
    await run(context);
    this.said = context.said.join('\n');
    return join(variables.ROOTS_DIR, variables.BUILD_ROOT_NAME);
  }

  said = '';
}

test('a recipe sees the packages of its own over those of the build root, and nobody else does', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['one'], { 'lib/libz.so': 'z', 'usr/include/z.h': 'h' });
  await scene.add('other', ['two'], { 'usr/lib/other': 'o' });
  const root = await scene.make('one', { VENDOR_DEPENDS: 'libz' });
  t.is(readFileSync(join(root, 'usr/lib/libz.so'), 'utf8'), 'z', 'a link of the lower root is followed');
  t.is(readlinkSync(join(root, 'lib')), 'usr/lib');
  t.is(readFileSync(join(root, 'usr/include/z.h'), 'utf8'), 'h');
  t.is(readFileSync(join(root, 'usr/lib/tool/program'), 'utf8'), 'program');
  t.false(existsSync(join(root, 'usr/lib/other')));
  t.false(existsSync(join(directory.path, 'roots/of/default/base/usr/lib/libz.so')));
});

test('its dpkg database knows the packages that were laid over it, and that of the build root does not', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add(
    'libz',
    ['one'],
    { 'usr/lib/libz.so': 'z', 'DEBIAN/shlibs': 'libz 1 libz\n' },
    { 'Multi-Arch': 'same', Architecture: 'amd64' },
  );
  const root = await scene.make('one');
  const ask = (...words: string[]) =>
    execFileSync('dpkg-query', ['--admindir', join(root, 'var/lib/dpkg'), ...words], { encoding: 'utf8' }).trim();
  t.is(ask('-W', '-f', '${Package}=${db:Status-Status} ', 'base', 'libz'), 'base=installed libz=installed');
  t.is(readFileSync(join(root, 'var/lib/dpkg/info/libz:amd64.shlibs'), 'utf8'), 'libz 1 libz\n');
  t.regex(
    readFileSync(join(root, 'var/lib/dpkg/info/libz:amd64.list'), 'utf8'),
    /^\/\.\n(?:.*\n)*\/usr\/lib\/libz\.so\n$/,
  );
  t.notRegex(readFileSync(join(directory.path, 'roots/content/base-key/var/lib/dpkg/status'), 'utf8'), /libz/);
});

test('recipes with the same packages have one root, made of the files of the build root', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['one', 'two'], { 'usr/lib/libz.so': 'z' });
  const [one, two] = [await scene.make('one'), await scene.make('two')];
  t.is(realpathSync(one), realpathSync(two));
  t.is(readdirSync(join(directory.path, 'roots/content')).length, 2);
  const base = statSync(join(directory.path, 'roots/content/base-key/usr/lib/tool/program'));
  t.is(statSync(join(one, 'usr/lib/tool/program')).ino, base.ino, 'a hard link');
});

test('another package gives another root, and the old one goes', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['one'], { 'usr/lib/libz.so': 'z' });
  const before = realpathSync(await scene.make('one'));
  await scene.add('more', ['one'], { 'usr/lib/more': 'm' });
  const root = await scene.make('one');
  t.not(realpathSync(root), before);
  t.false(existsSync(before));
  t.deepEqual(readdirSync(join(root, 'usr/lib')).sort(), ['libz.so', 'more', 'shared', 'tool']);
});

test('a file of a package takes the place of one of the build root, which keeps its own', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['one'], { 'lib/shared': 'of the package' });
  const root = await scene.make('one');
  t.is(readFileSync(join(root, 'usr/lib/shared'), 'utf8'), 'of the package');
  t.is(readFileSync(join(directory.path, 'roots/of/default/base/usr/lib/shared'), 'utf8'), 'of the base');
});

test('a recipe whose packages are all in the build root has that root', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  const root = await scene.make('one', { VENDOR_DEPENDS: 'base' });
  t.is(realpathSync(root), realpathSync(join(directory.path, 'roots/of/default/base')));
});

test('the root of another configuration stands in, and the log says why', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['one'], { 'usr/lib/libz.so': 'z' });
  const there = await scene.make('one');
  const here = await scene.make('one', {
    ROOTS_DIR: join(directory.path, 'roots/of/other'),
    LOCK_FILE: '/nonexistent',
    BUILD_ROOT_STANDIN_NAME: there,
    BUILD_ROOT_NOTE: 'built in mc::base, which stands in: no mirror can be reached',
  });
  t.is(realpathSync(here), realpathSync(there));
  t.is(scene.said, 'note: built in mc::base, which stands in: no mirror can be reached');
});

test('a package that is asked for and not locked is an error that names recipe, package and the way out', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['two'], { 'usr/lib/libz.so': 'z' });
  const error = await t.throwsAsync(scene.make('one', { VENDOR_DEPENDS: 'libz' }));
  t.regex(error.message, /^`one` asks for `libz`, which `.*lock` does not hold for it \[package-not-locked\]$/);
  t.false(existsSync(join(directory.path, 'roots/of/default/recipe/one')));
});

test('a download that is not the locked file is refused, and leaves nothing', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.add('libz', ['one'], { 'usr/lib/libz.so': 'z' });
  writeFileSync(join(directory.path, 'downloads/libz_1.0-r0_all.deb'), 'forged');
  await t.throwsAsync(scene.make('one'), { message: /`libz_1\.0-r0_all\.deb` of the lock is not in `.*downloads`/ });
  t.deepEqual(readdirSync(join(directory.path, 'roots/content')), ['base-key']);
  t.false(existsSync(join(directory.path, 'roots/packages')));
});

test('a package of another architecture by the same name does not answer', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await t.throwsAsync(scene.make('one', { VENDOR_DEPENDS: 'base:arm64 missing:arm64' }), {
    message: /asks for `missing`/,
  });
});

/** A package of rpm that holds /usr/lib64/libz.so, in the folder of downloads. */
function makeRpm(directory: string): string {
  const spec = join(directory, 'z.spec');
  writeFileSync(
    spec,
    [
      'Name: libz',
      'Version: 1',
      'Release: 1',
      'Summary: z',
      'License: MIT',
      'BuildArch: noarch',
      '%description',
      '%install',
      'mkdir -p %{buildroot}/usr/lib64 && echo z > %{buildroot}/usr/lib64/libz.so && chmod 0400 %{buildroot}/usr/lib64/libz.so',
      '%files',
      '/usr/lib64/libz.so',
      '',
    ].join('\n'),
  );
  const folders = ['--define', `_topdir ${directory}/rpm`, '--define', `_rpmdir ${directory}/downloads`];
  execFileSync('rpmbuild', ['-bb', '--quiet', ...folders, '--define', '_build_name_fmt %%{NAME}.rpm', spec], {
    stdio: 'pipe',
  });
  return 'libz.rpm';
}

test('packages of rpm are unpacked by the root of its tools, readable and removable', async (t) => {
  using directory = temporaryDirectory();
  const scene = new Scene(directory.path);
  await scene.lock('libz', ['one'], makeRpm(directory.path), { type: 'rpm' });
  const root = await scene.make('one', { RPM_TOOLS_ROOT: '/' });
  t.is(readFileSync(join(root, 'usr/lib64/libz.so'), 'utf8'), 'z\n');
  t.is(statSync(join(root, 'usr/lib64/libz.so')).mode & 0o200, 0o200);
  t.notRegex(readFileSync(join(root, 'var/lib/dpkg/status'), 'utf8'), /libz/);
});
