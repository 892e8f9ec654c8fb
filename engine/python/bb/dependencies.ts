import { activeSession } from '../active-session.ts';
import { currentPlace } from '../datastore-access.ts';
import { orderTexts } from '../values/compare.ts';
import { native } from '../values/native.ts';
import { textOf, words } from '../values/text-methods.ts';
import { isTrue, PythonDict, PythonList, type Value } from '../values/value.ts';
import { raise } from './exceptions.ts';

/** The functions of `bb.utils` about texts such as `a (>= 1.0) b`. */
export function dependencyFunctions(): readonly ReturnType<typeof native>[] {
  return [
    native('explode_deps', 's', (text) => new PythonList([...withoutVersions(textOf(text))])),
    native('explode_dep_versions2', 's sort?', (text, sort = true) => {
      const found = [...withVersions(textOf(text))];
      if (isTrue(sort)) found.sort(([a], [b]) => orderTexts(a, b));
      return new PythonDict(found.map(([name, versions]) => [name, new PythonList([...versions])]));
    }),
    native('explode_dep_versions', 's', (text) => {
      const found = [...withVersions(textOf(text))].sort(([a], [b]) => orderTexts(a, b));
      for (const [name, versions] of found) if (versions.length > 1) warnSeveral(name, textOf(text));
      return new PythonDict(found.map(([name, versions]) => [name, versions[0] ?? null]));
    }),
    native('join_deps', 'deps commasep?', (deps = null, comma = true) =>
      deps instanceof PythonDict ? joined(deps).join(isTrue(comma) ? ', ' : ' ') : '',
    ),
  ];
}

/** Dependencies without their versions in parentheses. */
function* withoutVersions(text: string): Generator<string> {
  let inVersion = false;
  for (const word of words(text)) {
    if (word.startsWith('(')) inVersion = true;
    if (!inVersion) yield word;
    if (inVersion && word.endsWith(')')) inVersion = false;
  }
}

/** Names with their constraints, `>= 1.0` each, in the order in which they are named; a name counts for what follows. */
function withVersions(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const reader = new ConstraintReader(found);
  for (const word of words(text.replaceAll(',', ''))) reader.read(word);
  return found;
}

const relations = ['<=', '=<', '<<', '==', '!=', '>=', '=>', '>>', '<', '>', '='];

/** Reads word by word: a constraint may be spread over several. */
class ConstraintReader {
  readonly #found: Map<string, string[]>;
  #state: 'names' | 'relation' | 'version' = 'names';
  #name = '';
  #relation = '';
  #version = '';

  constructor(found: Map<string, string[]>) {
    this.#found = found;
  }

  read(word: string): void {
    let rest = word;
    if (rest.startsWith('(')) {
      this.#state = 'relation';
      rest = rest.slice(1).trim();
      if (rest === '') return;
    }
    if (this.#state === 'relation') {
      this.#state = 'version';
      const relation = relations.find((each) => rest.startsWith(each));
      if (relation === undefined) {
        raise(
          'bb.utils.VersionStringException',
          `Invalid version specification in "(${rest}" - invalid or missing operator`,
        );
      }
      this.#relation = relation;
      rest = rest.slice(relation.length);
      if (rest === '') return;
    }
    if (this.#state === 'version') this.#addVersion(rest);
    else this.#addName(rest);
  }

  #addName(name: string): void {
    this.#name = name;
    this.#version = '';
    this.#relation = '';
    if ((this.#found.get(name)?.length ?? 0) === 0) this.#found.set(name, []);
  }

  #addVersion(word: string): void {
    let part = word;
    if (part.endsWith(')')) {
      part = part.slice(0, -1);
      this.#state = 'names';
      if (this.#version !== '' && part !== '') this.#version += ' ';
    }
    if (part === '') return;
    this.#version += part;
    const known = this.#found.get(this.#name) ?? [];
    known.push(`${this.#relation} ${this.#version}`);
    this.#found.set(this.#name, known);
  }
}

function warnSeveral(name: string, text: string): void {
  activeSession().host?.log?.({
    level: 'warning',
    text: `explode_dep_versions(): \`${name}\` appears in \`${text}\` with different versions`,
    place: currentPlace(),
  });
}

function joined(dependencies: PythonDict): readonly string[] {
  return dependencies.entries().flatMap(([name, versions]) => {
    if (!isTrue(versions)) return [textOf(name)];
    const each: readonly Value[] = versions instanceof PythonList ? versions.items : [versions];
    return each.map((version) => `${textOf(name)} (${textOf(version)})`);
  });
}
