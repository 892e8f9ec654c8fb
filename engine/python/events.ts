import type { WritableDatastore } from '../datastore/datastore.ts';
import { DatastoreObject } from './datastore-object.ts';
import { bindArguments } from './values/native.ts';
import { classOf, NativeMethod, objectClass, PythonClass, PythonInstance } from './values/python-class.ts';
import { typeNameOf, type Value } from './values/value.ts';

/** A class of events: its name, the class above it, and the parameters that become its attributes. */
type EventRow = readonly [name: string, base: string, parameters?: string];

/** The classes that metadata meets while files are read and tasks run, `bb.event` unless the name says otherwise. */
const rows: readonly EventRow[] = [
  ['Event', 'object', ''],
  ['HeartbeatEvent', 'Event', 'time'],
  ['OperationStarted', 'Event', 'msg?'],
  ['OperationCompleted', 'Event', 'total msg?'],
  ['OperationProgress', 'Event', 'current total msg?'],
  ['ConfigParsed', 'Event'],
  ['MultiConfigParsed', 'Event', 'mcdata'],
  ['RecipeEvent', 'Event', 'fn'],
  ['RecipePreDeferredInherits', 'RecipeEvent', 'fn inherits'],
  ['RecipePreFinalise', 'RecipeEvent'],
  ['RecipePostKeyExpansion', 'RecipeEvent'],
  ['RecipeTaskPreProcess', 'RecipeEvent', 'fn tasklist'],
  ['RecipeParsed', 'RecipeEvent'],
  ['BuildBase', 'Event', '_name _pkgs _failures?'],
  ['BuildInit', 'BuildBase'],
  ['BuildStarted', 'BuildBase'],
  ['BuildCompleted', 'BuildBase', 'total _name _pkgs _failures? interrupted?'],
  ['DiskFull', 'Event', 'dev type freespace mountpoint'],
  ['NoProvider', 'Event', 'item runtime? dependees? reasons? close_matches?'],
  ['MultipleProviders', 'Event', '_item _candidates runtime?'],
  ['ParseStarted', 'OperationStarted', 'total'],
  ['ParseProgress', 'OperationProgress', 'current total'],
  ['ParseCompleted', 'OperationCompleted', 'cached parsed skipped masked virtuals errors total'],
  ['CacheLoadStarted', 'OperationStarted', 'total'],
  ['CacheLoadProgress', 'OperationProgress', 'current total'],
  ['CacheLoadCompleted', 'OperationCompleted', 'total num_entries'],
  ['TreeDataPreparationStarted', 'OperationStarted'],
  ['TreeDataPreparationProgress', 'OperationProgress', 'current total'],
  ['TreeDataPreparationCompleted', 'OperationCompleted', 'total'],
  ['DepTreeGenerated', 'Event', '_depgraph'],
  ['ReachableStamps', 'Event', 'stamps'],
  ['StaleSetSceneTasks', 'Event', 'tasks'],
  ['MetadataEvent', 'Event', 'type _localdata'],
  ['ProcessStarted', 'Event', 'processname total'],
  ['ProcessProgress', 'Event', 'processname progress'],
  ['ProcessFinished', 'Event', 'processname'],
  ['SanityCheck', 'Event', 'generateevents?'],
  ['SanityCheckPassed', 'Event'],
  ['SanityCheckFailed', 'Event', '_msg network_error?'],
  ['NetworkTest', 'Event', 'generateevents?'],
  ['NetworkTestPassed', 'Event'],
  ['NetworkTestFailed', 'Event'],
  ['bb.build.TaskBase', 'Event', 'taskname fn logfile d'],
  ['bb.build.TaskStarted', 'bb.build.TaskBase', 'taskname fn logfile taskflags d'],
  ['bb.build.TaskSucceeded', 'bb.build.TaskBase'],
  ['bb.build.TaskFailed', 'bb.build.TaskBase', 'taskname fn logfile metadata errprinted?'],
  ['bb.build.TaskFailedSilent', 'bb.build.TaskBase'],
  ['bb.build.TaskInvalid', 'bb.build.TaskBase', 'taskname metadata'],
  ['bb.build.TaskProgress', 'Event', 'progress rate?'],
  ['bb.runqueue.runQueueTaskStarted', 'Event', 'task stats rq'],
  ['bb.runqueue.sceneQueueComplete', 'Event', 'stats rq'],
];

let classes: ReadonlyMap<string, PythonClass> | undefined;

/** The classes of events by their full names. */
export function eventClasses(): ReadonlyMap<string, PythonClass> {
  classes ??= makeClasses();
  return classes;
}

function makeClasses(): ReadonlyMap<string, PythonClass> {
  const made = new Map<string, PythonClass>();
  for (const [written, base, parameters] of rows) {
    const name = fullName(written);
    const dot = name.lastIndexOf('.');
    const start = parameters === undefined ? [] : [['__init__', startOf(written, parameters)] as const];
    made.set(
      name,
      new PythonClass({
        name: name.slice(dot + 1),
        module: name.slice(0, dot),
        bases: [made.get(fullName(base)) ?? objectClass],
        members: new Map<string, Value>([...start, ...extraMembers(name)]),
      }),
    );
  }
  return made;
}

function fullName(name: string): string {
  return name.includes('.') ? name : `bb.event.${name}`;
}

/** `__init__` that keeps each argument as the attribute of that name; what is left out is None. */
function startOf(name: string, parameters: string): NativeMethod {
  const attributes = parameters === '' ? [] : parameters.replaceAll('?', '').split(' ');
  return new NativeMethod('__init__', (self, given) => {
    const fields = fieldsOf(self);
    fields?.set('pid', 0n);
    const values = bindArguments(`${name}.__init__`, parameters, given);
    for (const [index, attribute] of attributes.entries()) fields?.set(attribute, values[index] ?? null);
    return null;
  });
}

function extraMembers(name: string): readonly (readonly [string, Value])[] {
  if (name !== 'bb.event.BuildBase') return [];
  const getter = (method: string, field: string) =>
    [method, new NativeMethod(method, (self) => fieldsOf(self)?.get(field) ?? null)] as const;
  return [getter('getName', '_name'), getter('getPkgs', '_pkgs'), getter('getFailures', '_failures')];
}

function fieldsOf(value: Value): Map<string, Value> | undefined {
  return typeof value === 'object' ? value?.custom?.fields : undefined;
}

/** An event of a class (its name in full, or without `bb.event.`) with these attributes. */
export function createEvent(name: string, fields: Readonly<Record<string, Value>> = {}): Value {
  const cls = eventClasses().get(fullName(name)) ?? objectClass;
  return new PythonInstance(cls, new Map<string, Value>([['pid', 0n], ...Object.entries(fields)]));
}

/** What `[eventmask]` calls the class of an event. */
export function eventName(event: Value): string {
  const cls = classOf(event);
  return cls.module === '' ? typeNameOf(event) : `${cls.module}.${cls.name}`;
}

/** Gives an event the datastore that its handlers find in `e.data`. */
export function setEventData(event: Value, datastore: WritableDatastore): void {
  fieldsOf(event)?.set('data', new DatastoreObject(datastore));
}
