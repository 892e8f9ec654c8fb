import type { Datastore } from '../datastore/datastore.ts';
import { exportedVariables } from './function-flags.ts';

const defaultPath = '/usr/sbin:/usr/bin:/sbin:/bin';

/** The whole environment of a task: its exported variables, and a PATH. */
export function environmentOf(datastore: Datastore): Readonly<Record<string, string>> {
  const environment: Record<string, string> = { PATH: defaultPath };
  for (const name of exportedVariables(datastore)) {
    const value = datastore.get(name);
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
