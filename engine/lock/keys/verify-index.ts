import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StxError } from '../../base/stx-error.ts';

const run = promisify(execFile);

/**
 * The primary keys whose good signature an index carries: inline, or detached with `content`. The keyring must hold only
 * what is believed. Throws StxError `lock-failed` when there is none; `name` is what a person knows the index by.
 */
export async function indexSigners(index: {
  readonly name: string;
  readonly keyring: string;
  readonly signed: string;
  readonly content?: string;
}): Promise<readonly string[]> {
  const files = index.content === undefined ? [index.signed] : [index.signed, index.content];
  const args = ['--status-fd', '1', '--keyring', index.keyring, ...files];
  const said = await run('gpgv', args, { env: { ...process.env, LC_ALL: 'C.UTF-8' } }).catch(
    (error: NodeJS.ErrnoException & { stdout?: string; stderr?: string }) => {
      if (error.code === 'ENOENT') throw noProgram(error);
      // Other keys may have signed besides.
      return { stdout: error.stdout ?? '', stderr: error.stderr ?? '' };
    },
  );
  const bad = /^\[GNUPG:\] BADSIG/m.test(said.stdout);
  const signers = [...said.stdout.matchAll(/^\[GNUPG:\] VALIDSIG (.*)$/gm)].map(([, text = '']) => text.split(' '));
  if (!bad && signers.length > 0) return [...new Set(signers.map((words) => words.at(-1) ?? ''))].sort();
  throw StxError.of('lock-failed', `the signature of ${index.name} is not good: ${said.stderr.trim()}`, {
    origin: 'environment',
    help: 'a mirror that is being updated gives this for minutes; if it stays, the mirror or its keyring is wrong',
  });
}

function noProgram(cause: unknown): StxError {
  return StxError.of('lock-failed', '`gpgv` is not installed on this host', {
    origin: 'environment',
    cause,
    help: 'install `gpgv`',
  });
}
