import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** Variables that shell tasks find in their environment, in code point order. */
export function exportedVariables(datastore: Datastore): readonly string[] {
  return datastore.names().filter((name) => isExported(datastore, name));
}

/** Whether `[export]` of a variable says yes and `[unexport]` does not. BitBake: data.exported_keys. */
export function isExported(datastore: Datastore, name: string): boolean {
  const says = (flag: string): boolean => /^(1|y|yes|true)$/i.test(datastore.flag(name, flag) ?? '');
  return says('export') && !says('unexport');
}

/** Whether a name is a function, in shell or Python. */
export function isFunction(datastore: Datastore, name: string): boolean {
  return isSet(datastore.flagUnexpanded(name, 'func'));
}

/** Whether a name is a Python function. */
export function isPython(datastore: Datastore, name: string): boolean {
  return isFunction(datastore, name) && isSet(datastore.flagUnexpanded(name, 'python'));
}

/** The words of a list variable. */
export function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Whether a task does nothing, runs in every build or is user 0: as in BitBake the flag counts whatever it says (parsing warns of what is not `1`). */
export function isSwitchedOn(datastore: Datastore, task: string, flag: 'noexec' | 'nostamp' | 'fakeroot'): boolean {
  return datastore.flagUnexpanded(task, flag) !== undefined;
}

/** Whether a task may use the network. BitBake: utils.to_boolean. Throws StxError `invalid-value` for another word. */
export function hasNetwork(datastore: Datastore, task: string): boolean {
  const value = datastore.flag(task, 'network') ?? '';
  if (/^(?:y|yes|1|true)$/i.test(value)) return true;
  if (/^(?:n|no|0|false|)$/i.test(value)) return false;
  throw StxError.of('invalid-value', `\`${task}[network]\` is \`${value}\`, which is neither yes nor no`, {
    span: datastore.history(task).findLast((event) => event.flag === 'network')?.span,
    help: 'write `1` for a task that needs the network',
  });
}

/** Whether a varflag that is a switch is on. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
