import { posix } from 'node:path';
import { StxError } from '../../base/stx-error.ts';

/** A URI, or a pattern or replacement of one, in the three parts that mirror rules look at. */
export interface UriParts {
  readonly text: string;
  readonly type: string;
  readonly host: string;
  readonly path: string;
  /** In front of the host, with its `@`; what a rule matches does not include it. */
  readonly user: string;
  /** What stands behind the first `;`, with it. */
  readonly parameters: string;
}

/** A pattern or replacement with the variable that says it, for errors. */
interface UriWord extends UriParts {
  readonly variable: string;
}

/** A rule of PREMIRRORS or MIRRORS: where scheme, host and path all match, the replacement is tried. */
export interface MirrorRule {
  readonly pattern: UriWord;
  readonly replacement: UriParts;
}

/** A source as mirror rules see it. */
export interface MirroredSource {
  readonly url: string;
  /** The file that mirrors keep it as; absent for a repository. */
  readonly fileName?: string | undefined;
  /** The archive of a repository, which mirrors of another scheme keep. */
  readonly tarball?: string | undefined;
}

/** Reads a mirror list: words in pairs, a URI of regular expressions and its replacement (also split by `\n`). */
export function parseMirrors(text: string, variable: string): readonly MirrorRule[] {
  const words = text
    .replaceAll('\\n', ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length % 2 !== 0) throw badMirror({ text: words.at(-1) ?? '', variable }, 'has no replacement after it');
  const rules: MirrorRule[] = [];
  for (let index = 0; index < words.length; index += 2) {
    rules.push({
      pattern: parsePattern(words[index] ?? '', variable),
      replacement: parsePattern(words[index + 1] ?? '', variable),
    });
  }
  return rules;
}

/** The URLs that the rules make of a source, in their order. BitBake: fetch2, uri_replace. */
export function mirrorUrls(source: MirroredSource, rules: readonly MirrorRule[]): readonly string[] {
  const uri = splitUri(source.url);
  if (uri === undefined) return [];
  return rules.flatMap((rule) => applyRule(uri, source, rule) ?? []);
}

/** The name that BitBake gives a repository in DL_DIR, and BASENAME-like words in rules: host and path joined by dots. */
export function mirrorName(host: string, path: string): string {
  return `${host.replaceAll(':', '.')}${path.replace(/[/*]/g, '.').replace(/[ ()]/g, '_')}`.replace(/^\./, '');
}

function parsePattern(text: string, variable: string): UriWord {
  const parts = splitUri(text);
  if (parts === undefined) throw badMirror({ text, variable }, 'is not of the form `scheme://host/path`');
  return { ...parts, variable };
}

/** The scheme of a pattern may itself be an expression, as in `https?`. */
function splitUri(text: string): UriParts | undefined {
  const match = /^(.*?):\/\/([^/;@]*@)?([^/;]*)([^;]*)(.*)/.exec(text);
  if (match === null) return undefined;
  const [, type = '', user = '', host = '', path = '', parameters = ''] = match;
  return { text, type, user, host, path: path === '' ? '/' : path, parameters };
}

function applyRule(uri: UriParts, source: MirroredSource, rule: MirrorRule): string | undefined {
  const names: Readonly<Record<string, string>> = {
    TYPE: uri.type,
    HOST: uri.host,
    PATH: uri.path,
    BASENAME: source.fileName ?? posix.basename(uri.path),
    MIRRORNAME: mirrorName(uri.host, uri.path),
  };
  const swap = (part: 'type' | 'host' | 'path'): string | undefined => {
    const expression = compile(rule.pattern[part], part === 'type', rule.pattern);
    if (!expression.test(uri[part])) return undefined;
    const replacement = rule.replacement[part]
      .replace(/\\(\d)/g, '$$$1')
      .replace(/TYPE|HOST|PATH|BASENAME|MIRRORNAME/g, (name) => (names[name] ?? '').replaceAll('$', '$$$$'));
    return uri[part].replace(expression, replacement);
  };
  const type = swap('type');
  const host = swap('host');
  const path = swap('path');
  if (type === undefined || host === undefined || path === undefined) return undefined;
  const fileName = type === uri.type ? source.fileName : (source.tarball ?? source.fileName);
  const { user, parameters } = rule.replacement;
  if (fileName === undefined) return `${type}://${user}${host}${path}${parameters}`;
  return `${type}://${user}${host}${withFileName(path, posix.basename(uri.path), fileName)}`;
}

/** The name that the source has at its own place gives way to the one that mirrors keep it as. */
function withFileName(path: string, ownName: string, fileName: string): string {
  const last = posix.basename(path);
  if (last === fileName && !path.endsWith('/')) return path;
  return last === ownName && !path.endsWith('/')
    ? posix.join(posix.dirname(path), fileName)
    : posix.join(path, fileName);
}

function compile(expression: string, isWhole: boolean, word: UriWord): RegExp {
  try {
    return new RegExp(isWhole ? `^(?:${expression})$` : `^(?:${expression})`);
  } catch {
    throw badMirror(word, 'is not a regular expression');
  }
}

function badMirror({ text, variable }: Pick<UriWord, 'text' | 'variable'>, why: string): StxError {
  return StxError.of('bad-source-uri', `the entry \`${text}\` of ${variable} ${why}`, {
    setting: { variable, word: text },
    help: 'PREMIRRORS and MIRRORS hold pairs: a pattern, then its replacement',
  });
}
