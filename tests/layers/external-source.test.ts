import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Family, packageProject } from '../support/package-project.ts';

const license = 'Copyright 2025 Some Body\n\nPermission is granted to use this for tests.\n';
const recipe = [
  'SUMMARY = "A tool"',
  'LICENSE = "MIT"',
  'LIC_FILES_CHKSUM = "file://LICENSE;md5=8072d19dab5dce1623b8d19a218d741b"',
  'SRC_URI = "file://tool"',
  'S = "${WORKDIR}/tool"',
  'inherit package',
  'ALLOW_EMPTY:${PN} = "1"',
  'do_install() {',
  '    install -D -m 0644 table.conf "${D}${sysconfdir}/tool/table.conf"',
  '}',
  '',
].join('\n');

const kinds = {
  deb: {
    folder: 'build/tmp/deploy-deb/tool',
    ending: '.deb',
    isHigher: (a: string, b: string) => execFileSync('dpkg', ['--compare-versions', a, 'gt', b]).length === 0,
  },
  rpm: {
    folder: 'build/tmp/deploy-rpm/tool',
    ending: '.rpm',
    isHigher: (a: string, b: string) =>
      execFileSync('rpm', ['--eval', `%{lua:print(rpm.vercmp("${a}", "${b}"))}`], { encoding: 'utf8' }).trim() === '1',
  },
} as const;

async function marks(t: ExecutionContext, family: Family): Promise<void> {
  const { folder, ending, isHigher } = kinds[family];
  await using project = packageProject(family, {
    'tool/tool_1.0.bb': recipe,
    'tool/files/tool/LICENSE': license,
    'tool/files/tool/table.conf': 'as released\n',
  });
  const settings = project.read('build/conf/local.conf');
  const version = async (): Promise<string> => {
    const run = await project.run(['tool']);
    t.is(run.status, 0, run.output);
    const names = readdirSync(join(project.path, folder)).filter((each) => each.endsWith(ending));
    return (
      /^tool[_-](.*?)[_.](amd64|all|x86_64|noarch)\./.exec(names.find((each) => /^tool[_-]\d/.test(each)) ?? '')?.[1] ??
      names.join()
    );
  };
  const released = await version();
  t.notRegex(released, /\+d/);
  project.write('checkout/LICENSE', license);
  project.write('checkout/table.conf', 'first edit\n');
  project.write('build/conf/local.conf', `${settings}EXTERNALSRC:pn-tool = "../checkout"\n`);
  const first = await version();
  project.write('checkout/table.conf', 'second edit\n');
  const second = await version();
  for (const each of [first, second]) t.regex(each, /\.\d(\.el9)?\+d[0-9a-f]{8}/);
  t.not(/\+d(\w+)/.exec(first)?.[1], /\+d(\w+)/.exec(second)?.[1]);
  t.true(isHigher(first, released));
  t.true(isHigher(second, first));
  // What is the same has the same version, wherever it lies.
  project.write('elsewhere/LICENSE', license);
  project.write('elsewhere/table.conf', 'second edit\n');
  project.write('build/conf/local.conf', `${settings}EXTERNALSRC:pn-tool = "../elsewhere"\n`);
  t.is(await version(), second);
  t.deepEqual((await project.run(['tool'])).ran, []);
  t.deepEqual(readdirSync(join(project.path, 'elsewhere')).sort(), ['LICENSE', 'table.conf']);
}

for (const family of ['deb', 'rpm'] as const) {
  test(`each content of a checkout gives a higher ${family} version with a mark of its own`, async (t) => {
    await marks(t, family);
  });
}
