import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';

/** What a program said, and how it ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program over the files of a lock's folder. */
export interface ToolCall {
  readonly command: readonly string[];
  /** Its working directory, which it may write. */
  readonly directory: string;
  readonly input?: string;
}

/**
 * Runs programs of rpm and dnf without network: in a bubblewrap over the root of tools when that is laid out, else those of
 * the host. Paths in the command must be relative to the directory. Throws StxError `lock-failed` when there is no such program.
 */
export async function runRpmTool(toolRoot: string, call: ToolCall): Promise<ProgramEnd> {
  const command = hasToolRoot(toolRoot) ? [...sandbox(toolRoot, call.directory), ...call.command] : call.command;
  const end = await runProgram(command, call, hasToolRoot(toolRoot) ? '/tmp/work' : call.directory);
  if (end !== undefined) return end;
  throw StxError.of('lock-failed', `\`${command[0]}\` is not installed on this host`, {
    origin: 'environment',
    help: 'lay out the root of tools (`stx-bake rpm-tools:do_unpack_root`), or install dnf and rpm on the host',
  });
}

/** Whether the root of rpm tools is laid out. */
export function hasToolRoot(toolRoot: string): boolean {
  return toolRoot !== '' && existsSync(join(toolRoot, 'usr/bin/rpmkeys'));
}

/** The root is seen read-only, entry by entry, since it need not have folders for what is mounted besides. */
function sandbox(root: string, directory: string): readonly string[] {
  const own = new Set(['dev', 'proc', 'sys', 'tmp']);
  const entries = readdirSync(root, { withFileTypes: true }).filter(({ name }) => !own.has(name));
  const binds = entries.flatMap((entry) => {
    const path = join(root, entry.name);
    return entry.isSymbolicLink()
      ? ['--symlink', readlinkSync(path), `/${entry.name}`]
      : ['--ro-bind', path, `/${entry.name}`];
  });
  return [
    ...['bwrap', '--unshare-all', '--die-with-parent', '--new-session', ...binds, '--dev', '/dev', '--proc', '/proc'],
    ...['--tmpfs', '/tmp', '--bind', directory, '/tmp/work', '--chdir', '/tmp/work'],
  ];
}

function runProgram(command: readonly string[], call: ToolCall, home: string): Promise<ProgramEnd | undefined> {
  const [program = '', ...args] = command;
  const env = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    // The rpm of some systems keeps a database there.
    HOME: home,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: call.directory, env, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = `${stderr}${text}`.slice(-20_000);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(call.input ?? '');
    child.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(undefined) : reject(error)));
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
