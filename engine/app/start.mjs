// Plain JavaScript, so that what is stripped of types comes from the compile cache and the stripper is not loaded.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

module.enableCompileCache?.(fileURLToPath(new URL('../../node_modules/.cache/stx-bake', import.meta.url)));
// Our modules name each other by path, as do those of the packages with the most files: nothing has to be looked for,
// which saves a tenth of a millisecond for each.
const formats = new Map([
  ['.ts', 'module-typescript'],
  ['.js', 'module'],
]);
const isByPath = (parent) => !parent.includes('/node_modules/') || /\/node_modules\/@?chevrotain\//.test(parent);
module.registerHooks({
  resolve(specifier, context, next) {
    const format = specifier.startsWith('.') ? formats.get(specifier.slice(-3)) : undefined;
    if (format === undefined || !isByPath(context.parentURL)) return next(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, format, shortCircuit: true };
  },
});
await import('./main.ts');
