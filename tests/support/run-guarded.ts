import { runProcessGroup } from '../../engine/tasks/process-group.ts';

// Runs, for tests that kill this process: the sandbox program itself, with a sleep of the given length inside.
const [seconds = '', sandboxed = ''] = process.argv.slice(2);
const namespaces = ['--die-with-parent', '--new-session', '--unshare-pid', '--unshare-ipc', '--unshare-net'];
process.stdout.write('starting\n');
await runProcessGroup({
  command: sandboxed === 'sandboxed' ? 'bwrap' : 'sleep',
  args:
    sandboxed === 'sandboxed' ? [...namespaces, '--ro-bind', '/', '/', '--proc', '/proc', 'sleep', seconds] : [seconds],
  needsNamespaces: sandboxed === 'sandboxed',
  onOutput: (chunk) => process.stderr.write(chunk),
  signal: new AbortController().signal,
});
