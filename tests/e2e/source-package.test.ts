import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Checkout } from '../support/checkout.ts';

// The vendor's own rules build its own source package, in a root of locked packages: about 90 s on an idle machine.
const output = 'build/tmp/deploy-deb/net-tools';
let checkout: Checkout;

test.before(() => {
  checkout = new Checkout(mkdtempSync(join(tmpdir(), 'stx-e2e-source-')));
});

test.after.always(() => checkout?.remove());

function packageFile(): string {
  const [name = '', ...others] = readdirSync(join(checkout.path, output)).filter((each) => each.endsWith('.deb'));
  if (others.length > 0) throw new Error(`more than one package: ${name} ${others.join(' ')}`);
  return join(checkout.path, output, name);
}

test.serial('a source package is rebuilt by its own rules with both series and a version above the vendor’s', (t) => {
  const run = checkout.bake(['--yes', 'net-tools']);
  t.is(run.status, 0, run.output);
  t.log(`${run.seconds.toFixed(0)} s`);
  const field = (name: string) => execFileSync('dpkg-deb', ['-f', packageFile(), name], { encoding: 'utf8' }).trim();
  t.is(field('Version'), '2.10-0.1+deb12u2+stx1');
  execFileSync('dpkg', ['--compare-versions', field('Version'), 'gt', '2.10-0.1+deb12u2']);
  t.regex(field('Description'), /This package was rebuilt from Debian's source package/);
  const folder = mkdtempSync(join(checkout.path, 'extracted-'));
  execFileSync('dpkg-deb', ['-x', packageFile(), folder]);
  t.regex(readFileSync(join(folder, 'bin/netstat'), 'latin1'), /net-tools 2\.10 \(StarlingX\)/);
});

test.serial('a change of the packaging builds anew, and taken back gives the same bytes', (t) => {
  const patch = join(
    checkout.path,
    'meta-debian/recipes-support/net-tools/files/debian/0001-debian-describe-the-rebuild.patch',
  );
  const before = readFileSync(packageFile());
  writeFileSync(patch, readFileSync(patch, 'utf8').replace('by stx-bake', 'for StarlingX'));
  const run = checkout.bake(['net-tools']);
  t.is(run.status, 0, run.output);
  t.false(
    run.ran.some((each) => /source-build-root/.test(each)),
    run.ran.join(' '),
  );
  t.regex(execFileSync('dpkg-deb', ['-f', packageFile(), 'Description'], { encoding: 'utf8' }), /for StarlingX/);
  writeFileSync(patch, readFileSync(patch, 'utf8').replace('for StarlingX', 'by stx-bake'));
  const back = checkout.bake(['net-tools']);
  t.is(back.status, 0, back.output);
  t.deepEqual(readFileSync(packageFile()), before, 'the same inputs give the same bytes');
});

test.serial('a patch that does not apply stops before anything is compiled, with the patch by name', (t) => {
  const patch = join(checkout.path, 'meta-debian/recipes-support/net-tools/files/0001-version-of-our-build.patch');
  writeFileSync(patch, readFileSync(patch, 'utf8').replace('version.h:	Makefile', 'version.h:	Nofile'));
  const run = checkout.bake(['net-tools']);
  t.is(run.status, 1);
  t.regex(run.output, /FAILED net-tools:do_configure/);
  t.regex(run.output, /0001-version-of-our-build\.patch/);
});
