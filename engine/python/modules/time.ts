import { neededFact } from '../host-access.ts';
import { native } from '../values/native.ts';
import { typeError, valueError } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import { iterate, PythonModule, PythonTuple, toIndex, type Value } from '../values/value.ts';

/** `time`: the present is a fact that the engine may tell; the rest computes, all in UTC. */
export function timeModule(): PythonModule {
  const functions = [
    native('time', '', () => neededFact('now', '`time.time`')),
    native('gmtime', 'secs?', (seconds) => broken(given(seconds))),
    native('localtime', 'secs?', (seconds) => broken(given(seconds))),
    native('strftime', 'format t?', (format, time) => formatTime(textOf(format), moment(time))),
    native('mktime', 't', (time) => moment(time).getTime() / 1000),
  ];
  return new PythonModule('time', Object.fromEntries(functions.map((each) => [each.name, each])));
}

function given(seconds: Value | undefined): Date {
  if (seconds === undefined || seconds === null) return new Date(neededFact('now', '`time.gmtime`') * 1000);
  if (typeof seconds !== 'bigint' && typeof seconds !== 'number') throw typeError('a number of seconds is needed');
  return new Date(Number(seconds) * 1000);
}

/** Year, month, day, hour, minute, second, weekday (Monday is 0), day of the year, daylight saving. */
function broken(date: Date): Value {
  const weekday = (date.getUTCDay() + 6) % 7;
  const parts = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
  const rest = [date.getUTCMinutes(), date.getUTCSeconds(), weekday, dayOfYear(date), 0];
  return new PythonTuple([...parts, ...rest].map((each) => BigInt(each)));
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

function moment(time: Value | undefined): Date {
  if (time === undefined || time === null) return given(undefined);
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0] = [...iterate(time)].map(toIndex);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const fields: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => String(date.getUTCDate()).padStart(2, ' '),
  H: (date) => two(date.getUTCHours()),
  I: (date) => two(date.getUTCHours() % 12 || 12),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  a: (date) => (days[date.getUTCDay()] ?? '').slice(0, 3),
  A: (date) => days[date.getUTCDay()] ?? '',
  b: (date) => (months[date.getUTCMonth()] ?? '').slice(0, 3),
  B: (date) => months[date.getUTCMonth()] ?? '',
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  Z: () => 'UTC',
  z: () => '+0000',
  F: (date) => formatTime('%Y-%m-%d', date),
  T: (date) => formatTime('%H:%M:%S', date),
  '%': () => '%',
};

function formatTime(format: string, date: Date): string {
  return format.replace(/%(.)/gs, (written, letter: string) => {
    const field = fields[letter];
    if (field === undefined) throw valueError(`\`${written}\` is not known to time.strftime here`);
    return field(date);
  });
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
