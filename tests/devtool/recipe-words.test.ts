import test from 'ava';
import fc from 'fast-check';
import {
  insertAfter,
  insertLast,
  listStatements,
  withLine,
  withoutWord,
  withValue,
} from '../../engine/devtool/recipe-words.ts';

const path = '/layer/recipe_1.0.bb';

function added(text: string, after: string | undefined, word: string): string {
  const [list] = listStatements(text, path, ['SRC_URI']);
  if (list === undefined) throw new Error('no list');
  const before = list.words.find((each) => each.text === after);
  return before === undefined ? insertLast(text, list, word) : insertAfter(text, list, before, word);
}

test('a word joins a list in the layout that the list has', (t) => {
  t.is(added('SRC_URI = "a b"\n', 'a', 'x'), 'SRC_URI = "a x b"\n');
  t.is(added("SRC_URI = 'a'\n", undefined, 'x'), "SRC_URI = 'a x'\n");
  t.is(added('SRC_URI = ""\n', undefined, 'x'), 'SRC_URI = "x"\n');
  t.is(
    added('# c\nSRC_URI = "a \\\n           b \\\n"\nS = "x"\n', undefined, 'x'),
    '# c\nSRC_URI = "a \\\n           b \\\n           x \\\n"\nS = "x"\n',
  );
  t.is(added('SRC_URI = " \\\n\ta \\\n\tb"\n', 'a', 'x'), 'SRC_URI = " \\\n\ta \\\n\tx \\\n\tb"\n');
  t.is(added('SRC_URI = "a \\\r\n    b \\\r\n"\r\n', 'b', 'x'), 'SRC_URI = "a \\\r\n    b \\\r\n    x \\\r\n"\r\n');
  t.is(
    added('SRC_URI = "git://h/p;b=${@d.getVar(\'A B\')} b"\n', 'b', 'x'),
    'SRC_URI = "git://h/p;b=${@d.getVar(\'A B\')} b x"\n',
  );
});

test('a line goes behind the settings of a file and before its functions', (t) => {
  const recipe = 'A = "1"\ninherit x\n\ndo_compile() {\n    B="2"\n}\n';
  t.is(withLine(recipe, path, 'N = "3"'), 'A = "1"\ninherit x\nN = "3"\n\ndo_compile() {\n    B="2"\n}\n');
  t.is(withLine('', path, 'N = "3"'), 'N = "3"\n');
  t.is(withLine('# only a comment', path, 'N = "3"'), '# only a comment\nN = "3"\n');
  t.is(withLine('do_x() {\n    :\n}\n', path, 'N = "3"'), 'N = "3"\ndo_x() {\n    :\n}\n');
});

test('a value takes the place of the last one; flags too', (t) => {
  t.is(withValue('SRCREV ?= "a"\nX = "1"\n', path, { name: 'SRCREV', value: 'b' }), 'SRCREV ?= "b"\nX = "1"\n');
  const sums = "SRC_URI[sha256sum] = 'a'\nSRC_URI[x.sha256sum] = 'c'\n";
  t.is(withValue(sums, path, { name: 'SRC_URI[sha256sum]', value: 'b' }), sums.replace("'a'", "'b'"));
  t.is(withValue('X = "1"\n', path, { name: 'SRC_URI[sha256sum]', value: 'b' }), 'X = "1"\nSRC_URI[sha256sum] = "b"\n');
});

test('what is put into a list and taken out again leaves the text as it was', (t) => {
  const word = fc.stringMatching(/^file:\/\/[a-z]{1,6}\.patch$/);
  const breaks = fc.constantFrom(' ', ' \\\n    ', ' \\\n\t');
  const ends = fc.constantFrom('', ' \\\n', ' \\\n    ');
  const list = fc.record({ words: fc.array(word, { minLength: 1, maxLength: 5 }), break: breaks, end: ends });
  t.notThrows(() =>
    fc.assert(
      fc.property(list, fc.nat(4), ({ words, break: between, end }, at) => {
        const text = `A = "1"\nSRC_URI = "${words.join(between)}${end}"\n# end\n`;
        const after = words[at % words.length];
        const more = added(text, after, 'file://zz-new.patch');
        const [found] = listStatements(more, path, ['SRC_URI']);
        const own = found?.words.find((each) => each.text === 'file://zz-new.patch');
        return own !== undefined && found?.words.length === words.length + 1 && withoutWord(more, own) === text;
      }),
    ),
  );
});
