import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How a program ended. */
export interface RootRun {
  readonly status: number | null;
  readonly output: string;
}

/** A root file system that a package manager of the host fills from one feed. */
export interface PackageRoot {
  readonly path: string;
  /** `install NAME...`, `upgrade`, `remove NAME...` of apt-get or dnf. */
  manage(...words: readonly string[]): RootRun;
  /** A program inside. */
  inside(...words: readonly string[]): RootRun;
}

/** User 0 with all ids, as installing packages wants it; plain when the caller is root. */
const asRoot = process.getuid?.() === 0 ? [] : ['unshare', '--user', '--map-root-user', '--map-auto', '--'];

function call(words: readonly string[], env: Readonly<Record<string, string>> = {}): RootRun {
  const [command = '', ...args] = [...asRoot, ...words];
  const path = '/usr/sbin:/usr/bin:/sbin:/bin';
  const run = spawnSync(command, args, { encoding: 'utf8', env: { PATH: path, LC_ALL: 'C.UTF-8', ...env } });
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

/** A plain file does for what scripts throw away. */
function fillDevices(path: string): void {
  mkdirSync(join(path, 'dev'), { recursive: true });
  writeFileSync(join(path, 'dev/null'), '');
}

/** An empty root whose apt trusts `feed-key.asc` of the feed alone. */
export function debRoot(directory: string, feed: string, codename: string): PackageRoot {
  const path = join(directory, 'deb-root');
  const folders = [
    'var/lib/dpkg/info',
    'var/lib/dpkg/updates',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
  ];
  for (const each of [
    ...folders,
    'etc/apt/preferences.d',
    'etc/apt/sources.list.d',
    'etc/apt/apt.conf.d',
    'var/log/apt',
    'tmp',
  ]) {
    mkdirSync(join(path, each), { recursive: true });
  }
  writeFileSync(join(path, 'var/lib/dpkg/status'), '');
  fillDevices(path);
  writeFileSync(
    join(path, 'etc/apt/sources.list'),
    `deb [signed-by=${feed}/feed-key.asc] copy:${feed} ${codename} main\n`,
  );
  const configuration = join(directory, 'apt.conf');
  writeFileSync(
    configuration,
    [
      `Dir "${path}";`,
      'Dir::Bin::dpkg "/usr/bin/dpkg";',
      'Dir::Bin::apt-key "/usr/bin/apt-key";',
      'Dir::Bin::methods "/usr/lib/apt/methods";',
      `DPkg::Options { "--root=${path}"; "--force-unsafe-io"; "--force-confold"; };`,
      'DPkg::Path "";',
      'Dpkg::Use-Pty "false";',
      'APT::Sandbox::User "root";',
      'APT::Architecture "amd64";',
      'APT::Architectures { "amd64"; };',
      'APT::Get::Assume-Yes "true";',
      'APT::Install-Recommends "false";',
    ].join('\n'),
  );
  const apt = (...words: readonly string[]) => call(['apt-get', '-q', ...words], { APT_CONFIG: configuration });
  return {
    path,
    manage(...words) {
      const update = apt('-o', 'APT::Update::Error-Mode=any', 'update');
      return update.status === 0 ? apt(...words) : update;
    },
    inside: (...words) => call(['chroot', path, ...words]),
  };
}

/** An empty root whose dnf trusts `feed-key.asc` of the feed alone, for packages and index. */
export function rpmRoot(directory: string, feed: string): PackageRoot {
  const path = join(directory, 'rpm-root');
  fillDevices(path);
  const home = join(directory, 'home');
  mkdirSync(join(home, 'repos'), { recursive: true });
  writeFileSync(join(home, '.rpmmacros'), '%_dbpath /var/lib/rpm\n');
  const repository = [
    '[feed]',
    'name=feed',
    `baseurl=file://${feed}`,
    'gpgcheck=1',
    'repo_gpgcheck=1',
    `gpgkey=file://${feed}/feed-key.asc`,
  ];
  writeFileSync(join(home, 'repos/feed.repo'), `${repository.join('\n')}\n`);
  const settings = [
    `reposdir=${home}/repos`,
    `cachedir=${home}/cache`,
    `persistdir=${home}/state`,
    `logdir=${home}`,
    'install_weak_deps=False',
    'metadata_expire=0',
    'plugins=0',
  ].map((each) => `--setopt=${each}`);
  return {
    path,
    manage: (...words) =>
      call(['dnf', '-y', '--releasever=1', `--installroot=${path}`, ...settings, ...words], { HOME: home }),
    inside: (...words) => call(['chroot', path, ...words], { HOME: home }),
  };
}

/** The host's rpm on a root that `rpmRoot` made. */
export function rpmQuery(directory: string, ...words: readonly string[]): RootRun {
  return call(['rpm', `--root=${join(directory, 'rpm-root')}`, ...words], { HOME: join(directory, 'home') });
}

/**
 * A recipe of the few programs of the host that maintainer scripts call, with their libraries: what a root needs before
 * anything can be installed. It answers to the names by which both families ask for them.
 */
export function hostBaseRecipe(): string {
  const programs = ['sh', 'cat', 'chown', 'chmod', 'mkdir', 'rm', 'getent', 'groupadd', 'useradd', 'ldconfig', 'stat'];
  programs.push('update-alternatives', 'dpkg-statoverride');
  const paths = programs.map((name) => execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim());
  return [
    'SUMMARY = "Programs that scripts of packages call"',
    'DESCRIPTION = "They are those of the machine that runs the test."',
    'LICENSE = "CLOSED"',
    'inherit package',
    'INHIBIT_PACKAGE_STRIP = "1"',
    'do_install() {',
    '    install -d "${D}/usr/bin" "${D}/usr/sbin" "${D}/usr/lib64" "${D}/etc" "${D}/var/lib/dpkg/alternatives" "${D}/var/log" "${D}/tmp"',
    '    for name in bin sbin lib lib64; do ln -s "usr/$name" "${D}/$name"; done',
    `    for path in ${paths.join(' ')}; do`,
    '        case "$path" in /bin/*|/sbin/*) target="/usr$path" ;; *) target="$path" ;; esac',
    '        cp -L "$path" "${D}$target"',
    '        for library in $(ldd "$path" | grep -o \'/[^ ]*\'); do',
    '            install -D -m 0755 "$library" "${D}/usr${library#/usr}"',
    '        done',
    '    done',
    '    printf \'root:x:0:0:root:/root:/bin/sh\\n\' > "${D}/etc/passwd"',
    '    printf \'root:x:0:\\n\' > "${D}/etc/group"',
    '    printf \'root:*:1::::::\\n\' > "${D}/etc/shadow"',
    '    printf \'root:*::\\n\' > "${D}/etc/gshadow"',
    '    printf \'passwd: files\\ngroup: files\\n\' > "${D}/etc/nsswitch.conf"',
    '    printf \'/usr/lib64\\n/usr/lib/x86_64-linux-gnu\\n\' > "${D}/etc/ld.so.conf"',
    '}',
    'PACKAGES = "${PN}"',
    'FILES:${PN} = "/"',
    'RPROVIDES:${PN}:deb = "libc6 (= 99) passwd dash"',
    'RPROVIDES:${PN}:rpm = "/bin/sh shadow-utils /usr/sbin/update-alternatives"',
    'INSANE_SKIP = "file-rdeps ldflags buildpaths libdir arch license-exists"',
    '',
  ].join('\n');
}
