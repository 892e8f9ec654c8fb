import module from 'node:module';
import { fileURLToPath } from 'node:url';

const wantedMajor = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major !== wantedMajor) {
  console.error(
    `stx-bake: error: this is Node ${process.versions.node}, Node ${wantedMajor} is needed; start it with ./stx-bake`,
  );
  process.exit(3);
}
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/stx-bake', import.meta.url)));
let closedWith: number | undefined;
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (closedWith !== undefined) return;
    // Whoever read our output has gone: no reason for a message. 141 is what a shell gives for SIGPIPE.
    const isGone = error.code === 'EPIPE' || error.code === 'EIO';
    if (isGone && process.listenerCount('SIGHUP') > 0) {
      // A build is stopped as by a hang-up, and comes to its end.
      closedWith = error.code === 'EPIPE' ? 141 : 130; // exitCodes.closedOutput, exitCodes.interrupted
      process.emit('SIGHUP');
      return;
    }
    if (error.code === 'EPIPE') process.exit(141);
    if (stream === process.stdout) console.error(`stx-bake: error: writing standard output failed: ${error.message}`);
    process.exit(3);
  });
const { main } = await import('./cli.ts');
const status = await main(process.argv.slice(2));
process.exitCode = closedWith ?? status;
