import { activeSession } from '../active-session.ts';
import { currentPlace } from '../datastore-access.ts';
import { datastoreObjectOf, datastoreOf } from '../datastore-object.ts';
import type { HostTasks } from '../engine-host.ts';
import { eventClasses } from '../events.ts';
import { NativeFunction, native } from '../values/native.ts';
import { UnsupportedConstruct } from '../values/python-error.ts';
import { textOf, words } from '../values/text-methods.ts';
import { isTrue, PythonList, PythonModule, PythonSet, PythonTuple, type Value } from '../values/value.ts';
import { exceptionsOf, raise } from './exceptions.ts';

/** `bb.build`: the tasks of the recipe that is being read, and calls of its Python functions. */
export function buildModule(): PythonModule {
  const functions = [
    native('addtask', 'task before after d', (task, before = null, after = null) => {
      const order = { before: entries(before), after: entries(after), place: currentPlace() };
      neededTasks('addtask').add({ name: textOf(task), ...order });
      return null;
    }),
    native('deltask', 'task d', (task) => {
      neededTasks('deltask').delete(textOf(task), currentPlace());
      return null;
    }),
    native(
      'tasksbetween',
      'task_start task_end d',
      (start, end) => new PythonList(between(textOf(start), textOf(end))),
    ),
    native('listtasks', 'd', () => new PythonTuple([...neededTasks('listtasks').names()])),
    native('preceedtask', 'task with_recrdeptasks d', (task, more, d) => {
      const tasks = neededTasks('preceedtask');
      const name = textOf(task);
      if (!tasks.names().includes(name)) return new PythonSet();
      const recursive = isTrue(more ?? false) ? words(datastoreOf(d).flag(name, 'recrdeptask') ?? '') : [];
      return new PythonSet([...tasks.before(name), ...recursive]);
    }),
    native('exec_func', 'func d dirs?', (name, d) => {
      const { host } = activeSession();
      if (host?.runFunction === undefined) {
        throw new UnsupportedConstruct('`bb.build.exec_func`', 'call the function, or do it in a task');
      }
      host.runFunction(textOf(name), datastoreObjectOf(d).writable());
      return null;
    }),
    refused('exec_task'),
    refused('make_stamp'),
    refused('write_taint'),
  ];
  const events = [...eventClasses()].filter(([name]) => name.startsWith('bb.build.'));
  return new PythonModule('bb.build', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    ...Object.fromEntries(events.map(([, cls]) => [cls.name, cls])),
    ...exceptionsOf('bb.build', ['FuncFailed']),
  });
}

function neededTasks(name: string): HostTasks {
  const { tasks } = activeSession().host ?? {};
  if (tasks !== undefined) return tasks;
  throw new UnsupportedConstruct(
    `\`bb.build.${name}\` here`,
    'only code that runs while a recipe is read may ask for its tasks',
  );
}

function entries(value: Value): readonly string[] {
  return value === null ? [] : words(textOf(value));
}

/** The tasks on the ways from `start` to `end`, each once, in the order in which the ways are found. */
function between(start: string, end: string): string[] {
  const tasks = neededTasks('tasksbetween');
  const names = [...tasks.names()].sort();
  const found = new Set<string>();
  const follow = (task: string, chain: readonly string[]): void => {
    if (chain.includes(task)) circular(task, chain);
    const way = [...chain, task];
    const next = task === end ? [] : names.filter((other) => other !== task && tasks.before(other).includes(task));
    for (const other of next) follow(other, way);
    for (const each of task === end ? way : []) found.add(each);
  };
  follow(start, []);
  return [...found];
}

function circular(task: string, chain: readonly string[]): never {
  const way = chain.join(' -> ');
  return raise('bb.BBHandledException', `Circular task dependencies as ${task} depends on itself via the chain ${way}`);
}

function refused(name: string): NativeFunction {
  return new NativeFunction(name, () => {
    throw new UnsupportedConstruct(`\`bb.build.${name}\``, 'the engine runs tasks and keeps their stamps');
  });
}
