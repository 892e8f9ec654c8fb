import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { parseSubjectName } from '../../engine/inspect/find-subject.ts';

test('a name, a configuration and both are told apart', (t) => {
  t.deepEqual(parseSubjectName('lib'), { configuration: '', name: 'lib' });
  t.deepEqual(parseSubjectName('mc:other:lib'), { configuration: 'other', name: 'lib' });
  t.deepEqual(parseSubjectName('mc:other'), { configuration: 'other', name: '' });
  t.deepEqual(parseSubjectName('mc'), { configuration: '', name: 'mc' });
  t.deepEqual(parseSubjectName(''), { configuration: '', name: '' });
});

test('a task behind the name is refused', (t) => {
  const error = t.throws(() => parseSubjectName('lib:do_compile'), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.message, '`lib:do_compile` is not the name of a recipe');
  t.throws(() => parseSubjectName('mc:other:lib:do_compile'), { instanceOf: StxError });
});
