import { activeSession } from './active-session.ts';
import type { HostFacts, HostFiles } from './engine-host.ts';
import { UnsupportedConstruct } from './values/python-error.ts';

/** The files that running code may look at. Throws UnsupportedConstruct naming `construct` when there are none. */
export function neededFiles(construct: string): HostFiles {
  const { files } = activeSession().host ?? {};
  if (files !== undefined) return files;
  throw new UnsupportedConstruct(construct, 'code that only computes sees no files: pass the value in as a variable');
}

/** A fact about the machine. Throws UnsupportedConstruct naming `construct` when the engine does not tell it. */
export function neededFact<K extends keyof HostFacts>(name: K, construct: string): NonNullable<HostFacts[K]> {
  const value = activeSession().host?.facts?.[name];
  if (value !== undefined && value !== null) return value;
  throw new UnsupportedConstruct(
    construct,
    'its value differs from run to run: set it in a variable of the configuration',
  );
}
