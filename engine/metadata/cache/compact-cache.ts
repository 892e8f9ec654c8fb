import {
  type CacheContent,
  inputsText,
  parseInputs,
  type StoredConfiguration,
  type StoredRecipes,
} from './cache-file.ts';
import { Numbering } from './numbering.ts';

/** Questions may grow to this many times their number before those that nobody asks any more are taken out. */
const tolerance = 1.5;
const slack = 500;

/** The same content; without questions and names that are no longer used, when they have become many. */
export function compactCache(content: CacheContent): CacheContent {
  const { questions } = content.files;
  if (content.compactSize === 0) return { ...content, compactSize: questions.length };
  if (questions.length <= content.compactSize * tolerance + slack) return content;
  const used = new Numbering();
  const question = (number: number): number => used.of(questions[number] ?? '');
  const names = new Numbering();
  const name = (number: number): number => names.of(content.names()[number] ?? '');
  const configurations = new Map(
    [...content.configurations].map(([key, each]) => [key, renumbered(each, { question, name })] as const),
  );
  const numbers = new Map(questions.map((text, number) => [text, number]));
  const paths = new Set(used.texts.map((text) => text.slice(1)));
  return {
    files: {
      questions: used.texts,
      answers: used.texts.map((text) => content.files.answers[numbers.get(text) ?? -1] ?? ''),
      stamps: Object.fromEntries(Object.entries(content.files.stamps).filter(([path]) => paths.has(path))),
    },
    names: () => names.texts,
    compactSize: used.texts.length,
    configurations: new Map([...configurations].map(([key, each]) => [key, withStates(each, content, names)])),
  };
}

interface Renumber {
  readonly question: (number: number) => number;
  readonly name: (number: number) => number;
}

function renumbered({ base, entries }: StoredConfiguration, { question, name }: Renumber): StoredConfiguration {
  const renumberedBase = { ...base, questions: base.questions.map(question) };
  const renumberedEntries = [...entries].map(([file, entry]) => {
    const stored = JSON.parse(entry.recipes) as StoredRecipes;
    const files = stored.files.map(([read, lookedFor]) => [read.map(question), lookedFor.map(question)] as const);
    const { all, ...inputs } = parseInputs(entry.inputs);
    const text = inputsText({
      questions: inputs.questions.map(question),
      names: inputs.names.map(name),
      overwritten: inputs.overwritten.map(name),
      all,
    });
    return [file, { recipes: JSON.stringify({ ...stored, files }), inputs: text }] as const;
  });
  return { base: renumberedBase, entries: new Map(renumberedEntries) };
}

/** The states of variables in the order of their new numbers. */
function withStates(configuration: StoredConfiguration, content: CacheContent, names: Numbering): StoredConfiguration {
  const { base, entries } = configuration;
  const before = new Map(content.names().map((name, number) => [name, number]));
  const { whole, withoutValue } = base.states();
  const moved = (states: readonly string[]): readonly string[] =>
    names.texts.map((name) => states[before.get(name) ?? -1] ?? '');
  const states = { whole: moved(whole), withoutValue: moved(withoutValue) };
  return { base: { ...base, states: () => states }, entries };
}
