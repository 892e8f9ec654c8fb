// A small process that starts programs for a large one: what fork costs grows with the memory of who calls it. Plain
// JavaScript without imports of ours, so that it starts at once and stays small. It ends with its engine, and what it
// started hears of that by the pipe that it holds (guarded-command.ts).
import { spawn } from 'node:child_process';

/** @type {Map<number, import('node:child_process').ChildProcess>} */
const running = new Map();

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.kind === 'spawn') start(message);
  else if (message.kind === 'end-input') running.get(message.id)?.stdin?.destroy();
  else if (message.kind === 'close') for (const stream of running.get(message.id)?.stdio ?? []) stream?.destroy();
});

function start({ id, command, args, cwd, env, pipes }) {
  const stdio = Array.from({ length: pipes }, () => 'pipe');
  const child = spawn(command, args, { cwd, env, detached: true, stdio });
  child.on('error', ({ code, message }) => tell({ kind: 'error', id, code, message }));
  if (child.pid === undefined) return;
  running.set(id, child);
  tell({ kind: 'started', id, pid: child.pid });
  for (const [number, stream] of child.stdio.entries()) {
    stream?.on('error', () => undefined);
    if (number > 0) forward(id, number, stream);
  }
  child.on('exit', () => tell({ kind: 'exit', id }));
  child.on('close', (code, signal) => {
    running.delete(id);
    tell({ kind: 'closed', id, code, signal });
  });
}

/** One piece at a time: a program that writes faster than it is read must wait. */
function forward(id, number, stream) {
  stream.on('data', (data) => {
    stream.pause();
    tell({ kind: 'data', id, number, data }, () => stream.resume());
  });
}

function tell(message, done = () => undefined) {
  if (process.connected) process.send(message, undefined, undefined, done);
}
