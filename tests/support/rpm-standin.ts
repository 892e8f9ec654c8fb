import type { AllOsWorld } from './all-os.ts';

/** Prints `NAME VERSION ARCHITECTURE` of each installed package, as manifests write them; needs a shell and rpm alone. */
export const rpmQuery =
  "rpm -qa --qf '%{NAME} %|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE} %{ARCH}\\n' | " +
  'while read -r name more; do [ "$name" = gpg-pubkey ] || echo "$name $more"; done';

/** What differs between the stand-ins of rpm systems. */
export interface StandInFacts {
  /** PYTHON_BASEVERSION of the packages, which are not those of the release. */
  readonly python: string;
  /** Name of the lock file. */
  readonly lock: string;
}

/** What a user of a mirror writes in the configuration of an rpm system, with the address and the key of the stand-in. */
export function standInLines(world: AllOsWorld, name: string, facts: StandInFacts): readonly string[] {
  return [
    `DISTRO = "${name}"`,
    `DISTRO_MIRROR = "file://\${TOPDIR}/deploy/standin/${name}"`,
    `DISTRO_KEYRING = "\${TOPDIR}/deploy/standin/${name}/RPM-GPG-KEY-standin"`,
    `DISTRO_KEYS = "${world.key}"`,
    `LOCK_FILE = "\${TOPDIR}/locks/${facts.lock}.lock"`,
    `PYTHON_BASEVERSION = "${facts.python}"`,
    '# There is no compiler in the stand-in.',
    'BUILD_ROOT_STANDIN = "mc::build-root"',
  ];
}

/** Makes the stand-in repository of a system, and the lock from it. */
export async function useStandIn(world: AllOsWorld, name: string, facts: StandInFacts): Promise<void> {
  await world.bake([`standin-${name}`]);
  world.configure(name, standInLines(world, name, facts));
  await world.bake(['lock', 'update', `mc:${name}`]);
}
