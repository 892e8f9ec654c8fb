import test from 'ava';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import type { Run } from '../support/test-project.ts';
import { runWithMounts } from '../support/tiny-file-system.ts';

interface Told {
  readonly first: Run;
  readonly left: readonly string[];
  readonly damaged: readonly string[];
  readonly second: Run;
  readonly isRight: boolean;
}

/** A folder on a full file system, what is told, and the final names that may not be there. */
const places: readonly {
  readonly what: string;
  readonly folder: string;
  readonly stuffed?: boolean;
  readonly named: RegExp;
  readonly absent: RegExp;
}[] = [
  {
    what: 'the download folder',
    folder: 'build/downloads',
    named: /no space left .*build\/downloads\/big/,
    absent: /downloads\/big$/,
  },
  {
    what: 'the folder of temporary files',
    folder: 'build/tmp',
    named: /no space left .*build\/tmp/,
    absent: /out\/lib\/result$|work\/lib\/big$/,
  },
  {
    what: 'the sstate folder',
    folder: 'build/sstate',
    named: /no space left .*build\/sstate/,
    absent: /sstate\/(tmp|ac)\//,
  },
  { what: 'the build directory', folder: 'build', named: /no space left .*build\//, absent: /downloads\/big$/ },
  {
    what: 'a build directory without one free byte',
    folder: 'build',
    stuffed: true,
    named: /no space left .*build/,
    absent: /downloads\/|tmp\/|sstate\//,
  },
];

for (const { what, folder, stuffed, named, absent } of places) {
  test.serial(
    `a full disk under ${what} is named, nothing is half-written, and with more space the next run goes on`,
    (t) => {
      using directory = temporaryDirectory();
      const args = ['full-disk-build.ts', directory.path, folder, ...(stuffed === true ? ['stuffed'] : [])] as const;
      const { first, left, damaged, second, isRight } = JSON.parse(runWithMounts(...args)) as Told;
      t.true(first.status === 1 || first.status === 3, first.output);
      t.regex(first.output, named);
      t.regex(first.output, /\[disk-full\]/);
      t.notRegex(first.output, /\n {4}at |internal error/);
      t.deepEqual(
        left.filter((path) => absent.test(path)),
        [],
      );
      t.deepEqual(damaged, []);
      t.is(second.status, 0, second.output);
      t.true(isRight, 'the result is right');
    },
  );
}
