import test from 'ava';
import { metadataProject } from '../support/metadata-project.ts';

const contract = `OS_CONTRACT[NAME_OF_IT] = "required text: its name"
OS_CONTRACT[FAMILY] = "required choice of deb rpm: format of packages"
OS_CONTRACT[HINT] = "optional text: a hint"
OS_CONTRACT[FOLDER] = "required path: a folder"
OS_CONTRACT[PATTERN] = "required format: a pattern"
OS_CONTRACT[FEATURES] = "required table: packages per feature"
OS_CONTRACT[KERNEL] = "required table of VARIANTS: the kernel"
OS_CONTRACT[URL] = "required table of REPOSITORIES: address of each"
OS_REASON[KERNEL] = "NO_KERNEL"
OS_SELECTOR[VARIANT] = "KERNEL"
OS_CONTRACT[RELEASES] = "optional words: releases"
OS_SELECTOR[RELEASE] = "RELEASES"
`;
const answers = `DISTRO = "it"
NAME_OF_IT = "It"
FAMILY = "rpm"
FOLDER = "/usr/lib"
PATTERN = "%s-dev"
FEATURES[net] = "net"
VARIANTS = "std rt"
VARIANT = "std"
KERNEL[std] = "linux"
NO_KERNEL[rt] = "nobody makes one"
REPOSITORIES = "main"
URL[main] = "http://it.invalid"
`;

/** What is said about these answers; each edit replaces a line that begins with its key. */
function said(edits: Readonly<Record<string, string>> = {}): readonly string[] {
  const lines = answers.split('\n').map((line) => {
    const edit = Object.keys(edits).find((start) => line.startsWith(start));
    return edit === undefined ? line : (edits[edit] ?? '');
  });
  const { diagnostics } = metadataProject({
    '/meta/classes/base.bbclass': `${contract}do_build() {\n    :\n}\naddtask build\n`,
    '/build/conf/local.conf': lines.join('\n'),
  });
  return diagnostics.map(({ code, message, help }) => `${code}: ${message} | ${help}`);
}

test('a layer that answers all that is required is taken', (t) => {
  t.deepEqual(said(), []);
});

test('nothing is asked while no DISTRO is chosen', (t) => {
  t.deepEqual(said({ DISTRO: '', NAME_OF_IT: '' }), []);
});

const faults: readonly (readonly [what: string, edits: Readonly<Record<string, string>>, text: string])[] = [
  [
    'a required answer that is missing',
    { NAME_OF_IT: '' },
    'missing-answer: the distribution `it` does not say `NAME_OF_IT`: its name | set `NAME_OF_IT` in `conf/distro/it.conf`, or in `conf/local.conf` for your builds alone, or say why there is none: `NO_ANSWER[NAME_OF_IT] = "..."`',
  ],
  [
    'a table without any row',
    { FEATURES: '' },
    'missing-answer: the distribution `it` does not say `FEATURES`: packages per feature | set `FEATURES` in `conf/distro/it.conf`, or in `conf/local.conf` for your builds alone, or say why there is none: `NO_ANSWER[FEATURES] = "..."`',
  ],
  [
    'a word of the list that the table leaves out',
    { REPOSITORIES: 'REPOSITORIES = "main extra"' },
    'missing-answer: the distribution `it` does not say `URL[extra]`: address of each | set `URL[extra]` in `conf/distro/it.conf`, or in `conf/local.conf` for your builds alone, or say why there is none: `NO_ANSWER[URL] = "..."`',
  ],
  [
    'a kernel variant without kernel and without reason',
    { 'NO_KERNEL[rt]': '' },
    'missing-answer: the distribution `it` does not say `KERNEL[rt]`: the kernel | set `KERNEL[rt]` in `conf/distro/it.conf`, or in `conf/local.conf` for your builds alone, or say why there is none: `NO_KERNEL[rt] = "..."`',
  ],
  [
    'a word outside of a choice',
    { FAMILY: 'FAMILY = "zip"' },
    'invalid-value: `FAMILY` cannot be `zip` | it is one of `deb`, `rpm`; `FAMILY` is format of packages',
  ],
  [
    'a folder that is no path',
    { FOLDER: 'FOLDER = "lib"' },
    'invalid-value: `FOLDER` cannot be `lib` | it is a path that begins with `/`; `FOLDER` is a folder',
  ],
  [
    'a pattern without a place',
    { PATTERN: 'PATTERN = "dev"' },
    'invalid-value: `PATTERN` cannot be `dev` | it holds a place for what is filled in, as `%s`; `PATTERN` is a pattern',
  ],
  [
    'a variant that the system does not have',
    { 'VARIANT ': 'VARIANT = "rt"' },
    'variant-unavailable: `it` has nothing for `VARIANT` `rt`: nobody makes one | `it` has `std`',
  ],
];

test('a release that the system does not have is all that is said, with those that there are', (t) => {
  const lists = 'RELEASES = "one two"\n';
  t.deepEqual(said({ NAME_OF_IT: `NAME_OF_IT = "It"\n${lists}RELEASE = "two"` }), []);
  t.deepEqual(said({ NAME_OF_IT: `${lists}RELEASE = "three"` }), [
    'variant-unavailable: `it` has nothing for `RELEASE` `three`: RELEASES does not name it | `it` has `one`, `two`; `RELEASE:NAME = "three"` sets it for the system NAME alone',
  ]);
});

test('no answer is missed where a file of the configuration is not there', (t) => {
  t.deepEqual(
    said({ NAME_OF_IT: 'require conf/distro/gone.conf' }).map((text) => text.replace(/ \|.*/, '')),
    ['unknown-include: no layer has the file `conf/distro/gone.conf`'],
  );
});

for (const [what, edits, text] of faults) {
  test(`${what} is an error that says the way out`, (t) => {
    t.deepEqual(said(edits), [text]);
  });
}

test('a reason stands for an answer', (t) => {
  t.deepEqual(said({ NAME_OF_IT: 'NO_ANSWER[NAME_OF_IT] = "it has no name"' }), []);
  t.deepEqual(said({ FEATURES: 'NO_ANSWER[FEATURES] = "it has none"' }), []);
  t.deepEqual(said({ 'URL[main]': 'NO_ANSWER[URL] = "it lies nowhere"' }), []);
});

test('an empty reason is none', (t) => {
  t.is(said({ NAME_OF_IT: 'NO_ANSWER[NAME_OF_IT] = " "' }).length, 1);
});
