import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { packageProject } from '../support/package-project.ts';

const recipe = [
  'SUMMARY = "A program"',
  'LICENSE = "CLOSED"',
  'SRC_URI = "file://program"',
  'S = "${WORKDIR}/program"',
  'inherit makefile',
  'MAKE_VARS = "MODE=1"',
  'MAKE_INSTALL_VARS = "BINDIR=${bindir}"',
  '',
].join('\n');

const makefile = [
  'program: source.txt',
  '\tcat source.txt > $@',
  '\techo mode $(MODE) >> $@',
  'install: program',
  '\tinstall -D program $(DESTDIR)$(BINDIR)/program',
  '',
].join('\n');

test('what other settings have made is made anew, and the sources stay as they are', async (t) => {
  t.timeout(180_000);
  await using project = packageProject('deb', {
    'program/program_1.0.bb': recipe,
    'program/files/program/Makefile': makefile,
    'program/files/program/source.txt': 'one\n',
  });
  const result = 'build/tmp/work/program/1.0-r0/image/usr/bin/program';
  const install = async () => {
    const run = await project.run(['program:do_install']);
    t.is(run.status, 0, run.output);
    return project.read(result);
  };
  t.is(await install(), 'one\nmode 1\n');
  // make compares times alone: the program is newer than its source.
  project.edit('meta-own/recipes/program/program_1.0.bb', 'MODE=1', 'MODE=2');
  t.is(await install(), 'one\nmode 2\n');
  project.edit('meta-own/recipes/program/files/program/source.txt', 'one', 'two');
  t.is(await install(), 'two\nmode 2\n');
  t.deepEqual(readdirSync(join(project.path, 'build/tmp/work/program/1.0-r0/program')).sort(), [
    'Makefile',
    'source.txt',
  ]);
});
