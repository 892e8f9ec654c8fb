import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { damagedEntries, filesBelow } from './after-kill.ts';
import { httpFixture } from './http-fixture.ts';
import { TestProject, toyLayer } from './test-project.ts';
import { mountTiny } from './tiny-file-system.ts';

/**
 * Script for `runWithMounts`: builds three megabytes with one of the project's folders on a file system of one megabyte,
 * then again after it has grown. With `stuffed` not a byte is free there at the start. Prints what both calls gave.
 */
const [parent = '', folder = '', stuffed = ''] = process.argv.slice(2);
const body = Buffer.alloc(3_000_000);
for (let at = 0; at < body.length; at += 4) body.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at);

await using server = await httpFixture();
server.serve('/big', { kind: 'file', body, range: true });
const sum = (await import('../../engine/base/sha256.ts')).sha256(body);
await using project = new TestProject({}, parent);
const small = join(project.path, folder);
mkdirSync(small, { recursive: true });
mountTiny(small);
const recipe = `SRC_URI = "${server.url}/big"\nSRC_URI[sha256sum] = "${sum}"\nBB_FETCH_RETRIES = "0"\ndo_compile() {\n    cp big result\n}\n`;
for (const [name, text] of Object.entries({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': recipe }))
  project.write(name, text);
if (stuffed !== '')
  execFileSync('sh', ['-c', 'head -c 2000000 /dev/zero > "$1/stuffing" || true', 'sh', small], { stdio: 'ignore' });

const first = await project.run(['lib']);
const left = filesBelow(small).map((path) => path.slice(project.path.length + 1));
const damaged = damagedEntries(project);
execFileSync('mount', ['-o', 'remount,size=64m', small]);
const second = await project.run(['lib']);
const isRight = second.status === 0 && project.read('build/tmp/out/lib/result') === body.toString('utf8');
execFileSync('umount', [small]);
console.log(JSON.stringify({ first, left, damaged, second, isRight }));
