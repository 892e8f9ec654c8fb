import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { makeFunctionScript } from '../../engine/functions/shell-script.ts';
import { recipeDatastore, recipeProblems, type Selection } from '../support/os-layers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const stxImage = 'meta-stx/recipes-images/images/stx-image.bb';

/** A root of an image, and its functions run over it; programs that would run inside of it are recorded. */
class ImageRoot implements Disposable {
  readonly #directory = temporaryDirectory();
  readonly root = join(this.#directory.path, 'root');

  constructor() {
    this.file('etc/apt/keep', '');
    const chroot = '#!/bin/sh\n[ "$1" = "$ROOT" ] || exit 9\nshift\n';
    this.program(
      'chroot',
      `${chroot}if [ "$1" = dpkg-query ]; then cat "$ROOT/installed"; exit; fi\nprintf '<%s>' "$@" >> "$ROOT/ran"\n`,
    );
  }

  file(name: string, text: string): void {
    mkdirSync(dirname(join(this.root, name)), { recursive: true });
    writeFileSync(join(this.root, name), text);
  }

  read(name: string): string {
    return readFileSync(join(this.root, name), 'utf8');
  }

  /** Runs a function of stx-image with these lines of local.conf. */
  run(name: string, lines = '', system: Omit<Selection, 'lines'> = { distro: 'debian' }) {
    const work = this.#directory.path;
    const places = `IMAGE_ROOTFS:pn-stx-image = "${this.root}"\nWORKDIR:pn-stx-image = "${work}"\nIMAGE_DIR:pn-stx-image = "${this.root}"\n`;
    const datastore = recipeDatastore({ ...system, lines: `${places}${lines}` }, stxImage);
    const { text } = makeFunctionScript(name, datastore, { environment: {}, umask: '022' });
    const environment = {
      PATH: `${join(work, 'bin')}:/usr/bin:/bin`,
      ROOT: this.root,
      SOURCE_DATE_EPOCH: '1735689600',
    };
    const run = spawnSync('bash', ['--norc', '--noprofile', '-c', text], {
      env: environment,
      encoding: 'utf8',
      input: '',
    });
    return { status: run.status, output: run.stdout, errors: run.stderr };
  }

  [Symbol.dispose](): void {
    this.#directory[Symbol.dispose]();
  }

  program(name: string, text: string): void {
    const path = join(this.#directory.path, 'bin', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
}

test('without settings the image knows no repository', (t) => {
  using image = new ImageRoot();
  t.is(image.run('rootfs_sources').status, 0);
  t.false(existsSync(join(image.root, 'etc/apt/sources.list.d')));
});

test('the repositories of the vendor lie below IMAGE_MIRROR, whatever mirror the build took', (t) => {
  using image = new ImageRoot();
  const lines = [
    'IMAGE_MIRROR = "http://archive.example/debian"',
    'IMAGE_REPOSITORIES = "main updates security"',
    'IMAGE_REPOSITORY_URL[security] = "http://security.example/debian%20security"',
    'DISTRO_MIRROR = "http://build.example/mirror"',
  ];
  t.deepEqual(image.run('rootfs_sources', lines.join('\n')), { status: 0, output: '', errors: '' });
  const form = (url: string, suite: string) =>
    `Types: deb\nURIs: ${url}\nSuites: ${suite}\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n`;
  const read = (id: string) => image.read(`etc/apt/sources.list.d/debian-${id}.sources`);
  t.is(read('main'), form('http://archive.example/debian', 'bookworm'));
  t.is(read('updates'), form('http://archive.example/debian', 'bookworm-updates'));
  t.is(read('security'), form('http://security.example/debian%20security', 'bookworm-security'));
});

test('our feed comes with the key that signs it', (t) => {
  using image = new ImageRoot();
  image.file('key.asc', 'the key\n');
  const lines = `IMAGE_FEED_URL = "http://feed.example/x"\nIMAGE_FEED_KEY_FILE = "${image.root}/key.asc"\n`;
  t.is(image.run('rootfs_sources', lines).status, 0);
  t.is(
    image.read('etc/apt/sources.list.d/stx-feed.sources'),
    'Types: deb\nURIs: http://feed.example/x\nSuites: bookworm\nComponents: main\nSigned-By: /etc/apt/keyrings/stx-feed.asc\n',
  );
  t.is(image.read('etc/apt/keyrings/stx-feed.asc'), 'the key\n');
  t.is(statSync(join(image.root, 'etc/apt/keyrings/stx-feed.asc')).mode & 0o777, 0o644);
});

test('an image of rpm packages gets a .repo file, with the key that checks its packages', (t) => {
  using image = new ImageRoot();
  image.file('key.asc', 'the key\n');
  const lines = `IMAGE_FEED_URL = "http://feed.example/x"\nIMAGE_FEED_KEY_FILE = "${image.root}/key.asc"\nIMAGE_MIRROR = "http://c.example"\n`;
  t.is(image.run('rootfs_sources', lines, { distro: 'centos' }).status, 0);
  t.is(
    image.read('etc/yum.repos.d/stx-feed.repo'),
    '[stx-feed]\nname=stx-feed\nbaseurl=http://feed.example/x\nenabled=1\ngpgcheck=1\n' +
      'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-stx-feed\n',
  );
  t.is(image.read('etc/pki/rpm-gpg/RPM-GPG-KEY-stx-feed'), 'the key\n');
  t.regex(image.read('etc/yum.repos.d/centos-baseos.repo'), /^baseurl=http:\/\/c\.example\/BaseOS\/x86_64\/os$/m);
});

test('apt of the host takes the sources as they are written', (t) => {
  using image = new ImageRoot();
  image.file('var/lib/apt/lists/partial/keep', '');
  image.run('rootfs_sources', 'IMAGE_MIRROR = "http://archive.example/debian"\n');
  const options = ['-o', `Dir=${image.root}`, '-o', 'Dir::State::status=/dev/null', '-o', 'APT::Architecture=amd64'];
  const uris = execFileSync('apt-get', [...options, 'update', '--print-uris'], { encoding: 'utf8' });
  t.regex(uris, /^'http:\/\/archive\.example\/debian\/dists\/bookworm\/main\/binary-amd64\/Packages/m);
});

test('accounts are made by the programs of the image, in order, with hashes as they were written', (t) => {
  using image = new ImageRoot();
  const lines = [
    "HASH = '\\$6\\$salt\\$hash'",
    'EXTRA_USERS_PARAMS = " \\',
    '    groupadd -g 900 operators; \\',
    "    useradd -m -G operators -p '$6$salt$hash' sysadmin; \\",
    "    useradd -p '${HASH}' other; passwd-expire other; \\",
    '"',
  ];
  t.deepEqual(image.run('rootfs_extra_users', `${lines.join('\n')}\n`), { status: 0, output: '', errors: '' });
  t.is(
    image.read('ran'),
    '<groupadd><-g><900><operators><useradd><-m><-G><operators><-p><$6$salt$hash><sysadmin>' +
      '<useradd><-p><$6$salt$hash><other><passwd><--expire><other>',
  );
});

test('what is no command for accounts is refused', (t) => {
  using image = new ImageRoot();
  const { status, errors } = image.run(
    'rootfs_extra_users',
    'EXTRA_USERS_PARAMS = "useradd a; rm -rf /x; useradd b;"\n',
  );
  t.not(status, 0);
  t.regex(errors, /^EXTRA_USERS_PARAMS: "rm" is none of useradd, /);
  t.is(image.read('ran'), '<useradd><a>');
});

test('an image of .rpm packages leaves their files the times that rpm compares', (t) => {
  for (const [distro, said] of [
    ['debian', /^1735689600 (?!.*-mkfs-time)/],
    ['centos', /^none .* -mkfs-time 1735689600\n$/],
  ] as const) {
    using image = new ImageRoot();
    image.program('mksquashfs', 'echo "${SOURCE_DATE_EPOCH-none} $*" > "$ROOT/../packed"; : > "$2"\n');
    image.file('../rootfs-started', '');
    utimesSync(join(image.root, '../rootfs-started'), 1735689605, 1735689605);
    image.file('made', '');
    image.file('../output/installed', '');
    const lines = `IMAGE_KERNELS = ""\nROOTFS_OUTPUT:pn-stx-image = "${image.root}/../output"\n`;
    t.is(image.run('rootfs_pack', lines, { distro }).status, 0);
    t.regex(image.read('../packed'), said);
    t.is(statSync(join(image.root, 'made')).mtimeMs === 1735689600000, distro === 'centos');
  }
});

test('what is in an image of rpm packages is told by the rpm of the tools: the image need not have one', (t) => {
  using image = new ImageRoot();
  image.file('../rootfs-started', '');
  const rpm = (...cases: readonly string[]) =>
    image.program(
      'rpm',
      `[ "$1 $2 $3 $4" = "--root $ROOT --dbpath /var/lib/rpm" ] || exit 9\ncase "$5" in ${cases.join(' ;; ')} ;; esac\n`,
    );
  const installed = () => image.run('rootfs_installed', '', { distro: 'centos' });
  const said = "--query) printf 'gpg-pubkey\\t1\\nsed\\t4\\nbash\\t5\\n'";
  rpm('--verify) exit 0', said);
  t.deepEqual(installed(), { status: 0, output: 'bash\t5\nsed\t4\n', errors: '' });
  rpm("--verify) echo 'S.5....T. /usr/bin/sed'; exit 1", said);
  t.not(installed().status, 0);
  t.regex(installed().errors, /^S\.5\.{4}T\. \/usr\/bin\/sed\nrpm --verify finds what packages did not bring so/);
  rpm('--verify) exit 0', "--query) printf 'bash\\t5\\n'; exit 1");
  t.not(installed().status, 0, 'half an answer is none');
});

test('rpm leaves alone what is mounted in the root that it fills: an ordinary user could not change it', (t) => {
  using image = new ImageRoot();
  image.program('createrepo_c', 'exit 0\n');
  image.program('unshare', 'for word; do case "$word" in HOME=*) cat "${word#HOME=}/.rpmmacros" ;; esac; done\n');
  const { status, output } = image.run('rootfs_install_packages', '', { distro: 'centos' });
  t.is(status, 0);
  t.is(output, '%_dbpath /var/lib/rpm\n%_netsharedpath /dev:/proc:/sys\n');
  const modes = ['dev', 'proc', 'sys'].map((name) => statSync(join(image.root, name)).mode & 0o777);
  t.deepEqual(modes, [0o755, 0o555, 0o555]);
});

test('the licences of installed packages come from their copyright files', (t) => {
  using image = new ImageRoot();
  const doc = (name: string, text: string) => image.file(`usr/share/doc/${name}/copyright`, text);
  doc(
    'modern',
    'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nFiles: *\nLicense: GPL-2+\n text\n\nFiles: x\nLicense: Expat\n\nLicense: GPL-2+\n Text.\n',
  );
  doc('old', 'It is free.\nSee /usr/share/common-licenses/GPL-3 and /usr/share/common-licenses/LGPL-2.1.\n');
  doc('silent', 'Public domain.\n');
  const line = (status: string, name: string) => `${status}\t${name}\t1:1.0-1\tamd64\t12\n`;
  image.file(
    'installed',
    ['old', 'modern', 'silent', 'bare'].map((name) => line('installed', name)).join('') + line('config-files', 'gone'),
  );
  const { status, output } = image.run('rootfs_installed');
  t.is(status, 0);
  t.is(
    output,
    [
      'bare\t1:1.0-1\tamd64\t12288\t',
      'modern\t1:1.0-1\tamd64\t12288\tGPL-2+ AND Expat',
      'old\t1:1.0-1\tamd64\t12288\tGPL-3 AND LGPL-2.1',
      'silent\t1:1.0-1\tamd64\t12288\t',
      '',
    ].join('\n'),
  );
});

test('names of images: the system’s word, and the architecture before it but for x86_64', (t) => {
  const name = (distro: string, machine: string) => recipeDatastore({ distro, machine }, stxImage).get('IMAGE_FILE');
  t.is(name('debian', 'x86-64'), 'stx-debian.iso');
  t.is(name('ubuntu', 'x86-64'), 'stx-ubuntu.iso');
  t.is(name('centos', 'x86-64'), 'stx-centos.iso');
  t.is(name('clear', 'x86-64'), 'stx-clearlinux.iso');
  t.is(name('debian', 'arm64'), 'aarch64-stx-debian.iso');
  t.is(name('debian', 'power9'), 'ppc64le-stx-debian.iso');
});

test('an image has every kernel of its system, and starts the chosen one', (t) => {
  const kernels = (distro: string, lines = '') => recipeDatastore({ distro, lines }, stxImage).get('IMAGE_KERNELS');
  t.is(kernels('debian'), 'std rt');
  t.is(kernels('ubuntu'), 'std');
  const menu = (lines: string) => {
    using image = new ImageRoot();
    return image.run('image_grub_menu', lines).output;
  };
  t.regex(menu(''), /^set default="std"$/m);
  t.regex(menu('KERNEL_VARIANT = "rt"\n'), /^set default="rt"$/m);
  t.is(menu('').match(/^menuentry /gm)?.length, 2);
});

test('a machine without boot loader has no live image, and the reason is told', (t) => {
  const datastore = recipeDatastore({ distro: 'debian', machine: 'power9' }, stxImage);
  t.is(datastore.get('BOOT_METHODS'), 'none');
  t.regex(datastore.get('SKIP_REASON') ?? '', /^there is no boot loader for images of the machine power9/);
});

test('a kernel that the system has not is refused in an image, with the reason', (t) => {
  const problems = recipeProblems({ distro: 'ubuntu', lines: 'IMAGE_KERNELS:pn-stx-image = "std rt"\n' });
  const found = problems.find(({ code }) => code === 'invalid-value');
  t.is(found?.message, '`IMAGE_KERNELS` cannot hold `rt`');
  t.regex(found?.help ?? '', /^this system has std; rt: Ubuntu's real-time kernel comes with a subscription/);
});

test('the file beside an image says what it is, in JSON', (t) => {
  const about = (file: string, lines: string, system: Omit<Selection, 'lines'>) => {
    using image = new ImageRoot();
    image.file(file, 'bytes');
    t.deepEqual(image.run('image_description', lines, system), { status: 0, output: '', errors: '' });
    t.regex(image.read(`${file}.sha256`), new RegExp(`^[0-9a-f]{64}  ${file}\n$`));
    return JSON.parse(image.read(`${file}.json`)) as unknown;
  };
  const sha256 = createHash('sha256').update('bytes').digest('hex');
  t.deepEqual(about('stx-debian.iso', 'KERNEL_VARIANT = "rt"\n', { distro: 'debian' }), {
    ...{ name: 'stx-debian', file: 'stx-debian.iso', format: '', recipe: 'stx-image', arch: 'x86_64', platform: '' },
    ...{ machine: 'x86-64', distro: 'debian', distroVersion: '12', codename: 'bookworm', kernel: 'rt' },
    ...{ kernels: ['std', 'rt'], sizeBytes: 5, sha256 },
  });
  const power = about('ppc64le-stx-debian.iso', 'IMAGE_KERNELS:pn-stx-image = ""\n', {
    distro: 'debian',
    machine: 'power9',
  });
  t.like(power, { arch: 'ppc64le', platform: 'power9', machine: 'power9', kernel: '', kernels: [] });
});
