import { StxError } from '../base/stx-error.ts';

/** A finished image file, as FILE.json beside it or its name alone tells. */
export interface ImageDescription {
  /** Absolute path of the image. */
  readonly path: string;
  readonly file: string;
  /** Without architecture and ending: `NAME` of `aarch64-NAME.iso`. */
  readonly name: string;
  /** GNU word of the architecture. */
  readonly arch: string;
  /** What is finer than the architecture, as `power9`; empty: any. */
  readonly platform: string;
  readonly format: string;
  /** All that FILE.json holds; empty without one. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** The architecture of images that do not name one. */
export const defaultArch = 'x86_64';

const otherWords: Readonly<Record<string, string>> = {
  'x86-64': 'x86_64',
  amd64: 'x86_64',
  x64: 'x86_64',
  arm64: 'aarch64',
  ppc64el: 'ppc64le',
};
const archPrefix = /^(x86_64|aarch64|ppc64le|i686|armv7l|riscv64|s390x)-(?=.)/;

/** The GNU word of an architecture that may be named as package managers or machines do it. */
export function archWord(word: string): string {
  const plain = word.toLowerCase();
  return otherWords[plain] ?? plain;
}

/** Whether the architecture stands before the name of the file. */
export function hasArchPrefix(file: string): boolean {
  return archPrefix.test(file);
}

/** The name of an image file without the architecture before it. */
export function withoutArch(file: string): string {
  return file.replace(archPrefix, '');
}

/** An image of which there is only the file: its name tells the architecture. */
export function describeByName(path: string): ImageDescription {
  const file = fileName(path);
  const arch = archPrefix.exec(file)?.[1] ?? defaultArch;
  return {
    path,
    file,
    name: withoutArch(file).replace(/(\.oci)?\.[a-z]+$/, ''),
    arch,
    platform: '',
    format: endingOf(file),
    details: {},
  };
}

/**
 * Reads FILE.json; `undefined` when it is JSON about something else. Throws StxError (`invalid-image-description`) for a
 * text that is no JSON.
 */
export function parseImageDescription(text: string, jsonPath: string): ImageDescription | undefined {
  const value = parseObject(text, jsonPath);
  const word = (key: string): string => (typeof value[key] === 'string' ? value[key].trim() : '');
  const file = word('file');
  if (file === '' || file.includes('/') || word('name') === '') return undefined;
  const path = `${jsonPath.slice(0, jsonPath.lastIndexOf('/') + 1)}${file}`;
  const named = describeByName(path);
  return {
    ...named,
    name: word('name'),
    arch: archWord(word('arch') || named.arch),
    platform: word('platform'),
    format: word('format') || named.format,
    details: value,
  };
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    throw StxError.of('invalid-image-description', `\`${path}\` is not JSON`, {
      cause: error,
      help: 'build the image anew, or remove the file: the image is then known by its name alone',
    });
  }
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function endingOf(file: string): string {
  return /((\.oci)?\.[a-z]+)$/.exec(file)?.[1]?.slice(1) ?? '';
}
