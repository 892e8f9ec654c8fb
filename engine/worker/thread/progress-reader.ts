import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';

/** Reads how far a task has come from what it prints. */
export interface ProgressReader {
  take(chunk: Buffer): void;
  /** What is wrong with the flag. */
  readonly warnings: readonly StoredDiagnostic[];
}

/** Ways of colouring text, which may stand within a number. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they begin with one.
const colours = /\x1B\[[0-?]*[ -/]*[@-~]/g;
const longestLine = 4096;

/**
 * The flag `progress` of a shell task: `percent`, `percent:PATTERN` with the number as its group, `outof:PATTERN` with
 * two. The last one of what is printed at once counts. BitBake: build.create_progress_handler, progress.
 */
export function progressReader(
  { flag, task }: { readonly flag: string; readonly task: string },
  tell: (fraction: number) => void,
): ProgressReader {
  const pattern = patternOf(flag);
  if (pattern === undefined) {
    const known = '`percent`, `percent:PATTERN` and `outof:PATTERN` are known';
    const message = `\`${task}[progress]\` is \`${flag}\`, which is not read: ${known}`;
    return { take: () => undefined, warnings: [{ code: 'invalid-value', severity: 'warning', message }] };
  }
  let rest = '';
  let last = -1;
  return {
    warnings: [],
    take(chunk) {
      const text = rest + chunk.toString().replace(colours, '');
      rest = text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1).slice(-longestLine);
      const found = [...text.matchAll(pattern)].at(-1);
      const fraction = found === undefined ? Number.NaN : fractionOf(found, flag.startsWith('outof:'));
      if (Number.isNaN(fraction) || fraction === last) return;
      last = fraction;
      tell(fraction);
    },
  };
}

function fractionOf([, part, whole]: RegExpMatchArray, isOutOf: boolean): number {
  const value = isOutOf ? Number(part) / Number(whole) : Number(part) / 100;
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : Number.NaN;
}

/** `undefined` for a flag that says nothing that is understood. */
function patternOf(flag: string): RegExp | undefined {
  if (flag === 'percent') return /(\d+)%/g;
  const written = /^(?:percent|outof):(.+)$/s.exec(flag)?.[1];
  try {
    return written === undefined ? undefined : new RegExp(written.replaceAll('(?P<', '(?<'), 'gm');
  } catch {
    return undefined;
  }
}
