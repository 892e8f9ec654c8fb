import type { Datastore } from '../datastore/datastore.ts';
import { words } from './function-flags.ts';

/** A Python function that `addhandler` named. */
export interface HandlerFunction {
  readonly name: string;
  /** Full names of event classes (`[eventmask]`); empty means all. */
  readonly mask: ReadonlySet<string>;
}

/** The handlers of a recipe or configuration in the order in which they were added; metadata lists them in `__BBHANDLERS`. */
export function handlerFunctions(datastore: Datastore): readonly HandlerFunction[] {
  const names = new Set(words(datastore.getUnexpanded('__BBHANDLERS')));
  return [...names].map((name) => {
    const mask = words(datastore.flag(name, 'eventmask'));
    return { name, mask: new Set(mask.includes('*') ? [] : mask) };
  });
}

/** Those that an event is for. */
export function listeners(datastore: Datastore, event: string): readonly HandlerFunction[] {
  return handlerFunctions(datastore).filter(({ mask }) => mask.size === 0 || mask.has(event));
}
