import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const recipe = [
  'LICENSE = "MIT"',
  'do_compile() {',
  '    mkdir -p deb/DEBIAN',
  '    printf "Package: p\\nVersion: 1\\nArchitecture: all\\nMaintainer: t\\nDescription: t\\n" > deb/DEBIAN/control',
  '    dpkg-deb --build deb p.deb',
  '}',
  'do_stage() {',
  '    cp p.deb ${OUT}/p_1_all.deb',
  '}',
  'do_stage[sstate-outputdirs] = "${OUT}"',
  'do_feed[builtin] = "feed"',
  'do_feed[sstate-outputdirs] = "${TMPDIR}/out/${PN}-feed"',
  'addtask compile',
  'addtask stage after do_compile',
  'addtask feed after do_stage',
  '',
].join('\n');

test('the index names the output of the task that made a package, also after new work gave the same output', async (t) => {
  await using project = new TestProject({ ...toyLayer, 'meta-toy/recipes/pack/pack_1.0.bb': recipe });
  const named = () => /^Stx-Output: (\S+)$/m.exec(project.read('build/tmp/out/pack-feed/Packages'))?.[1];
  const stamp = () => {
    const line = project
      .read('build/tmp/stamps/stamps.jsonl')
      .split('\n')
      .findLast((each) => each.includes('"pack/do_stage"'));
    return JSON.parse(line ?? '') as { readonly signature: string; readonly output: { readonly hash: string } };
  };
  const first = await project.run(['pack:do_feed']);
  t.is(first.status, 0, first.output);
  const before = stamp();
  t.is(named(), before.output.hash);
  project.edit('meta-toy/recipes/pack/pack_1.0.bb', 'cp p.deb', 'cp -f p.deb');
  const second = await project.run(['pack:do_feed']);
  t.is(second.status, 0, second.output);
  t.deepEqual(second.ran, ['pack:do_stage']);
  t.not(stamp().signature, before.signature);
  t.is(named(), stamp().output.hash);
});
