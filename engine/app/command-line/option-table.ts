/** One option of a command. `long` is the name without dashes where it is not that of the table's key. */
export type OptionSpec = {
  readonly short?: string;
  readonly long?: string;
  readonly help: string;
} & (
  | { /** Given or not; how often is `count`. */ readonly kind: 'flag' | 'count' }
  | {
      /** One value, the last one given counts; all of them for `list`. */ readonly kind: 'text' | 'list';
      readonly value: string;
    }
);

/** Key in the values -> option. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** What a call gets for a table of options. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Key in keyof Table]: Table[Key]['kind'] extends 'flag'
    ? boolean
    : Table[Key]['kind'] extends 'count'
      ? number
      : Table[Key]['kind'] extends 'list'
        ? readonly string[]
        : string | undefined;
};

/** A value of any option. */
export type OptionValue = boolean | number | readonly string[] | string | undefined;

/** The name behind two dashes: `dryRun` is `dry-run` unless the table says otherwise. */
export function longName(key: string, spec: OptionSpec): string {
  return spec.long ?? key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Whether the option is followed by a value. */
export function takesValue(spec: OptionSpec): spec is OptionSpec & { readonly value: string } {
  return spec.kind === 'text' || spec.kind === 'list';
}
