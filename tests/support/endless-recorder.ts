import { ManualClock, recorderFor, recordTask } from './recorded-build.ts';

/** A program that records tasks without end into the build directory of its first argument, to be killed. */
const clock = new ManualClock();
const recorder = recorderFor(process.argv[2] ?? '', { clock });
for (let index = 0; ; index++) {
  recordTask(recorder, { task: `r${index}:do_compile`, signature: `s${index}` }, clock);
  if (index === 500) process.stdout.write('writing\n');
}
