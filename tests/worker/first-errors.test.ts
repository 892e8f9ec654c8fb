import { readFileSync } from 'node:fs';
import test from 'ava';
import { FirstErrors } from '../../engine/worker/thread/first-errors.ts';

function errorsIn(log: string): readonly string[] {
  const errors = new FirstErrors();
  for (const line of log.split('\n')) errors.take(line);
  return errors.lines.map(({ line, text }) => `${line} ${text}`);
}

/** What tools write when they fail, and the lines that matter. */
const logs: readonly { readonly tool: string; readonly log: string; readonly errors: readonly string[] }[] = [
  {
    tool: 'gcc under make',
    log: [
      "make[1]: Entering directory '/stx/tmp/work/hello/1.0/hello'",
      'gcc -O2 -g -Wall -Werror=format-security -c -o main.o main.c',
      'In file included from main.c:2:',
      "util.h:7:12: warning: 'unused' defined but not used [-Wunused-function]",
      "main.c: In function 'main':",
      "main.c:9:5: error: implicit declaration of function 'frobnicate' [-Werror=implicit-function-declaration]",
      '    9 |     frobnicate(3);',
      '      |     ^~~~~~~~~~',
      'cc1: some warnings being treated as errors',
      'make[1]: *** [Makefile:5: main.o] Error 1',
      'make[1]: *** Waiting for unfinished jobs....',
      'make: *** [Makefile:2: all] Error 2',
    ].join('\n'),
    errors: [
      "6 main.c:9:5: error: implicit declaration of function 'frobnicate' [-Werror=implicit-function-declaration]",
      '7     9 |     frobnicate(3);',
      '8       |     ^~~~~~~~~~',
    ],
  },
  {
    tool: 'a missing header',
    log: 'gcc -c a.c\na.c:1:10: fatal error: pcap.h: No such file or directory\n    1 | #include <pcap.h>\n      |          ^~~~~~~~\ncompilation terminated.\nmake: *** [Makefile:3: a.o] Error 1',
    errors: [
      '2 a.c:1:10: fatal error: pcap.h: No such file or directory',
      '3     1 | #include <pcap.h>',
      '4       |          ^~~~~~~~',
    ],
  },
  {
    tool: 'the linker',
    log: [
      'gcc -o app main.o',
      "/usr/bin/ld: main.o: in function `main':",
      "/stx/tmp/work/app/main.c:4:(.text.startup+0x5): undefined reference to `missing'",
      'collect2: error: ld returned 1 exit status',
      'make: *** [Makefile:2: app] Error 1',
    ].join('\n'),
    errors: ["3 /stx/tmp/work/app/main.c:4:(.text.startup+0x5): undefined reference to `missing'"],
  },
  {
    tool: 'make without a rule',
    log: "make: Entering directory '/x'\nmake: *** No rule to make target 'all'.  Stop.",
    errors: ["2 make: *** No rule to make target 'all'.  Stop."],
  },
  {
    tool: 'make alone, where nothing better is known',
    log: "./generate > table.h\nmake: *** [Makefile:7: table.h] Error 3\nmake: *** Deleting file 'table.h'",
    errors: ['2 make: *** [Makefile:7: table.h] Error 3', "3 make: *** Deleting file 'table.h'"],
  },
  {
    tool: 'cmake',
    log: [
      '-- The C compiler identification is GNU 12.2.0',
      'CMake Error at CMakeLists.txt:7 (find_package):',
      '  By not providing "FindFoo.cmake" in CMAKE_MODULE_PATH this project has',
      '  asked CMake to find a package configuration file provided by "Foo", but',
      '  CMake did not find one.',
      '',
      '-- Configuring incomplete, errors occurred!',
    ].join('\n'),
    errors: [
      '2 CMake Error at CMakeLists.txt:7 (find_package):',
      '3   By not providing "FindFoo.cmake" in CMAKE_MODULE_PATH this project has',
      '4   asked CMake to find a package configuration file provided by "Foo", but',
      '5   CMake did not find one.',
    ],
  },
  {
    tool: 'ninja',
    log: [
      '[1/3] Building C object a.o',
      'FAILED: b.o ',
      '/usr/bin/cc -MD -o b.o -c ../b.c',
      "../b.c:3:1: error: expected identifier or '(' before '}' token",
      '    3 | }',
      '      | ^',
      'ninja: build stopped: subcommand failed.',
    ].join('\n'),
    errors: ["4 ../b.c:3:1: error: expected identifier or '(' before '}' token", '5     3 | }', '6       | ^'],
  },
  {
    tool: 'ninja whose command says nothing',
    log: '[1/2] Generating x\nFAILED: x \n/usr/bin/false\nninja: build stopped: subcommand failed.',
    errors: ['2 FAILED: x ', '4 ninja: build stopped: subcommand failed.'],
  },
  {
    tool: 'dpkg-deb',
    log: "dpkg-deb: error: failed to open package info file 'x/DEBIAN/control' for reading: No such file or directory",
    errors: [
      "1 dpkg-deb: error: failed to open package info file 'x/DEBIAN/control' for reading: No such file or directory",
    ],
  },
  {
    tool: 'apt in an image',
    log: [
      'Reading package lists...',
      'dpkg: dependency problems prevent configuration of stx-osal:',
      ' stx-osal depends on libpcap0.8 (>= 1.11); however:',
      '  Version of libpcap0.8 on system is 1.10.3-1.',
      'dpkg: error processing package stx-osal (--configure):',
      ' dependency problems - leaving unconfigured',
      'E: Sub-process /usr/bin/dpkg returned an error code (1)',
    ].join('\n'),
    errors: [
      '2 dpkg: dependency problems prevent configuration of stx-osal:',
      '3  stx-osal depends on libpcap0.8 (>= 1.11); however:',
    ],
  },
  {
    tool: 'a Python traceback',
    log: [
      'running build',
      'Traceback (most recent call last):',
      '  File "/usr/lib/python3/dist-packages/setuptools/__init__.py", line 87, in setup',
      '    return distutils.core.setup(**attrs)',
      '  File "setup.py", line 12, in read',
      '    return open(name).read()',
      "FileNotFoundError: [Errno 2] No such file or directory: 'README'",
      'error: subprocess-exited-with-error',
    ].join('\n'),
    errors: [
      '2 Traceback (most recent call last):',
      '3   File "/usr/lib/python3/dist-packages/setuptools/__init__.py", line 87, in setup',
      '4     return distutils.core.setup(**attrs)',
      '5   File "setup.py", line 12, in read',
      '6     return open(name).read()',
      "7 FileNotFoundError: [Errno 2] No such file or directory: 'README'",
      '8 error: subprocess-exited-with-error',
    ],
  },
  {
    tool: 'patch',
    log: 'patching file a.c\npatching file main.c\nHunk #1 succeeded at 10 (offset 2 lines).\nHunk #2 FAILED at 40.\n1 out of 2 hunks FAILED -- saving rejects to file main.c.rej',
    errors: ['4 Hunk #2 FAILED at 40.'],
  },
  {
    tool: 'configure',
    log: 'checking for gcc... gcc\nchecking for an error: none\nchecking for libpcap... no\nconfigure: error: libpcap is missing',
    errors: ['4 configure: error: libpcap is missing'],
  },
  {
    tool: 'a script',
    log: "rm: cannot remove 'old': No such file or directory\ngoing on\n/stx/task/run.do_x: line 12: frob: command not found",
    errors: [
      "1 rm: cannot remove 'old': No such file or directory",
      '3 /stx/task/run.do_x: line 12: frob: command not found',
    ],
  },
  {
    tool: 'a compiler that writes colours',
    log: '\u001b[1ma.c:1:1:\u001b[m \u001b[31;1merror:\u001b[m expected \u2018;\u2019',
    errors: ['1 a.c:1:1: error: expected \u2018;\u2019'],
  },
  {
    tool: 'nothing that went wrong',
    log: 'all fine\n0 errors\nerror.c compiled\ngcc -c error.c -o error.o',
    errors: [],
  },
];

for (const { tool, log, errors } of logs) {
  test(`the log of ${tool}: what went wrong is found`, (t) => {
    t.deepEqual(errorsIn(log), errors);
  });
}

/** Logs that these tools really wrote. */
const recorded: Readonly<Record<string, readonly string[]>> = {
  'gcc-make': [
    "3 main.c:5:5: error: implicit declaration of function 'frobnicate' [-Werror=implicit-function-declaration]",
    '4     5 |     frobnicate(3);',
    '5       |     ^~~~~~~~~~',
    "6 main.c:6:12: error: 'missing' undeclared (first use in this function)",
    '7     6 |     return missing;',
    '8       |            ^~~~~~~',
  ],
  'linker-library': ['3 /usr/bin/ld: cannot find -lnothere: No such file or directory'],
  'linker-symbol': ["3 l.c:(.text+0x5): undefined reference to `nowhere'"],
  patch: ['2 Hunk #1 FAILED at 1.', "4 can't find file to patch at input line 10"],
  'dpkg-deb': ["7 dpkg-deb: error: package name has characters that aren't lowercase alphanums or '-+.'"],
  'python-import': [
    '1 Traceback (most recent call last):',
    '2   File "<string>", line 1, in <module>',
    "3 ModuleNotFoundError: No module named 'nowhere_at_all'",
  ],
  'python-subprocess': [
    '1 Traceback (most recent call last):',
    '4   File "/build/s.py", line 3, in f',
    '5     subprocess.check_call(["false"])',
    '6   File "/usr/lib/python3.11/subprocess.py", line 413, in check_call',
    '7     raise CalledProcessError(retcode, cmd)',
    "8 subprocess.CalledProcessError: Command '['false']' returned non-zero exit status 1.",
  ],
  cmake: [
    '7 CMake Error at CMakeLists.txt:3 (find_package):',
    '8   By not providing "FindNoSuchThing.cmake" in CMAKE_MODULE_PATH this project',
    '9   has asked CMake to find a package configuration file provided by',
    '10   "NoSuchThing", but CMake did not find one.',
  ],
  ninja: [
    "8 main.c:6:12: error: 'missing' undeclared (first use in this function)",
    '9     6 |     return missing;',
    '10       |            ^~~~~~~',
  ],
};

for (const [name, errors] of Object.entries(recorded)) {
  test(`a recorded log, ${name}: what went wrong is found`, (t) => {
    t.deepEqual(errorsIn(readFileSync(new URL(`logs/${name}.log`, import.meta.url), 'utf8')), errors);
  });
}

test('of many errors the first three count, each once, and a tolerated failure before them does not', (t) => {
  const noise = ["cp: cannot stat 'x': No such file or directory"];
  const many = Array.from({ length: 40 }, (_, index) => `a.c:${index >> 1}:1: error: number ${index >> 1}`);
  t.deepEqual(errorsIn([...noise, ...many].join('\n')), [
    '2 a.c:0:1: error: number 0',
    '4 a.c:1:1: error: number 1',
    '6 a.c:2:1: error: number 2',
  ]);
});
