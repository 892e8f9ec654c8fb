import { splitWords } from '../package/package-order.ts';
import type { PackageRecord } from '../package/package-record.ts';
import type { PackageCheck, RecipeCheck } from './facts.ts';
import { listed } from './file-checks.ts';

function holdsUnit({ entries }: PackageRecord, unit: string): boolean {
  return entries.some(({ path }) => path.endsWith(`/${unit}`));
}

/** Checks of what a recipe says of its packages. */
export const metadataChecks: readonly PackageCheck[] = [
  {
    name: 'pkgname',
    find: ({ record }) =>
      /^[a-z0-9][a-z0-9.+-]+$/.test(record.package)
        ? []
        : [
            {
              text: `the name holds more than lower-case letters, digits, \`.\`, \`+\` and \`-\``,
              help: `set \`PKG:${record.name}\``,
            },
          ],
  },
  {
    name: 'dev-deps',
    find({ record }) {
      if (/-(dev|dbg|staticdev)$/.test(record.name)) return [];
      const found = record.depends.flat().find(({ name }) => /-(dev|devel)$/.test(name));
      return found === undefined ? [] : [{ text: `it needs \`${found.name}\`, a package to build with` }];
    },
  },
  {
    name: 'unit-file',
    find: ({ record }) =>
      record.units
        .filter((unit) => !holdsUnit(record, unit) && !holdsUnit(record, unit.replace(/@.+(\.\w+)$/, '@$1')))
        .map((unit) => ({ text: `the unit \`${unit}\` is not in it`, help: 'see `SYSTEMD_SERVICE` and `FILES`' })),
  },
  {
    name: 'alternatives',
    find: ({ record }) =>
      record.alternatives
        .filter(({ target }) => !record.entries.some(({ path }) => `/${path}` === target))
        .map(({ name, target }) => ({
          text: `\`${target}\`, the target of the alternative \`${name}\`, is not in it`,
          help: `see \`ALTERNATIVE_TARGET[${name}]\``,
        })),
  },
  {
    name: 'unknown-owner',
    find({ record, recipe }) {
      const accounts = [...recipe.packages, ...recipe.declared].flatMap((each) => each.accounts);
      const owners = new Set(record.entries.flatMap(({ owner }) => owner ?? []));
      return [...owners].flatMap((owner) => {
        const [user = '', group = ''] = owner.split(':');
        const isUser =
          recipe.vendor.hasUser(user) || accounts.some((each) => each.kind === 'user' && each.name === user);
        const isGroup = recipe.vendor.hasGroup(group) || accounts.some((each) => each.name === group);
        if (isUser && isGroup) return [];
        return [{ text: `nothing makes the owner \`${owner}\``, help: 'inherit `useradd` and set `USERADD_PARAM`' }];
      });
    },
  },
  {
    name: 'unlisted-pkg-lics',
    find({ record, recipe }) {
      const words = (text: string) => splitWords(text.replace(/[&|()]/g, ' '));
      const known = new Set(words(recipe.plain('LICENSE')));
      const unknown = words(record.license).filter((each) => !known.has(each));
      if (unknown.length === 0) return [];
      return [{ text: `its licence ${listed(unknown)} is not among those of the recipe`, help: 'add it to `LICENSE`' }];
    },
  },
  {
    name: 'python-abi',
    find({ record, recipe }) {
      const wanted = recipe.plain('PYTHON_BASEVERSION');
      const other = record.needs.pythonVersions.find((each) => each !== '' && wanted !== '' && each !== wanted);
      return other === undefined ? [] : [{ text: `modules are for Python ${other}, the system has ${wanted}` }];
    },
  },
  {
    name: 'shebang-size',
    find: ({ record }) =>
      record.needs.interpreters
        .filter((path) => path.length > 125)
        .map((path) => ({ text: `the path of an interpreter is too long for the kernel: \`${path}\`` })),
  },
];

/** Checks of a recipe as a whole. */
export const recipeChecks: readonly RecipeCheck[] = [
  {
    name: 'installed-vs-shipped',
    find({ recipe, packages, plain }) {
      const { unshipped } = recipe;
      if (unshipped.length === 0) return [];
      const example = splitWords(plain('PACKAGES')).at(-1) ?? packages.at(-1)?.name ?? recipe.recipe;
      return [
        {
          text: `installed, but in no package: ${listed(unshipped, 20)}`,
          help: `add them to a package (\`FILES:${example}:append = " ${unshipped[0]}"\`), or remove them at the end of \`do_install\``,
        },
      ];
    },
  },
  {
    name: 'license-checksum',
    find: ({ packages, plain }) => {
      const texts = packages[0]?.licenseTexts ?? [];
      // What lies in a layer is under the layer's licence, or has its texts beside it.
      const isFetched = splitWords(plain('SRC_URI')).some((each) => /^(?!file:)[a-z]+:\/\//.test(each));
      if (packages.length > 0 && texts.length === 0 && isFetched && plain('LICENSE') !== 'CLOSED') {
        return [
          {
            text: '`LIC_FILES_CHKSUM` names no licence text of what was fetched',
            help: 'add `LIC_FILES_CHKSUM = "file://LICENSE;md5=SUM"`, for a file of S; `LICENSE = "CLOSED"` needs none',
          },
        ];
      }
      return texts.flatMap(({ source, expectedMd5, actualMd5 }) => {
        if (actualMd5 === undefined) {
          return [
            { text: `the licence \`${source}\` is not there`, help: 'see `LIC_FILES_CHKSUM`; its paths begin at S' },
          ];
        }
        if (actualMd5 === expectedMd5) return [];
        return [
          {
            text: `the licence \`${source}\` has changed: its MD5 is ${actualMd5}, not ${expectedMd5 || 'set'}`,
            help: 'read it, see whether `LICENSE` still holds, and set the new sum in `LIC_FILES_CHKSUM`',
          },
        ];
      });
    },
  },
  {
    name: 'license-exists',
    find: ({ plain }) => (plain('LICENSE') === '' ? [{ text: 'no licence is named', help: 'set `LICENSE`' }] : []),
  },
];
