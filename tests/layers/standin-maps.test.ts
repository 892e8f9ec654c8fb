import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { projectRoot } from '../support/checkout.ts';

const folder = join(projectRoot, 'tests/fixtures/layers/meta-standin/files');
const lines = (name: string): readonly string[] =>
  readFileSync(join(folder, name, 'packages.map'), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
const rows = (name: string): readonly (readonly string[])[] =>
  lines(name)
    .filter((line) => line.includes('|'))
    .map((line) => line.split('|').map((field) => field.trim()));
const nameOf = (row: readonly string[]): string => (row[0] ?? '').replace(/=.*$/, '');

for (const vendor of ['centos', 'clear']) {
  test(`the map of ${vendor} names each package once, and none that brings another package manager`, (t) => {
    const names = rows(vendor).map(nameOf);
    t.true(names.length > 5);
    t.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
    for (const row of rows(vendor).filter((each) => nameOf(each) !== '-')) {
      t.true(row.length <= 6, row.join(' | '));
      const debs = (row[2] ?? '').split(/\s+/).map((word) => word.replace(/:.*$/, ''));
      t.deepEqual(
        debs.filter((deb) => /^(dpkg|apt|perl|perl-base|debconf|adduser|ucf|init-system-helpers)$/.test(deb)),
        [],
      );
    }
  });
}

test('what stands beside a map belongs to a package of it', (t) => {
  const known = new Set([...rows('centos'), ...rows('clear')].map(nameOf));
  for (const line of lines('clear')) for (const word of line.split(' => ').slice(1)) known.add(word);
  for (const vendor of ['centos', 'clear']) {
    const trees = join(folder, vendor, 'trees');
    for (const name of existsSync(trees) ? readdirSync(trees) : []) t.true(known.has(name), `${vendor}/trees/${name}`);
    const scripts = join(folder, vendor, 'scripts');
    for (const file of existsSync(scripts) ? readdirSync(scripts) : []) {
      t.true(known.has(file.replace(/\.[a-z]+$/, '')), `${vendor}/scripts/${file}`);
      const text = readFileSync(join(scripts, file), 'utf8');
      t.notRegex(text, /dpkg|apt-get|deb-systemd|update-rc\.d|invoke-rc\.d/);
    }
  }
});
