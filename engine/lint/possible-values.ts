import { parseExpansion } from '../language/expansion.ts';
import { baseName, fileTitle, type LintProject } from './lint-project.ts';

const mostValues = 2000;

/** Asks which values a text may get, by everything that the layers assign anywhere; not what it has in one configuration. */
export class PossibleValues {
  readonly #texts = new Map<string, Set<string>>();
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(project: LintProject) {
    const paths = project.files.map((each) => each.path);
    this.#add('PN', paths.filter((path) => path.endsWith('.bb')).map(fileTitle));
    for (const { statement } of project.files.flatMap(({ parsed }) =>
      parsed.statements.map((each) => ({ statement: each })),
    )) {
      if (statement.kind === 'assign') this.#add(baseName(statement.name.text), [statement.value.text]);
      if (statement.kind === 'include') this.#addFileNames(statement.path.text, paths);
    }
  }

  /** Every value of a variable, overrides and appended texts each for itself; of a cycle what is known so far. */
  of(name: string, depth = 0): ReadonlySet<string> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const values = new Set<string>();
    this.#known.set(name, values);
    for (const text of this.#texts.get(name) ?? []) {
      for (const value of this.expand(text, depth + 1)) if (values.size < mostValues) values.add(value);
    }
    return values;
  }

  /** What is assigned to a variable, as it is written. */
  texts(name: string): ReadonlySet<string> {
    return this.#texts.get(name) ?? new Set();
  }

  /** Every value that a text may have. */
  expand(text: string, depth = 0): readonly string[] {
    let values: readonly string[] = [''];
    for (const part of parseExpansion(text)) {
      const options = part.kind === 'literal' ? [part.text] : [...this.#optionsOf(part, depth)];
      const room = Math.max(1, Math.floor(mostValues / Math.max(1, options.length)));
      values = values.slice(0, room).flatMap((value) => options.map((option) => value + option));
    }
    return values;
  }

  /** Of an expression: the values of the variables that it names, as they are and with hyphens, and its texts. */
  #optionsOf(
    part: { readonly kind: string; readonly name?: string; readonly code?: string },
    depth: number,
  ): ReadonlySet<string> {
    if (depth > 6) return new Set(['']);
    if (part.name !== undefined) return this.of(part.name, depth);
    const literals = [...(part.code ?? '').matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)].map(
      (each) => each[1] ?? each[2] ?? '',
    );
    const values = literals.flatMap((each) => (this.#texts.has(each) ? [...this.of(each, depth)] : [each]));
    return new Set(['', ...values, ...values.map((each) => each.replaceAll('_', '-'))]);
  }

  #add(name: string, texts: readonly string[]): void {
    const known = this.#texts.get(name) ?? new Set();
    for (const each of texts) known.add(each);
    this.#texts.set(name, known);
  }

  /** `include conf/machine/${MACHINE}.conf`: the names of such files are values of the variable. */
  #addFileNames(path: string, paths: readonly string[]): void {
    const references = parseExpansion(path).filter((each) => each.kind === 'reference');
    const [reference] = references;
    if (reference === undefined || references.length > 1) return;
    const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const pattern = new RegExp(
      `/${literally(path.slice(0, reference.start))}([^/]+)${literally(path.slice(reference.end).trim())}$`,
    );
    this.#add(
      reference.name,
      paths.flatMap((each) => pattern.exec(each)?.[1] ?? []),
    );
  }
}
