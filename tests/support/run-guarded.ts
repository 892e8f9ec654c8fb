import { runProcessGroup } from '../../engine/tasks/process-group.ts';

// Runs, for tests that kill this process: the sandbox program itself, with a sleep of the given length inside.
const [seconds = '', kind = ''] = process.argv.slice(2);
const namespaces = ['--die-with-parent', '--new-session', '--unshare-pid', '--unshare-ipc', '--unshare-net'];
const never = new AbortController().signal;
// What runs later finds a server that runs already.
for (let round = 0; kind === 'later' && round < 2; round++)
  await runProcessGroup({ command: 'true', args: [], onOutput: () => undefined, signal: never });
process.stdout.write('starting\n');
await runProcessGroup({
  command: kind === 'sandboxed' ? 'bwrap' : 'sleep',
  args: kind === 'sandboxed' ? [...namespaces, '--ro-bind', '/', '/', '--proc', '/proc', 'sleep', seconds] : [seconds],
  needsNamespaces: kind === 'sandboxed',
  onOutput: (chunk) => process.stderr.write(chunk),
  signal: never,
});
