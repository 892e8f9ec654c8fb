import test from 'ava';
import { osConfiguration } from '../support/os-layers.ts';

test('each repository lies at its address, and below each fallback at the same place', (t) => {
  const settings =
    'DISTRO_MIRROR = "http://one.invalid/9"\nDISTRO_FALLBACKS = "http://two.invalid/x"\nREPOSITORIES = "baseos crb"\n';
  const urls = osConfiguration({ distro: 'centos', lines: settings }).datastore?.get('LOCK_REPOSITORY_URLS') ?? '';
  t.deepEqual(urls.split(' '), [
    'baseos=http://one.invalid/9/BaseOS/x86_64/os',
    'baseos=http://two.invalid/x/BaseOS/x86_64/os',
    'baseos-source=http://one.invalid/9/BaseOS/source/tree',
    'baseos-source=http://two.invalid/x/BaseOS/source/tree',
    'crb=http://one.invalid/9/CRB/x86_64/os',
    'crb=http://two.invalid/x/CRB/x86_64/os',
    'crb-source=http://one.invalid/9/CRB/source/tree',
    'crb-source=http://two.invalid/x/CRB/source/tree',
  ]);
});

test('a repository that is not part of the mirror has fallbacks of its own', (t) => {
  const settings = [
    ...['DISTRO_MIRROR = "http://one.invalid/debian"', 'DISTRO_FALLBACKS = "http://two.invalid/x"'],
    ...[
      'DEBIAN_SECURITY_MIRROR = "http://one.invalid/debian-security"',
      'DEBIAN_SECURITY_FALLBACKS = "http://s.invalid"',
    ],
    '',
  ].join('\n');
  const urls = osConfiguration({
    distro: 'debian',
    lines: `${settings}REPOSITORIES = "main security"\n`,
  }).datastore?.get('LOCK_REPOSITORY_URLS');
  t.is(
    urls,
    'main=http://one.invalid/debian main=http://two.invalid/x security=http://one.invalid/debian-security security=http://s.invalid',
  );
});
