import { redactText } from '../../../base/redact.ts';
import { StxError } from '../../../base/stx-error.ts';
import { runProcessGroup } from '../../process-group.ts';
import type { Variables } from '../sources.ts';
import { gitEnvironment } from './git-environment.ts';

/** How a call of git ended. */
export interface GitRun {
  readonly exitCode: number;
  /** Standard output alone. */
  readonly output: string;
  /** What it said besides. */
  readonly said: string;
}

/** A call of git. */
export interface GitCall {
  readonly args: readonly string[];
  readonly signal: AbortSignal;
  /** The repository. */
  readonly repository?: string | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Settings of proxies and credentials count, and the user's configuration: only for calls that reach a server. */
  readonly network?: Variables | undefined;
  /** What it says while it works. */
  onSaid?(text: string): void;
}

// Modes of files do not depend on who builds; standard error is kept apart from the output.
const script = 'umask 022; exec git "$@" 2>&3 3>&-';

/** Runs git to its end; the caller judges the exit code. Throws StxError when there is no git, the signal's reason when it fires. */
export async function runGit(call: GitCall): Promise<GitRun> {
  const output: Buffer[] = [];
  let said = '';
  const { repository, network } = call;
  const place = repository === undefined ? [] : [`--git-dir=${repository}`];
  const { exitCode } = await runProcessGroup({
    command: 'sh',
    args: ['-c', script, 'sh', ...fixedSettings, ...place, ...call.args],
    environment: { ...gitEnvironment(network), ...call.environment },
    onOutput: (chunk) => void output.push(chunk),
    onReport: (text) => {
      said += text;
      call.onSaid?.(text);
    },
    signal: call.signal,
  });
  call.signal.throwIfAborted();
  if (exitCode === 127) {
    throw StxError.of('missing-host-tools', '`git` is needed to fetch sources from git', { help: 'install `git`' });
  }
  return { exitCode, output: Buffer.concat(output).toString(), said };
}

/** The last lines of what git said, without its progress: why it failed. */
export function reasonOf({ said, exitCode }: GitRun): string {
  const lines = said
    .split(/[\r\n]+/)
    .filter(
      (line) => /^(fatal|error|remote|ssh|.*refused|.*denied)/i.test(line) && !/^remote: [A-Z]\w+ objects/.test(line),
    );
  const text = lines.map((line) => line.replace(/^(fatal|error): /, '').trim()).join('; ');
  return text === '' ? `git ended with exit code ${exitCode}` : redactText(text);
}

/** What the content of a checkout and the upkeep of a mirror depend on is not left to anybody's configuration. */
const fixedSettings = [
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['core.autocrlf', 'false'],
  ['core.symlinks', 'true'],
  ['core.fileMode', 'true'],
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['advice.detachedHead', 'false'],
  ['safe.directory', '*'],
].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
