import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { type PackageOrder, splitWords } from './package-order.ts';
import type { LicenseText } from './package-record.ts';

/** A licence text with its content, as far as it was found. */
export interface FoundLicense {
  readonly text: LicenseText;
  readonly content: Buffer | undefined;
}

/**
 * Reads what LIC_FILES_CHKSUM names (`file://PATH;md5=..;beginline=..;endline=..`, relative to S) and takes the MD5 of the
 * whole file or of those lines, as BitBake metadata means it. Whether they are the expected ones, the package checks say.
 */
export async function readLicenseTexts(order: PackageOrder): Promise<readonly FoundLicense[]> {
  const found: FoundLicense[] = [];
  const names = new Set<string>();
  for (const entry of splitWords(order.plain('LIC_FILES_CHKSUM'))) {
    const [address = '', ...rest] = entry.split(';');
    const parameters = new Map(
      rest.map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
    );
    const path = /^file:\/\/(.+)$/.exec(address)?.[1];
    if (path === undefined) throw badEntry(entry);
    const content = await licenseContent(path, parameters, order);
    const expectedMd5 = parameters.get('md5') ?? '';
    if (content === undefined) found.push({ text: { source: path, expectedMd5 }, content });
    else {
      const actualMd5 = createHash('md5').update(content).digest('hex');
      found.push({ text: { source: path, expectedMd5, actualMd5, file: freeName(path, names) }, content });
    }
  }
  return found;
}

async function licenseContent(
  path: string,
  parameters: ReadonlyMap<string, string>,
  order: PackageOrder,
): Promise<Buffer | undefined> {
  const places = isAbsolute(path) ? [path] : [order.plain('S'), order.plain('WORKDIR')].map((each) => join(each, path));
  for (const place of places) {
    const whole = await readFile(place).catch(() => undefined);
    if (whole === undefined) continue;
    const [begin, end] = ['beginline', 'endline'].map((each) => Number.parseInt(parameters.get(each) ?? '', 10));
    if (!begin && !end) return whole;
    return lines(whole, begin || 1, end || Number.POSITIVE_INFINITY);
  }
  return undefined;
}

/** Lines of a text with their ends, the first is 1, both ends belong to it. */
function lines(whole: Buffer, begin: number, end: number): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let line = 1; at < whole.length && line <= end; line += 1) {
    const newline = whole.indexOf(10, at);
    const next = newline === -1 ? whole.length : newline + 1;
    if (line >= begin) parts.push(whole.subarray(at, next));
    at = next;
  }
  return Buffer.concat(parts);
}

function freeName(path: string, names: Set<string>): string {
  const base = path.replace(/^.*\//, '').replace(/[^A-Za-z0-9._+-]/g, '_');
  let name = base;
  for (let number = 2; names.has(name); number += 1) name = `${base}.${number}`;
  names.add(name);
  return name;
}

function badEntry(entry: string): StxError {
  return StxError.of('bad-package-metadata', `\`LIC_FILES_CHKSUM\` holds \`${entry}\``, {
    setting: { variable: 'LIC_FILES_CHKSUM' },
    help: 'write `file://PATH;md5=SUM`, perhaps with `;beginline=N;endline=N`',
  });
}
