import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test from 'ava';
import { recipeDatastore } from '../support/os-layers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const foreign = 'a program for another machine\n';
const machine = process.arch === 'arm64' ? 'x86-64' : 'arm64';
const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--'];

/** A root whose programs cannot run here, and programs of this machine beside it, for bootstrap_finish. */
class ForeignRoot implements Disposable {
  readonly #directory = temporaryDirectory();
  readonly root = join(this.#directory.path, 'root');
  readonly #roots = join(this.#directory.path, 'roots');

  /** `body` is what the root's mkinitramfs does; it is given the file in `$2` and the kernel in `$3`. */
  constructor(body: string) {
    for (const name of [
      'run',
      'boot',
      'lib/modules/6.1',
      'etc/initramfs-tools/hooks',
      'usr/bin',
      'usr/lib',
      'var/tmp',
    ]) {
      mkdirSync(join(this.root, name), { recursive: true });
    }
    for (const name of ['log', 'cache', 'lib/apt/lists']) mkdirSync(join(this.root, 'var', name), { recursive: true });
    for (const name of ['dash', 'cat', 'cp', 'grep', 'mkdir']) this.#program(`usr/bin/${name}`, foreign);
    symlinkSync('usr/bin', join(this.root, 'bin'));
    symlinkSync('dash', join(this.root, 'usr/bin/sh'));
    this.#program('usr/bin/mkinitramfs', `#!/bin/sh\nexport DESTDIR=/var/tmp/new\nmkdir "$DESTDIR"\n${body}`);
    for (const name of ['dash', 'cat', 'cp', 'grep', 'mkdir']) this.#lend(name);
  }

  finish() {
    const datastore = recipeDatastore(
      { distro: 'debian', machine, lines: `ROOTS_DIR = "${this.#roots}"\n` },
      'meta-stx/recipes-images/images/stx-image.bb',
    );
    const script = join(this.#directory.path, 'bootstrap_finish');
    writeFileSync(script, `#!/bin/sh\nset -e\nroot="$1"\n${datastore.get('bootstrap_finish')}\n`, { mode: 0o755 });
    const temporary = join(this.#directory.path, 'tmp');
    mkdirSync(temporary);
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR: temporary };
    const [command = '', ...args] = [...asRoot, script, this.root];
    const { status, stderr } = spawnSync(command, args, { env, encoding: 'utf8', input: '' });
    return { status, errors: stderr };
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), 'utf8');
  }

  list(name: string): readonly string[] {
    return readdirSync(join(this.root, name));
  }

  [Symbol.dispose](): void {
    this.#directory[Symbol.dispose]();
  }

  #program(name: string, text: string): void {
    writeFileSync(join(this.root, name), text);
    chmodSync(join(this.root, name), 0o755);
  }

  /** A program of this machine with its libraries, as a root of tools has them. */
  #lend(name: string): void {
    const tools = join(this.#roots, 'image-tools');
    const needed = execFileSync('ldd', [`/usr/bin/${name}`], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
    const triplet = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
    const files = [...needed].map(([, path = '']) => ({ path, name: `usr/lib/${triplet}/${basename(path)}` }));
    for (const each of [{ path: `/usr/bin/${name}`, name: `usr/bin/${name}` }, ...files]) {
      mkdirSync(dirname(join(tools, each.name)), { recursive: true });
      copyFileSync(each.path, join(tools, each.name));
    }
  }
}

test('scripts that make the RAM disks of an emulated root start programs of this machine, and find nothing of them', (t) => {
  using root = new ForeignRoot(
    'cp /usr/bin/mkinitramfs "$DESTDIR"\n/etc/initramfs-tools/hooks/zz-lent && cat /etc/machine-id - > "$2" <<END\nkernel $3\nEND\n',
  );
  t.deepEqual(root.finish(), { status: 0, errors: '' });
  t.is(root.read('boot/initrd.img-6.1'), 'kernel 6.1\n');
  t.is(root.read('usr/bin/cat'), foreign);
  t.deepEqual([root.list('run'), root.list('usr/lib'), root.list('etc/initramfs-tools/hooks')], [[], [], []]);
});

test('a program of this machine in a RAM disk of another one is refused', (t) => {
  using root = new ForeignRoot(
    'cp /usr/bin/cat "$DESTDIR"\n/etc/initramfs-tools/hooks/zz-lent && cat /etc/hosts > "$2"\n',
  );
  t.is(root.finish().status, 1);
  t.deepEqual(root.list('boot'), []);
});
