import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { storeDiagnostic } from '../messages/stored-diagnostic.ts';
import { diagnosticText } from '../ui/diagnostic-text.ts';
import { projectDirectory } from './build-directory.ts';
import { parseCommandLine } from './command-line/find-command.ts';
import { helpText } from './command-line/help-text.ts';
import { translateOldCommand } from './command-line/old-commands.ts';
import { exitCodes } from './exit-codes.ts';

/** Runs one call of stx-bake; gives its exit code. Nothing that a user did ends in a stack trace. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const request = parseCommandLine(inOurWords(args));
    if (request.kind === 'version') return say(`stx-bake ${version()}\n`);
    if (request.kind === 'manual') return say((await import('./command-line/man-page.ts')).manPage());
    if (request.kind === 'help') return say(helpText(request.path));
    return await request.command.run(request.call);
  } catch (error) {
    return report(error);
  }
}

/** Names of the former build systems are taken, and the new ones said. */
function inOurWords(args: readonly string[]): readonly string[] {
  const old = translateOldCommand(args);
  if (old === undefined) return args;
  for (const each of old.remarks) process.stderr.write(`stx-bake: ${each}\n`);
  process.stderr.write(`stx-bake: this is now: stx-bake ${old.args.join(' ')}\n`);
  return old.args;
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
