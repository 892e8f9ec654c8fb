import type { RecordedElf } from '../package/package-record.ts';
import type { Finding, PackageCheck, PackageFacts } from './facts.ts';

/** GNU word of an architecture -> `e_machine`, width and byte order of its programs. */
const machines: Readonly<Record<string, string>> = {
  x86_64: '64-little-62',
  aarch64: '64-little-183',
  ppc64le: '64-little-21',
  i686: '32-little-3',
  armv7l: '32-little-40',
  riscv64: '64-little-243',
  s390x: '64-big-22',
};

const isDebug = (path: string) => path.startsWith('usr/lib/debug/');
const shipped = (facts: PackageFacts) => facts.record.elves.filter((each) => !isDebug(each.path));
const isLinked = (elf: RecordedElf) => elf.isDynamic && (elf.type === 2 || elf.type === 3);

function eachElf(facts: PackageFacts, find: (elf: RecordedElf) => Finding | undefined): readonly Finding[] {
  return shipped(facts).flatMap((elf) => find(elf) ?? []);
}

/** Checks of how programs and libraries were linked. */
export const elfChecks: readonly PackageCheck[] = [
  {
    name: 'arch',
    find(facts) {
      const wanted = machines[facts.recipe.plain('TARGET_ARCH')];
      return eachElf(facts, (elf) => {
        if (facts.record.architecture === 'all') {
          return { text: `\`/${elf.path}\` is for one architecture`, help: 'take `PACKAGE_ARCH = "all"` away' };
        }
        if (wanted === undefined || `${elf.bits}-${elf.endianness}-${elf.machine}` === wanted) return undefined;
        return {
          text: `\`/${elf.path}\` is for another machine than \`${facts.recipe.plain('TARGET_ARCH')}\``,
          help: 'a tool of the build was packaged, or the compiler was not that of the target',
        };
      });
    },
  },
  {
    name: 'rpaths',
    find: (facts) =>
      eachElf(facts, (elf) => {
        const bad = elf.runPaths.find((path) => facts.recipe.buildPaths.some((each) => path.startsWith(each)));
        if (bad === undefined) return undefined;
        return { text: `\`/${elf.path}\` looks for libraries in \`${bad}\``, help: 'link without that `-rpath`' };
      }),
  },
  {
    name: 'useless-rpaths',
    find(facts) {
      const standard = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', facts.recipe.plain('libdir')];
      return eachElf(facts, (elf) => {
        const useless = elf.runPaths.find((path) => standard.includes(path.replace(/\/+$/, '')));
        if (useless === undefined) return undefined;
        return { text: `\`/${elf.path}\` has the run path \`${useless}\`, where the linker looks anyway` };
      });
    },
  },
  {
    name: 'textrel',
    find: (facts) =>
      eachElf(facts, (elf) =>
        elf.hasTextRelocations
          ? { text: `\`/${elf.path}\` changes its own code when loaded`, help: 'compile it with `-fPIC`' }
          : undefined,
      ),
  },
  {
    name: 'ldflags',
    find: (facts) =>
      eachElf(facts, (elf) =>
        isLinked(elf) && !(elf.hasRelro && elf.bindsNow)
          ? { text: `\`/${elf.path}\` was linked without the flags of LDFLAGS`, help: 'have its makefile use LDFLAGS' }
          : undefined,
      ),
  },
  {
    name: 'libdir',
    find(facts) {
      const libdir = facts.recipe.plain('libdir').replace(/^\/+/, '');
      const folders = ['usr/lib', 'usr/lib64', 'lib', 'lib64'];
      return eachElf(facts, (elf) => {
        const folder = elf.path.slice(0, elf.path.lastIndexOf('/'));
        if (libdir === '' || elf.soname === undefined || folder === libdir || !folders.includes(folder))
          return undefined;
        return { text: `the library \`/${elf.path}\` is not in \`/${libdir}\`` };
      });
    },
  },
  {
    name: 'file-rdeps',
    find(facts) {
      const { packages, declared, vendor } = facts.recipe;
      return facts.record.needs.libraries.flatMap(({ soname, abi, path, isOwn }) => {
        const own = packages.some((record) =>
          record.elves.some((elf) => nameOf(elf) === soname && `${elf.bits}-${elf.endianness}-${elf.machine}` === abi),
        );
        const offered = declared.some((record) =>
          record.libraries.some((each) => each.soname === soname && each.abi === abi),
        );
        if (isOwn || own || offered || vendor.hasLibrary(soname)) return [];
        return [
          {
            text: `\`/${path}\` needs \`${soname}\`, which no declared package offers`,
            help: `add the recipe that makes \`${soname}\` to \`DEPENDS\`, or its package to the build root`,
          },
        ];
      });
    },
  },
];

function nameOf(elf: RecordedElf): string {
  return elf.soname ?? elf.path.slice(elf.path.lastIndexOf('/') + 1);
}
