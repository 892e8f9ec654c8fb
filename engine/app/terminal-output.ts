import type { TextOutput } from '../ui/line-ui.ts';

/** Standard output as the user interface sees it. */
export function terminalOutput(): TextOutput {
  const { stdout } = process;
  return {
    isTerminal: stdout.isTTY === true && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb',
    columns: stdout.columns ?? 80,
    write: (text) => stdout.write(text),
  };
}
