import { StxError } from '../../base/stx-error.ts';
import { compileFilePattern } from './file-pattern.ts';
import type { InstalledEntry } from './installed-tree.ts';
import { type PackageOrder, splitWords } from './package-order.ts';
import type { Account, Alternative } from './package-record.ts';

/** Accounts and groups that USERADD_PARAM and GROUPADD_PARAM of a package ask for, groups first. */
export function accountsOf(name: string, order: PackageOrder): readonly Account[] {
  if (!splitWords(order.plain('USERADD_PACKAGES')).includes(name)) return [];
  const read = (kind: Account['kind'], variable: string): readonly Account[] =>
    order
      .own(variable, name)
      .split(';')
      .map((each) => plainDollars(each.replace(/\s+/g, ' ').trim()))
      .filter((each) => each !== '')
      .map((text) => ({ kind, name: accountName(text, `${variable}:${name}`), arguments: text }));
  return [...read('group', 'GROUPADD_PARAM'), ...read('user', 'USERADD_PARAM')];
}

/** In single quotes a dollar of a password hash may have a backslash before it, as OpenEmbedded wants it. */
function plainDollars(text: string): string {
  return text.replace(/'[^']*'/g, (quoted) => quoted.replaceAll('\\$', '$'));
}

function accountName(text: string, variable: string): string {
  const name = text.split(' ').at(-1) ?? '';
  if (/^[a-z_][a-z0-9_-]*$/.test(name)) return name;
  throw StxError.of('bad-package-metadata', `\`${variable}\` does not end in the name of an account: \`${text}\``, {
    setting: { variable },
    help: 'write the options of useradd or groupadd, then the name; `;` between several',
  });
}

/** The alternatives of a package: ALTERNATIVE:name with the flags of ALTERNATIVE_LINK_NAME, _TARGET and _PRIORITY. */
export function alternativesOf(name: string, order: PackageOrder): readonly Alternative[] {
  return order.words('ALTERNATIVE', name).map((word) => {
    const link = order.flag('ALTERNATIVE_LINK_NAME', word) || `${order.plain('bindir') || '/usr/bin'}/${word}`;
    const base = order.plain('BPN').trim() || order.recipe;
    const target =
      order.flag('ALTERNATIVE_TARGET', word) || order.plain('ALTERNATIVE_TARGET').trim() || `${link}.${base}`;
    const priority = order.flag('ALTERNATIVE_PRIORITY', word) || order.plain('ALTERNATIVE_PRIORITY').trim() || '10';
    if (!/^\d+$/.test(priority)) {
      throw StxError.of(
        'bad-package-metadata',
        `the priority of the alternative \`${word}\` is no number: \`${priority}\``,
        {
          setting: { variable: `ALTERNATIVE_PRIORITY[${word}]` },
        },
      );
    }
    return { name: word, link, target, priority: Number(priority) };
  });
}

/** Units of a package, as class systemd names them. */
export function unitsOf(name: string, order: PackageOrder): readonly string[] {
  const packages = splitWords(order.plain('SYSTEMD_PACKAGES'));
  if (!packages.includes(name)) return [];
  const own = order.words('SYSTEMD_SERVICE', name);
  return own.length > 0 || packages.length > 1 ? own : splitWords(order.plain('SYSTEMD_SERVICE'));
}

/** Owners other than root: `PATTERN=user:group` words of FILE_OWNERS, the first that matches counts. */
export function ownerReader(name: string, order: PackageOrder): (entry: InstalledEntry) => string | undefined {
  const rules = order.words('FILE_OWNERS', name).map((word) => {
    const found = /^(\/[^=]*)=([a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*)$/.exec(word);
    if (found !== null) return { pattern: compileFilePattern(found[1] ?? ''), owner: found[2] ?? '' };
    throw StxError.of('bad-package-metadata', `\`FILE_OWNERS:${name}\` holds \`${word}\``, {
      setting: { variable: `FILE_OWNERS:${name}` },
      help: 'write `/path=user:group`',
    });
  });
  return (entry) => rules.find((rule) => rule.pattern.matches(entry.path))?.owner;
}

/** PACKAGE_LINTIAN_OVERRIDES: `tag [context] # reason`, ` ; ` or a new line between several. */
export function lintianOverridesOf(name: string, order: PackageOrder): readonly string[] {
  const lines = order
    .variable('PACKAGE_LINTIAN_OVERRIDES', name)
    .split(/\n|\s;\s/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  for (const line of lines) {
    if (/^[^#]+#\s*\S/.test(line)) continue;
    throw StxError.of('bad-package-metadata', `an override of lintian has no reason: \`${line}\``, {
      setting: { variable: `PACKAGE_LINTIAN_OVERRIDES:${name}` },
      help: 'write `tag # why this package is right as it is`',
    });
  }
  return lines;
}
