import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { translateName, vendorNameKinds } from '../../engine/base/vendor-names.ts';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { openAnswers } from '../../engine/metadata/check-answers.ts';
import { contractRows } from '../support/os-contract.ts';
import {
  checkout,
  codenames,
  machines,
  type OsLayer,
  osConfiguration,
  osLayers,
  type Selection,
  wordsOf,
} from '../support/os-layers.ts';

/** A system that no other file of the project knows: docs/porting.md. */
const sixth = join(checkout, 'tests/fixtures/layers/meta-opensuse');
const layers = osLayers();
const allLayers = [...layers, ...osLayers([sixth])];

function configure(selection: Selection): Datastore {
  const { datastore, diagnostics } = osConfiguration(selection);
  const texts = diagnostics.map(({ code, message }) => `${code}: ${message}`);
  if (datastore === undefined || texts.length > 0) throw new Error(texts.join('\n'));
  return datastore;
}

/** Whether the layer has the architecture of the machine. */
function exists(layer: OsLayer, machine: string): boolean {
  const unavailable = osConfiguration({ distro: layer.name, machine }).diagnostics;
  return !unavailable.some(({ code }) => code === 'variant-unavailable');
}

test('there is a layer for each operating system that the project promises', (t) => {
  const names = layers.map(({ name }) => name);
  for (const name of ['centos', 'clear', 'debian', 'ubuntu']) t.true(names.includes(name), name);
});

for (const layer of allLayers) {
  for (const codename of codenames(layer)) {
    test(`${layer.name} ${codename} answers the contract for every machine, or says why not`, (t) => {
      for (const machine of machines) {
        const { diagnostics, datastore } = osConfiguration({ distro: layer.name, machine, codename });
        const [problem, ...more] = diagnostics;
        t.deepEqual(more, []);
        if (problem === undefined) t.is(datastore?.get('DISTRO_CODENAME'), codename);
        else t.is(problem.code, 'variant-unavailable', problem.message);
      }
    });
  }

  test(`${layer.name} knows exactly the releases that it has files for`, (t) => {
    t.deepEqual([...wordsOf(configure({ distro: layer.name }), 'DISTRO_CODENAMES')].sort(), codenames(layer));
    const { diagnostics } = osConfiguration({ distro: layer.name, codename: 'no-such-release' });
    t.deepEqual(
      diagnostics.map(({ code, message }) => `${code}: ${message}`),
      [
        `variant-unavailable: \`${layer.name}\` has nothing for \`DISTRO_CODENAME\` \`no-such-release\`: DISTRO_CODENAMES does not name it`,
      ],
    );
    for (const name of codenames(layer)) t.true(diagnostics[0]?.help?.includes(`\`${name}\``), name);
  });

  test(`${layer.name} gives a reason for each answer that it leaves empty, and no reason for one that it gives`, (t) => {
    const datastore = configure({ distro: layer.name });
    const open = openAnswers(datastore);
    for (const { reason } of open) t.regex(reason, /\w+ \w+ \w+/);
    const named = new Set(open.map(({ what }) => what.replace(/\[.*/, '')));
    for (const name of datastore.flags('NO_ANSWER').keys()) t.true(named.has(name), name);
    const rows = contractRows();
    t.true(rows.length > 50);
    for (const name of named)
      t.true(
        rows.some(({ variable }) => variable === name),
        name,
      );
  });

  test(`${layer.name} can be built beside others as the configuration of its name`, (t) => {
    t.true(existsSync(join(layer.path, `conf/multiconfig/${layer.name}.conf`)));
    t.true(existsSync(join(layer.path, 'README.md')));
    t.true(existsSync(join(layer.path, 'keys/README.md')));
  });

  test(`${layer.name} names repositories by addresses, and keys by whole fingerprints`, (t) => {
    for (const machine of machines.filter((each) => exists(layer, each))) {
      const datastore = configure({ distro: layer.name, machine });
      for (const id of wordsOf(datastore, 'REPOSITORIES')) {
        const flag = (name: string): string => datastore.flag(`REPOSITORY_${name}`, id) ?? '';
        t.regex(flag('URL'), /^https?:\/\/[\w.-]+\/\S+[^/]$/, `${machine} ${id}`);
        t.regex(flag('SIGNATURE'), /^(index|packages)$/);
        t.regex(flag('KEY_FINGERPRINTS'), /^\s*([0-9A-F]{40}\s*)*$/);
        const suites = datastore.get('LOCK_RESOLVER') === 'apt';
        t.is(flag('SUITE') !== '', suites);
        t.is(flag('COMPONENTS') !== '', suites);
      }
    }
  });

  test(`${layer.name} takes another mirror, for every machine, by one line`, (t) => {
    const lines = 'DISTRO_MIRROR = "http://mirror.invalid/of/it"\n';
    for (const machine of machines.filter((each) => exists(layer, each))) {
      const datastore = configure({ distro: layer.name, machine, lines });
      const urls = wordsOf(datastore, 'REPOSITORIES').map((id) => datastore.flag('REPOSITORY_URL', id) ?? '');
      for (const url of urls) t.true(url.startsWith('http://mirror.invalid/of/it'), url);
    }
  });

  test(`${layer.name} has folders and formats that its kind of packages uses`, (t) => {
    const datastore = configure({ distro: layer.name });
    const family = datastore.get('PACKAGE_FAMILY') ?? '';
    t.deepEqual(wordsOf(datastore, 'PACKAGE_CLASSES'), [`package_${family}`]);
    t.is(datastore.get('VERSION_COMPARE'), family === 'deb' ? 'dpkg' : 'rpm');
    t.is(datastore.get('PACKAGE_ARCH_ALL'), family === 'deb' ? 'all' : 'noarch');
    t.is(datastore.get('libdir'), family === 'deb' ? '/usr/lib/x86_64-linux-gnu' : '/usr/lib64');
    t.regex(datastore.get('PYTHON_BASEVERSION') ?? '', /^3\.\d+$/);
    t.regex(datastore.get('PYTHON_SITEPACKAGES_DIR') ?? '', /^\/usr\/lib\/python3[\d.]*\/(dist|site)-packages$/);
    for (const name of ['DEV', 'DOC', 'DBG', 'PYTHON']) t.regex(datastore.get(`PACKAGE_NAME_${name}`) ?? '', /%s/);
    t.true(datastore.overrides().includes(family));
    for (const word of wordsOf(datastore, 'DISTRO_FAMILY')) t.true(datastore.overrides().includes(word));
  });

  test(`${layer.name} translates every neutral name that some system has a word for`, (t) => {
    const datastore = configure({ distro: layer.name });
    for (const kind of vendorNameKinds) {
      for (const name of neutralNames(kind)) {
        const found = translateName(kind, name, (table, flag) => datastore.flag(table, flag));
        t.true(found !== undefined, `${kind}:${name}`);
        for (const word of found ?? []) t.regex(word, /^[\w/][\w+.()/-]*$/, `${kind}:${name}`);
      }
    }
  });

  test(`${layer.name}'s own tool finds each later version higher: content number, rebuilt vendor package`, (t) => {
    const datastore = configure({ distro: layer.name });
    const manager = datastore.get('PACKAGE_MANAGER') ?? '';
    const rule = manager === 'zypper' ? manager : (datastore.get('VERSION_COMPARE') ?? '');
    const version = (pv: string, rev: string): string =>
      (datastore.get('PACKAGE_VERSION_FORMAT') ?? '')
        .replaceAll('%(pv)s', pv)
        .replaceAll('%(pr)s', 'r0')
        .replaceAll('%(rev)s', rev);
    const suffix = datastore.get('VERSION_SUFFIX') ?? '';
    const rising = [
      version('1.0', ''),
      version('1.0', '.1'),
      version('1.0', '.9'),
      version('1.0', '.10'),
      version('1.1', ''),
    ];
    for (const [index, higher] of rising.slice(1).entries())
      t.is(compare(rule, rising[index] ?? '', higher), -1, higher);
    t.is(compare(rule, '1.0-3', `1.0-3${suffix}`), -1);
    t.is(compare(rule, `1.0-3${suffix}`, '1.0-4'), -1, 'a newer vendor package wins');
    t.is(compare(rule, '1.0~rc1-1', '1.0-1'), -1, 'a tilde sorts before the end');
    t.is(compare(rule, version('1.0', '.1'), version('1.0', '.1')), 0);
  });
}

test('a kernel variant that a system does not have is refused with the reason, and is no kernel of its images', (t) => {
  const { diagnostics } = osConfiguration({ distro: 'ubuntu', lines: 'KERNEL_VARIANT = "rt"\n' });
  t.deepEqual(
    diagnostics.map(({ code, message }) => `${code}: ${message}`),
    [
      "variant-unavailable: `ubuntu` has nothing for `KERNEL_VARIANT` `rt`: Ubuntu's real-time kernel comes with a subscription, from a repository that is not public",
    ],
  );
  t.is(configure({ distro: 'ubuntu' }).get('DISTRO_KERNELS'), 'std');
  t.is(configure({ distro: 'debian' }).get('DISTRO_KERNELS'), 'std rt');
  t.is(configure({ distro: 'debian', machine: 'power9' }).get('DISTRO_KERNELS'), 'std');
});

test('an architecture that a system does not have is refused with the reason', (t) => {
  const { diagnostics } = osConfiguration({ distro: 'clear', machine: 'arm64' });
  t.deepEqual(
    diagnostics.map(({ code, message, help }) => `${code}: ${message}; ${help}`),
    [
      'variant-unavailable: `clear` has nothing for `TARGET_ARCH` `aarch64`: Clear Linux was made for x86_64 only; `clear` has `x86_64`',
    ],
  );
});

test('a finer machine is its architecture and more', (t) => {
  const flags = (machine: string): string => configure({ distro: 'debian', machine }).get('CFLAGS') ?? '';
  t.is(flags('power9'), `${flags('ppc64le')} -mcpu=power9 -mtune=power9`);
  t.is(flags('power8'), `${flags('ppc64le')} -mcpu=power8 -mtune=power8`);
  const overrides = configure({ distro: 'debian', machine: 'power9' }).overrides();
  t.true(overrides.indexOf('ppc64le') < overrides.indexOf('power9') && overrides.includes('ppc64le'));
});

test('selectors go from architecture to release, each stronger than the one before', (t) => {
  const overrides = configure({ distro: 'ubuntu', codename: 'jammy', machine: 'arm64' }).overrides();
  const wanted = ['arm64', 'kernel-std', 'deb', 'debianlike', 'ubuntu', 'ubuntu-jammy', 'local'];
  t.deepEqual(
    overrides.filter((each) => wanted.includes(each)),
    wanted,
  );
});

test('roots of tools are the same for every system and machine', (t) => {
  const tools = (selection: Selection): readonly string[] => {
    const datastore = configure(selection);
    return ['TOOLS_ARCH', 'TOOLS_LOCK_FILE', 'TOOLS_REPOSITORIES'].map((name) => datastore.get(name) ?? '');
  };
  const expected = tools({ distro: 'debian' });
  t.true(existsSync(expected[1] ?? ''));
  for (const { name } of layers) t.deepEqual(tools({ distro: name }), expected);
  t.deepEqual(tools({ distro: 'debian', machine: 'power9' }), expected);
});

/** Names of a kind that the table of some layer has a row for. */
function neutralNames(kind: string): readonly string[] {
  return [
    ...new Set(
      layers.flatMap(({ name }) => [...configure({ distro: name }).flags(`PACKAGE_NAME_${kind.toUpperCase()}`).keys()]),
    ),
  ];
}

/** -1, 0 or 1 by the program of the package manager. */
function compare(rule: string, a: string, b: string): number {
  if (rule === 'zypper') return Number(run('zypper', ['--terse', 'vcmp', a, b]).stdout);
  if (rule === 'rpm') {
    // Version and release are compared one after the other.
    const code = `local function vr(s) local i = s:find("-") return s:sub(1, i - 1), s:sub(i + 1) end
      local av, ar = vr("${a}") local bv, br = vr("${b}") local c = rpm.vercmp(av, bv)
      if c == 0 then c = rpm.vercmp(ar, br) end print(c)`;
    return Number(run('rpm', ['--eval', `%{lua:${code.replaceAll('\n', ' ')}}`]).stdout);
  }
  const holds = (relation: string): boolean => run('dpkg', ['--compare-versions', a, relation, b]).status === 0;
  return holds('lt') ? -1 : holds('eq') ? 0 : 1;
}

function run(command: string, args: readonly string[]) {
  return spawnSync(command, args, { encoding: 'utf8' });
}
