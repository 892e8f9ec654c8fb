import type { BuildEvent } from './build-event.ts';

type Shape = (value: unknown) => boolean;

const text: Shape = (value) => typeof value === 'string';
const number: Shape = (value) => typeof value === 'number';

function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

function oneOf(...words: readonly string[]): Shape {
  return (value) => words.includes(value as string);
}

function listOf(shape: Shape): Shape {
  return (value) => Array.isArray(value) && value.every((each) => shape(each));
}

/** Members that it needs; further ones are left alone. */
function members(shapes: Readonly<Record<string, Shape>>): Shape {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(shapes).every(([name, shape]) => shape((value as Readonly<Record<string, unknown>>)[name]));
}

/** Objects that one member tells apart. */
function kinds(by: string, shapes: Readonly<Record<string, Readonly<Record<string, Shape>>>>): Shape {
  const known = new Map(Object.entries(shapes).map(([kind, each]) => [kind, members(each)]));
  return (value) => {
    const kind = (value as Readonly<Record<string, unknown>> | null | undefined)?.[by];
    return typeof kind === 'string' && (known.get(kind)?.(value) ?? false);
  };
}

const place = members({ path: text, line: number, column: number, lineText: text, length: number });
const diagnostic = members({
  code: text,
  severity: text,
  message: text,
  place: optional(place),
  related: optional(listOf(members({ place, message: text }))),
  help: optional(text),
  detail: optional(text),
});
const action = oneOf('run', 'restore');
const outcome = kinds('status', {
  ok: { durationMs: number, artifacts: listOf(members({ path: text })), warnings: listOf(diagnostic) },
  failed: { durationMs: number, diagnostics: listOf(diagnostic), logPath: text },
  cancelled: { durationMs: number },
});
const reason = kinds('kind', {
  'no-stamp': {},
  'signature-changed': {},
  'predecessor-ran-later': { predecessor: text },
  nostamp: {},
  forced: {},
  'not-in-cache': {},
  'artifact-missing': { path: text },
  'restore-failed': { message: text },
});
const holdReason = kinds('kind', {
  pressure: { of: oneOf('cpu', 'io', 'memory'), value: number, limit: number },
  load: { value: number, limit: number },
  memory: { task: text, neededBytes: number, freeBytes: number },
  'number-threads': { task: text, limit: number },
  'same-work': { task: text, as: text },
  weight: { task: text, needed: number, free: number },
});
const event = kinds('kind', {
  note: { text },
  diagnostic: { diagnostic },
  plan: {
    ...{ run: number, restore: number, upToDate: number, open: number, notNeeded: number },
    expectedMs: optional(number),
  },
  'task-started': { task: text, action, usualMs: optional(number) },
  'task-progress': { task: text, text, fraction: optional(number) },
  'task-finished': { task: text, action, outcome, leftMs: optional(number) },
  held: { reason: optional(holdReason) },
  'task-settled': { task: text, as: oneOf('up-to-date', 'restore', 'run'), leftMs: optional(number) },
  finished: { ran: number, restored: number, failed: number, durationMs: number },
});

/**
 * An event that somebody wrote down, if it is one that this version can show; a reason that is not known is left out, as
 * are further members by whoever reads it.
 */
export function knownEvent(value: unknown): BuildEvent | undefined {
  if (!event(value)) return undefined;
  const found = value as BuildEvent;
  if (found.kind === 'task-started' && found.reason !== undefined && !reason(found.reason)) {
    return { ...found, reason: undefined };
  }
  return found;
}
