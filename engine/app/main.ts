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
const { main } = await import('./cli.ts');
process.exitCode = await main(process.argv.slice(2));
