import { activeSession } from '../active-session.ts';
import { currentPlace } from '../datastore-access.ts';
import type { MessageLevel } from '../engine-host.ts';
import { NativeFunction } from '../values/native.ts';
import { toText } from '../values/represent.ts';
import type { Value } from '../values/value.ts';
import { raise } from './exceptions.ts';

/** `bb.note`, `bb.warn` and so on: what they say goes to the engine with its place. */
export function messageFunctions(): readonly NativeFunction[] {
  return [
    says('plain', 'plain'),
    says('note', 'note'),
    says('verbnote', 'note'),
    says('warn', 'warning'),
    says('warnonce', 'warning-once'),
    says('error', 'error'),
    says('erroronce', 'error-once'),
    new NativeFunction('debug', ({ positional }) => say('debug', positional.slice(1))),
    new NativeFunction('fatal', ({ positional }) => raise('bb.BBHandledException', joined(positional))),
  ];
}

function says(name: string, level: MessageLevel): NativeFunction {
  return new NativeFunction(name, ({ positional }) => say(level, positional));
}

function say(level: MessageLevel, texts: readonly Value[]): null {
  activeSession().host?.log?.({ level, text: joined(texts), place: currentPlace() });
  return null;
}

function joined(texts: readonly Value[]): string {
  return texts.map((each) => toText(each)).join('');
}
