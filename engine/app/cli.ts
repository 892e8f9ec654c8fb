import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { storeDiagnostic } from '../messages/stored-diagnostic.ts';
import { diagnosticText } from '../ui/diagnostic-text.ts';
import { projectDirectory } from './build-directory.ts';
import { exitCodes } from './exit-codes.ts';
import { helpText, type Options, parseOptions } from './options.ts';

type Command = (options: Options) => Promise<number>;

/** First words that are commands; everything else is a target to build. Loaded when used: start-up time counts. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  build: async () => (await import('./build-command.ts')).buildCommand,
  boot: async () => (await import('./commands/boot-command.ts')).bootCommand,
  lock: async () => (await import('./commands/lock-command.ts')).lockCommand,
  inspect: async () => (await import('./commands/inspect-command.ts')).inspectCommand,
  doctor: async () => (await import('./commands/doctor-command.ts')).doctorCommand,
};

/** Runs one call of stx-bake; gives its exit code. Nothing that a user did ends in a stack trace. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options.version) return say(`stx-bake ${version()}\n`);
    const [first] = options.words;
    if (options.help || first === undefined || first === 'help') return say(helpText);
    const named = Object.hasOwn(commands, first) ? commands[first] : undefined;
    const load = named ?? commands['build'];
    if (load === undefined) return exitCodes.internal;
    const command = await load();
    return await command(named === undefined ? options : { ...options, words: options.words.slice(1) });
  } catch (error) {
    return report(error);
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return exitCodes.ok;
}

function version(): string {
  return (JSON.parse(readFileSync(join(projectDirectory, 'package.json'), 'utf8')) as { version: string }).version;
}

function report(error: unknown): number {
  if (error instanceof StxError) {
    for (const each of error.diagnostics) {
      process.stderr.write(`${diagnosticText(storeDiagnostic(each), { base: process.cwd() })}\n`);
    }
    if (error.origin === 'input') return exitCodes.input;
    return error.origin === 'environment' ? exitCodes.environment : exitCodes.failed;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`stx-bake: internal error, please report this:\n${text}\n`);
  return exitCodes.internal;
}
