import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StxError } from '../../../base/stx-error.ts';
import type { InstalledEntry } from '../installed-tree.ts';
import { scriptNames } from '../package-order.ts';
import type { PackageRecord } from '../package-record.ts';
import { isDebVersion } from './deb-version.ts';

/** A member of the control archive. */
export interface ControlFile {
  readonly name: string;
  readonly content: string;
  readonly mode: number;
}

/** PackageRecord and its files -> what goes into the control folder. Throws `bad-package-metadata` for what deb does not allow. */
export async function debControlFiles(
  record: PackageRecord,
  tree: string,
  entries: readonly InstalledEntry[],
): Promise<readonly ControlFile[]> {
  checkNames(record);
  const files: ControlFile[] = [
    { name: 'control', content: controlText(record, entries), mode: 0o644 },
    { name: 'md5sums', content: await md5sums(tree, entries), mode: 0o644 },
  ];
  if (record.configurationFiles.length > 0) {
    files.push({ name: 'conffiles', content: `${record.configurationFiles.join('\n')}\n`, mode: 0o644 });
  }
  for (const name of scriptNames) {
    const body = record.scripts[name];
    if (body !== undefined) files.push({ name, content: scriptText(body), mode: 0o755 });
  }
  // The linker's cache is dpkg's affair: a trigger of the package that holds ldconfig.
  if (record.libraries.length > 0) {
    files.push({ name: 'triggers', content: 'activate-noawait ldconfig\n', mode: 0o644 });
  }
  return files.filter((each) => each.content !== '');
}

function checkNames(record: PackageRecord): void {
  if (!/^[a-z0-9][a-z0-9+.-]+$/.test(record.package)) {
    throw StxError.of('bad-package-metadata', `\`${record.package}\` is not a name that deb allows`, {
      help: `set \`PKG:${record.name}\` to one of lower-case letters, digits, \`+\`, \`-\` and \`.\`, at least two`,
    });
  }
  if (!isDebVersion(record.version)) {
    throw StxError.of('bad-package-metadata', `\`${record.version}\` is not a version that deb allows`, {
      help: 'it begins with a digit and holds letters, digits, `.`, `+`, `~` and `-`: see `PV`, `PR`, `PACKAGE_VERSION`',
    });
  }
}

function controlText(record: PackageRecord, entries: readonly InstalledEntry[]): string {
  const list = (elements: readonly string[]) => elements.join(', ');
  const fields: readonly (readonly [string, string])[] = [
    ['Package', record.package],
    ['Source', record.recipe === record.package ? '' : record.recipe],
    ['Version', record.version],
    ['Architecture', record.architecture],
    ['Maintainer', record.maintainer],
    ['Installed-Size', String(installedKibibytes(entries))],
    ['Depends', list(record.depends)],
    ['Recommends', list(record.recommends)],
    ['Suggests', list(record.suggests)],
    ['Conflicts', list(record.conflicts)],
    ['Replaces', list(record.replaces)],
    ['Provides', list(record.provides)],
    ['Section', record.section],
    ['Priority', 'optional'],
    ['Homepage', record.homepage],
  ];
  const lines = fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${oneLine(value)}\n`);
  return `${lines.join('')}Description: ${oneLine(record.summary)}\n${longDescription(record.description)}`;
}

/** As dpkg-gencontrol counts: files rounded up to KiB, everything else one each. */
function installedKibibytes(entries: readonly InstalledEntry[]): number {
  const seen = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    if (entry.kind === 'file' && seen.has(entry.identity)) continue;
    seen.add(entry.identity);
    total += entry.kind === 'file' ? Math.ceil(entry.sizeBytes / 1024) : 1;
  }
  return total;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function longDescription(text: string): string {
  const lines = text.trim() === '' ? [] : text.trim().split('\n');
  return lines.map((line) => (line.trim() === '' ? ' .\n' : ` ${line.trim()}\n`)).join('');
}

function scriptText(body: string): string {
  const text = body.endsWith('\n') ? body : `${body}\n`;
  return text.startsWith('#!') ? text : `#!/bin/sh\nset -e\n${text}`;
}

async function md5sums(tree: string, entries: readonly InstalledEntry[]): Promise<string> {
  const lines: string[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file') continue;
    const hash = createHash('md5');
    await pipeline(createReadStream(join(tree, entry.path)), hash);
    lines.push(`${hash.digest('hex')}  ${entry.path}\n`);
  }
  return lines.join('');
}
