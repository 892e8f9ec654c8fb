import { execFileSync } from 'node:child_process';
import test from 'ava';
import { processSpace } from '../../engine/net/process-mark.ts';

const module = new URL('../../engine/net/process-mark.ts', import.meta.url).href;
const program = `process.stdout.write((await import(${JSON.stringify(module)})).processSpace())`;
const ask = [process.execPath, '--input-type=module', '-e', program];

test('processes that see each other share a process space, those of another pid namespace do not', (t) => {
  const space = (...command: string[]) => execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' });
  t.regex(processSpace(), /^[0-9a-f]{8}$/);
  t.is(space(...ask), processSpace());
  const isolated = ['unshare', '--user', '--map-root-user', '--pid', '--fork', '--mount-proc'];
  const [one, other] = [space(...isolated, ...ask), space(...isolated, ...ask)];
  t.regex(one, /^[0-9a-f]{8}$/);
  t.not(one, processSpace());
  t.not(other, processSpace());
});
