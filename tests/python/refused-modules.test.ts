import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

const runtime = createPythonRuntime();

/** The message and the way out of the error that ends a body; what it left in RESULT when it ends by itself. */
function end(text: string): string {
  const datastore = createDatastore({ evaluator: runtime, given: {} });
  try {
    runtime.execute({ text, name: 'f' }, { datastore });
    return datastore.get('RESULT') ?? '';
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const [first] = error.diagnostics;
    return `${first?.code}: ${first?.message}; ${first?.help}`;
  }
}

const outside = 'code of recipes only computes while recipes are read: do this in a task';
const refused: readonly (readonly [string, string, string])[] = [
  ['import enum\nenum.Enum', '`enum.Enum`', 'write a class with constants, or a dict'],
  ['from enum import Enum\nclass A(Enum):\n    B = 1', '`enum.Enum`', 'write a class with constants, or a dict'],
  ['from enum import Enum\nEnum.x', '`enum.Enum.x`', 'write a class with constants, or a dict'],
  [
    'from dataclasses import dataclass\n@dataclass\nclass A:\n    b: int',
    '`dataclasses.dataclass`',
    'write the class with `__init__`, or use `collections.namedtuple`',
  ],
  [
    'from datetime import datetime\ndatetime.now()',
    '`datetime.datetime.now`',
    'the clock is no input of a recipe: take the date from a variable such as `SOURCE_DATE_EPOCH`',
  ],
  ['import pathlib\npathlib.Path("a")', '`pathlib.Path`', 'use `os.path`'],
  ['import subprocess\nsubprocess.run(["ls"])', '`subprocess.run`', outside],
  ['from shutil import copy\ncopy("a", "b")', '`shutil.copy`', outside],
  ['import logging\nlogging.info("x")', '`logging.info`', 'use `bb.note`, `bb.warn` and `bb.error`'],
];

for (const [text, name, help] of refused) {
  test(`${JSON.stringify(text)} says what to write instead`, (t) => {
    t.is(end(text), `unsupported-python: ${name} is not supported, in \`f\`; ${help}`);
  });
}

test('what is refused may be imported, and types may be compared with it', (t) => {
  const text = 'import subprocess, sys\nfrom pathlib import Path\nd.setVar("RESULT", str(isinstance("a", Path)))\n';
  t.is(end(text), 'False');
});

test('a member that a module of ours has not is named, not the module', (t) => {
  t.is(
    end('from collections import UserList'),
    'unsupported-python: `collections.UserList` is not supported, in `f`; ' +
      'write it with other functions of Python, or set the value in a variable',
  );
});

test('a class below a type that cannot have any says so', (t) => {
  t.is(
    end('class A(str):\n    pass'),
    'unsupported-python: a class below `str` is not supported, in `f`; keep the value in an attribute of the class',
  );
});

test('a source whose place only the fetcher knows, and downloads, are refused while recipes are read', (t) => {
  const fetch = 'u = "npm://registry.example/;package=x;version=1"\nf = bb.fetch2.Fetch([u], d)\n';
  t.regex(
    end(`${fetch}f.localpath(u)`),
    /^unsupported-python: the local path of a `npm` source while recipes are read/,
  );
  t.regex(end(`${fetch}f.download()`), /^unsupported-python: `download` of `bb.fetch2.Fetch` here/);
  t.regex(end(`${fetch}f.ud[u].method`), /^unsupported-python: `method` of the data of a `npm` source here/);
});
