import { resolve } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { storeDirectory } from './build-ports.ts';
import type { CommonCall } from './command-line/command-options.ts';
import { openQuestion } from './open-question.ts';

/** The store that a command is about: the one that it names, else SSTATE_DIR of the build directory. */
export async function askedStore(call: CommonCall & { readonly store: string | undefined }): Promise<string> {
  if (call.store !== undefined) return resolve(call.store);
  return storeDirectory((await openQuestion(call)).configuration('').base);
}

const sizeUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Bytes of `20G`, `500MB`, `1.5GiB`; `undefined` for no text. Throws StxError `bad-option`. */
export function parseSize(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgt]?i?)b?$/i.exec(text) ?? [];
  const factor = sizeUnits[unit.toLowerCase()];
  if (number !== undefined && factor !== undefined) return Math.round(Number(number) * factor);
  throw StxError.of('bad-option', `\`${option}\` cannot be \`${text}\``, {
    help: 'write a number with a unit: `500M`, `20G`, `1.5GiB`',
  });
}

const timeUnits: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7, w: 6.048e8 };

/** Milliseconds of `30d`, `12h`; `undefined` for no text. Throws StxError `bad-option`. */
export function parseTime(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([smhdw])$/i.exec(text) ?? [];
  const factor = timeUnits[unit.toLowerCase()];
  if (number !== undefined && factor !== undefined) return Number(number) * factor;
  throw StxError.of('bad-option', `\`${option}\` cannot be \`${text}\``, {
    help: 'write a number with a unit: `45m`, `12h`, `30d`, `8w`',
  });
}

/** Bytes for people: `0 bytes`, `12.3 MB`, `4.5 GB`. */
export function sizeText(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB'];
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}

/** `1 result`, `2 results`. */
export function countText(count: number, thing: string): string {
  return count === 1 ? `1 ${thing}` : `${count} ${thing}s`;
}
