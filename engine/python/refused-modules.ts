import { RefusedClass } from './values/refused-class.ts';
import { PythonModule, type Value } from './values/value.ts';

/** What to write instead of modules that only compute, but that the interpreter has not. */
const instead: Readonly<Record<string, string>> = {
  dataclasses: 'write the class with `__init__`, or use `collections.namedtuple`',
  enum: 'write a class with constants, or a dict',
  datetime: 'the clock is no input of a recipe: take the date from a variable such as `SOURCE_DATE_EPOCH`',
  pathlib: 'use `os.path`',
  csv: 'use `split`',
  configparser: 'use `re` or `split`',
  io: 'collect the text in a list and join it',
  pprint: 'use `json.dumps` or `repr`',
  random: 'a recipe must give the same each time: compute the value with `hashlib`',
  secrets: 'a recipe must give the same each time: compute the value with `hashlib`',
  uuid: 'a recipe must give the same each time: compute the value with `hashlib`',
  decimal: 'use int or float',
  fractions: 'use int or float',
  struct: 'use `int.to_bytes` and `int.from_bytes`',
  statistics: 'use `sum`, `sorted` and `len`',
  heapq: 'use `sorted`',
  bisect: 'use `sorted`',
  inspect: 'use `callable`, `isinstance` and `hasattr`',
  logging: 'use `bb.note`, `bb.warn` and `bb.error`',
  warnings: 'use `bb.warn`',
  unicodedata: 'write the text in the form that is wanted',
  typing: 'leave the type out',
  sys: 'take what belongs to the machine from a variable',
  platform: 'take what belongs to the machine from a variable such as `BUILD_ARCH`',
  contextvars: 'use a variable of the datastore',
  weakref: 'keep the object itself',
  array: 'use a list',
  difflib: 'compare with `==`, or do it in a task',
  html: 'use `replace`',
  codecs: 'use `encode` and `decode`',
};

/** Modules whose members work with files, processes or the machine. */
const outside = new Set(
  [
    'argparse ast asyncio binascii bz2 concurrent ctypes email fcntl ftplib gc getpass gettext glob grp gzip hmac http',
    'importlib locale lzma magic mmap multiprocessing netrc optparse pickle psutil pty pwd queue resource select shutil',
    'signal site socket sqlite3 ssl stat subprocess sysconfig tarfile tempfile termios threading time timeit tokenize',
    'traceback unittest xml zipfile zlib',
  ].flatMap((line) => line.split(' ')),
);

/** A module that does no harm at the head of a file; a use of it says what to write instead. */
class RefusedModule extends PythonModule {
  override readonly advice: string;

  constructor(name: string, advice: string) {
    super(name, {});
    this.advice = advice;
  }
}

/** A module of Python that is known and not had, or a member of one; `undefined` for other names. */
export function refusedImport(name: string): Value | undefined {
  const [first = name] = name.split('.');
  const known = Object.hasOwn(instead, first) ? instead[first] : undefined;
  const outer = outside.has(first)
    ? 'code of recipes only computes while recipes are read: do this in a task'
    : undefined;
  const help = known ?? outer;
  if (help === undefined) return undefined;
  return name === first ? new RefusedModule(name, help) : new RefusedClass(name, help);
}
