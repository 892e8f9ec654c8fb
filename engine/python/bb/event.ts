import { activeSession } from '../active-session.ts';
import { datastoreObjectOf } from '../datastore-object.ts';
import { eventClasses } from '../events.ts';
import { native } from '../values/native.ts';
import { classOf, PythonClass } from '../values/python-class.ts';
import { PythonModule } from '../values/value.ts';

/** `bb.event` and `bb.runqueue`: the classes of events, and `fire`. */
export function eventModules(): readonly PythonModule[] {
  const classes = [...eventClasses()];
  const inModule = (module: string) =>
    Object.fromEntries(classes.filter(([name]) => name.startsWith(`${module}.`)).map(([, cls]) => [cls.name, cls]));
  const fire = native('fire', 'event d', (event = null, d) => {
    activeSession().host?.fire?.(event, datastoreObjectOf(d).writable());
    return null;
  });
  const getName = native(
    'getName',
    'e',
    (event = null) => (event instanceof PythonClass ? event : classOf(event)).name,
  );
  return [
    new PythonModule('bb.event', { ...inModule('bb.event'), fire, getName }),
    new PythonModule('bb.runqueue', inModule('bb.runqueue')),
  ];
}
