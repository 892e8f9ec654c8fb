import type { PythonModule } from '../values/value.ts';
import { base64Module, hashlibModule } from './byte-modules.ts';
import { collectionsModule } from './collections.ts';
import { functoolsModule } from './functools.ts';
import { itertoolsModule } from './itertools.ts';
import { jsonModule } from './json-module.ts';
import { mathModule } from './number-modules.ts';
import { operatorModule } from './operator-module.ts';
import { copyModule, errnoModule, markerModules, typesModule } from './other-modules.ts';
import { regularExpressions } from './re.ts';
import { fnmatchModule, shlexModule, stringModule, textwrapModule } from './text-modules.ts';
import { urllibModule } from './url-module.ts';

/** The modules of Python's library that only compute; code has to import them. */
export function pureModules(): readonly PythonModule[] {
  return [
    ...[regularExpressions(), stringModule(), textwrapModule(), shlexModule(), fnmatchModule(), jsonModule()],
    ...[collectionsModule(), itertoolsModule(), functoolsModule(), operatorModule(), copyModule(), errnoModule()],
    ...[typesModule(), mathModule(), hashlibModule(), base64Module(), urllibModule(), ...markerModules()],
  ];
}
