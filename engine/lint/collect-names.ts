import { parseExpansion } from '../language/expansion.ts';
import type { Statement } from '../language/statements.ts';
import { taskTypeTable } from '../task-types/task-type-table.ts';
import { engineVariables } from './known-variables.ts';
import { baseName, type LintProject } from './lint-project.ts';
import { statementTexts } from './statement-texts.ts';

/** Which names the layers set and read. */
export interface NameTable {
  readonly set: ReadonlySet<string>;
  isRead(name: string): boolean;
  /** Classes and files that are inherited or required and that no file of the project is. */
  readonly missing: ReadonlyMap<string, readonly string[]>;
}

interface Reads {
  readonly names: Set<string>;
  /** Beginnings of names that code or references complete: `HOST_TOOL_` of `HOST_TOOL_${X}`. */
  readonly beginnings: Set<string>;
}

/** Reads every statement of the project once. */
export function collectNames(project: LintProject): NameTable {
  const set = new Set<string>();
  const reads: Reads = { names: new Set(), beginnings: new Set() };
  for (const statement of project.files.flatMap(({ parsed }) => parsed.statements)) {
    if ('name' in statement) set.add(baseName(nameOf(statement.name)));
    readStatement(statement, reads);
  }
  for (const name of builtInNames()) reads.names.add(name);
  const beginnings = [...reads.beginnings];
  return {
    set,
    isRead: (name) => reads.names.has(name) || beginnings.some((each) => name.startsWith(each)),
    missing: missingFiles(project),
  };
}

function nameOf(name: string | { readonly text: string }): string {
  return typeof name === 'string' ? name : name.text;
}

function readStatement(statement: Statement, reads: Reads): void {
  const isExported = statement.kind === 'export' || (statement.kind === 'assign' && statement.exported);
  if (isExported) reads.names.add(baseName(statement.name.text));
  if (statement.kind === 'assign-flag') for (const word of words(statement.value.text)) reads.names.add(word);
  // A row of the contract stands for whoever reads the answer.
  if (statement.kind === 'assign-flag' && statement.name.text === 'OS_CONTRACT') reads.names.add(statement.flag);
  for (const { kind, text } of statementTexts(statement)) {
    if (kind === 'python') readPython(text, reads);
    else readText(text, reads);
  }
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((each) => /^[A-Za-z_][\w.+-]*$/.test(each));
}

function readText(text: string, reads: Reads): void {
  for (const part of parseExpansion(text)) {
    if (part.kind === 'inline') readPython(part.code, reads);
    if (part.kind === 'reference') readReference(part.name, reads);
  }
}

function readReference(name: string, reads: Reads): void {
  const nested = name.indexOf('${');
  if (nested === -1) reads.names.add(baseName(name));
  else {
    readText(name, reads);
    const beginning = baseName(name.slice(0, nested));
    if (beginning !== '') reads.beginnings.add(beginning);
  }
}

const literal = /#[^\n]*|("""|'''|"|')((?:\\[\s\S]|(?!\1)[\s\S])*?)\1/g;

/** Any literal of Python code may name a variable, or begin its name. */
function readPython(code: string, reads: Reads): void {
  for (const [, quote, text = ''] of code.matchAll(literal)) {
    if (quote === undefined) continue;
    readText(text, reads);
    const [name = ''] = /^[A-Za-z_][\w.+-]*/.exec(text) ?? [];
    if (name === '') continue;
    if (/[_:-]$/.test(text) || text[name.length] === '%' || text[name.length] === '{') reads.beginnings.add(name);
    for (const word of words(text.replaceAll(':', ' '))) reads.names.add(word);
  }
}

/** What built-in tasks and the engine itself take. */
function builtInNames(): ReadonlySet<string> {
  const names = new Set(engineVariables);
  for (const type of taskTypeTable.values()) {
    for (const name of [...type.variables, ...type.unhashedVariables]) names.add(name);
    for (const name of type.perWord?.variables ?? []) names.add(name);
    if (type.perWord !== undefined) names.add(type.perWord.list);
    for (const { variable } of type.hashedFlags ?? []) names.add(variable);
  }
  return names;
}

/** Path of a file -> what it names that is not here: what that sets and reads cannot be known. */
function missingFiles(project: LintProject): ReadonlyMap<string, readonly string[]> {
  const classes = new Set(
    project.files.filter(({ path }) => path.endsWith('.bbclass')).map(({ path }) => fileTitleOfClass(path)),
  );
  const missing = new Map<string, readonly string[]>();
  for (const { path, parsed } of project.files) {
    const names = parsed.statements.flatMap((statement) => {
      if (statement.kind === 'inherit') {
        return words(statement.classes.text.replace(/\$\{[^}]*\}/g, '\0')).filter((each) => !classes.has(each));
      }
      if (statement.kind !== 'include' || statement.mode === 'include' || statement.path.text.includes('${')) return [];
      const wanted = `/${statement.path.text.trim()}`;
      return project.files.some((each) => each.path.endsWith(wanted)) ? [] : [statement.path.text.trim()];
    });
    if (names.length > 0) missing.set(path, names);
  }
  return missing;
}

function fileTitleOfClass(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1, -'.bbclass'.length);
}
