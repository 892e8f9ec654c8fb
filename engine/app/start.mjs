// Plain JavaScript, so that what is stripped of types comes from the compile cache and the stripper is not loaded.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/stx-bake', import.meta.url)));
await import('./main.ts');
