import { gzipSync } from 'node:zlib';
import type { PackageRecord } from '../../package/package-record.ts';
import type { WriteOrder } from '../write-order.ts';

/** A file that every package of the format has to bring, beside what the recipe installed. */
export interface AddedFile {
  /** Relative to the root. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** Licence texts that every system of the format has under /usr/share/common-licenses, by their first words. */
const commonLicenses: readonly (readonly [RegExp, string])[] = [
  [/^\s*Apache License\s+Version 2\.0/, 'Apache-2.0'],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 1/, 'GPL-1'],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 2/, 'GPL-2'],
  [/GNU GENERAL PUBLIC LICENSE\s+Version 3/, 'GPL-3'],
  [/GNU LIBRARY GENERAL PUBLIC LICENSE\s+Version 2/, 'LGPL-2'],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1/, 'LGPL-2.1'],
  [/GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3/, 'LGPL-3'],
  [/GNU Free Documentation License\s+Version 1\.3/, 'GFDL-1.3'],
  [/Mozilla Public License(?:,)? Version 2\.0/i, 'MPL-2.0'],
];

/** The same by SPDX words of LICENSE. */
const commonWords: readonly (readonly [RegExp, string])[] = [
  [/\bApache-2\.0\b/, 'Apache-2.0'],
  [/(?<!L)GPL-?(?:v)?2/, 'GPL-2'],
  [/(?<![LA])GPL-?(?:v)?3/, 'GPL-3'],
  [/LGPL-?(?:v)?2\.0/, 'LGPL-2'],
  [/LGPL-?(?:v)?2\.1/, 'LGPL-2.1'],
  [/LGPL-?(?:v)?3/, 'LGPL-3'],
  [/MPL-2\.0/, 'MPL-2.0'],
];

/** `copyright`: whence, under which terms, and the texts that the recipe names, but for those that the system has anyway. */
export function copyrightFile(
  record: PackageRecord,
  texts: readonly { readonly source: string; readonly content: string }[],
  place: string,
): AddedFile {
  const common = new Set(commonWords.flatMap(([word, name]) => (word.test(record.license) ? [name] : [])));
  const parts = [`This is ${record.package}, built from the recipe ${record.recipe}.\n`];
  if (record.homepage !== '') parts.push(`Upstream: ${record.homepage}\n`);
  parts.push(`Licence: ${record.license === '' ? 'unknown' : record.license}\n`);
  for (const { source, content } of texts) {
    const known = commonLicenses.find(([words]) => words.test(content.slice(0, 4000)));
    if (known !== undefined && content.split('\n').length > 100) common.add(known[1]);
    else parts.push(`--- ${source} ---\n\n${content.endsWith('\n') ? content : `${content}\n`}`);
  }
  for (const name of [...common].sort()) {
    parts.push(`The full text is in /usr/share/common-licenses/${name} on this system.\n`);
  }
  return { path: place, content: Buffer.from(parts.join('\n')) };
}

/** The changelog of the package (its name: DEB_CHANGELOG) as deb-changelog(5) has it: the one entry of a generated package. */
export function changelogFile(record: PackageRecord, order: WriteOrder): AddedFile {
  const suite = order.plain('DISTRO_CODENAME').trim() || 'stable';
  const text = [
    `${record.recipe.toLowerCase()} (${order.fullVersion}) ${suite}; urgency=medium`,
    '',
    `  * Built from the recipe ${record.recipe}, version ${record.version}.`,
    '',
    ` -- ${record.maintainer}  ${mailDate(order.sourceDateEpoch)}`,
    '',
  ].join('\n');
  const folder = `usr/share/doc/${record.package}`;
  return {
    path: `${folder}/${order.plain('DEB_CHANGELOG').trim() || 'changelog.gz'}`,
    content: gzipSync(text, { level: 9 }),
  };
}

/** The overrides of lintian, each with its reason before it. */
export function overridesFile(record: PackageRecord): AddedFile | undefined {
  if (record.lintianOverrides.length === 0) return undefined;
  const lines = record.lintianOverrides.map((line) => {
    const at = line.indexOf('#');
    return `# ${line.slice(at + 1).trim()}\n${record.package}: ${line.slice(0, at).trim()}\n`;
  });
  return { path: `usr/share/lintian/overrides/${record.package}`, content: Buffer.from(lines.join('')) };
}

/** Seconds since 1970 -> a date as RFC 5322 has it, in UTC. */
export function mailDate(seconds: number): string {
  return new Date(seconds * 1000).toUTCString().replace('GMT', '+0000');
}
