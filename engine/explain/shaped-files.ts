import type { FileReader } from '../base/file-reader.ts';
import { SourceText } from '../base/source-text.ts';
import type { Statement } from '../language/statements.ts';
import { kindOfFile } from './file-statements.ts';
import { recipeParser } from './recipe-parser.ts';

/** What else the value of a variable decides, besides the texts that refer to it. */
export interface Shaped {
  /** Variables whose text holds the value itself, since `:=` put it there. */
  readonly baked: readonly string[];
  /** Files with a statement that reads something else with another value: `inherit`, OVERRIDES, dependencies, Python. */
  readonly files: ReadonlySet<string>;
}

/** Variables that choose what is read, which form of a value counts, or which tasks wait for which. */
const choosing = new Set([
  ...['OVERRIDES', 'FILESOVERRIDES', 'INHERIT', 'USER_CLASSES', 'BBCLASSEXTEND', 'BBMASK', 'BBFILES', 'BBPATH'],
  ...['DEPENDS', 'RDEPENDS', 'RRECOMMENDS', 'PROVIDES', 'RPROVIDES', 'PACKAGES', 'PN', 'PV', 'PE', 'FILESPATH'],
  ...['FILESEXTRAPATHS', 'COMPATIBLE_MACHINE', 'COMPATIBLE_HOST', 'LOCK_FILE', 'BB_BASEHASH_IGNORE_VARS'],
]);

const choosingStems = /^(?:PREFERRED_|VIRTUAL-RUNTIME_|BBMULTICONFIG|ASSUME_)/;
const choosingFlags = new Set([
  ...['depends', 'rdepends', 'mcdepends', 'deptask', 'rdeptask', 'recrdeptask', 'recideptask', 'recdeptask'],
  ...['norecrdeptask', 'runall', 'file-checksums', 'lock-root', 'noexec', 'builtin', 'nostamp', 'vardepvalue'],
]);

const mostNames = 40;

/** Follows a variable through the texts of metadata files, from assignment to assignment. */
export function shapedBy(name: string, paths: Iterable<string>, files: FileReader): Shaped {
  const texts = [...paths].map((path) => new MetadataText(path, files.readText(path) ?? ''));
  const shaped = new Set<string>();
  const baked = new Set<string>();
  const names = new Set([name]);
  for (const each of names) {
    for (const { path, effect } of texts.flatMap((text) => text.effectsOf(each))) {
      if (effect.shapes) shaped.add(path);
      if (effect.bakes && effect.name !== undefined) baked.add(effect.name);
      if (effect.name !== undefined && names.size < mostNames) names.add(effect.name);
    }
  }
  return { baked: [...baked], files: shaped };
}

/** A metadata file; it is parsed when it holds a name that is asked for. */
class MetadataText {
  readonly path: string;
  readonly #text: string;
  #statements: readonly Statement[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
  }

  effectsOf(name: string): readonly { readonly path: string; readonly effect: Effect }[] {
    if (!this.#text.includes(name)) return [];
    const pattern = new RegExp(`(?<![\\w-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`);
    this.#statements ??= recipeParser().parseRecipeFile(
      new SourceText(this.path, this.#text),
      kindOfFile(this.path),
    ).statements;
    return this.#statements.flatMap((statement) => {
      const effect = effectOf(statement, pattern);
      return effect === undefined ? [] : [{ path: this.path, effect }];
    });
  }
}

interface Effect {
  /** Another variable gets the value. */
  readonly name?: string;
  readonly shapes: boolean;
  readonly bakes?: boolean;
}

/** What a statement does with a name that its value mentions; `undefined`: nothing. */
function effectOf(statement: Statement, pattern: RegExp): Effect | undefined {
  switch (statement.kind) {
    case 'assign': {
      if (!pattern.test(statement.value.text)) return undefined;
      const name = statement.name.text.split(':')[0] ?? '';
      if (choosing.has(name) || choosingStems.test(name)) return { shapes: true };
      return { name, shapes: false, bakes: statement.operator === ':=' };
    }
    case 'assign-flag':
      return choosingFlags.has(statement.flag) && pattern.test(statement.value.text) ? { shapes: true } : undefined;
    case 'include':
      return mentioned(statement.path.text, pattern);
    case 'inherit':
      return mentioned(statement.classes.text, pattern);
    case 'add-task':
    case 'delete-task':
    case 'export-functions':
      return mentioned(statement.names.text, pattern);
    case 'function':
      return statement.anonymous ? mentioned(statement.body, pattern) : undefined;
    default:
      return undefined;
  }
}

function mentioned(text: string, pattern: RegExp): Effect | undefined {
  return pattern.test(text) ? { shapes: true } : undefined;
}
