import type { Call } from './command-options.ts';
import type { OptionTable, OptionValue } from './option-table.ts';

/** What `parseOptions` made of the arguments of a call. */
export interface ParsedCall {
  readonly words: readonly string[];
  readonly values: Readonly<Record<string, OptionValue>>;
}

/** A command: how it is called, what it is for, and what carries it out. */
export interface Command {
  /** The words that name it; empty for the command that builds targets. */
  readonly path: readonly string[];
  /** The words that follow, as shown: `NAME`, `[RECIPE]`. */
  readonly usage: string;
  readonly summary: string;
  /** Further lines of its help. */
  readonly details: readonly string[];
  /** How many words it takes. */
  readonly least: number;
  readonly most: number;
  readonly options: OptionTable;
  run(call: ParsedCall): Promise<number>;
}

/** A command as its table row writes it. */
export interface CommandSketch<Table extends OptionTable> {
  readonly name: string;
  readonly usage?: string;
  readonly summary: string;
  readonly details?: readonly string[];
  readonly options: Table;
  /** Loaded when called: start-up time counts. */
  readonly load: () => Promise<(call: Call<Table>) => Promise<number>>;
}

/** A row of the table of commands. */
export function command<Table extends OptionTable>(sketch: CommandSketch<Table>): Command {
  const usage = sketch.usage ?? '';
  const words = usage.split(' ').filter((each) => each !== '');
  return {
    path: sketch.name.split(' ').filter((each) => each !== ''),
    usage,
    summary: sketch.summary,
    details: sketch.details ?? [],
    least: words.filter((each) => !each.startsWith('[')).length,
    most: usage.includes('...') ? Number.POSITIVE_INFINITY : words.length,
    options: sketch.options,
    run: async ({ words: given, values }) => (await sketch.load())({ ...values, words: given } as Call<Table>),
  };
}
