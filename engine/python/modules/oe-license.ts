import type { Datastore } from '../../datastore/datastore.ts';
import { datastoreOf } from '../datastore-object.ts';
import { LayeredModule } from '../layered-module.ts';
import { native } from '../values/native.ts';
import { UnsupportedConstruct } from '../values/python-error.ts';
import { words } from '../values/text-methods.ts';
import { PythonDict, PythonList, type Value } from '../values/value.ts';

/** `oe.license`: what is asked while recipes are read; the texts of licenses are checked by tasks. */
export function licenseModule(): LayeredModule {
  const functions = [
    native('check_license_flags', 'd', (d) => unacceptedFlags(datastoreOf(d))),
    native('check_license_format', 'd', () => null),
    native('skip_incompatible_package_licenses', 'd pkgs', (d) =>
      nothingIncompatible(datastoreOf(d), new PythonDict()),
    ),
    native('incompatible_license', 'd dont_want_licenses package?', (d) =>
      nothingIncompatible(datastoreOf(d), new PythonList([])),
    ),
  ];
  return new LayeredModule('oe.license', Object.fromEntries(functions.map((each) => [each.name, each])));
}

/** Flags of LICENSE_FLAGS that LICENSE_FLAGS_ACCEPTED does not hold; None when there are none. */
function unacceptedFlags(datastore: Datastore): Value {
  const accepted = new Set(words(datastore.get('LICENSE_FLAGS_ACCEPTED') ?? ''));
  const pn = datastore.get('PN') ?? '';
  const missing = words(datastore.get('LICENSE_FLAGS') ?? '').filter((flag) => !isAccepted(`${flag}_${pn}`, accepted));
  return missing.length === 0 ? null : new PythonList([...missing]);
}

/** A flag is accepted whole, with the name of the recipe behind it, or by any beginning that ends before a `_`. */
function isAccepted(flag: string, accepted: ReadonlySet<string>): boolean {
  const parts = flag.split('_');
  return parts.some((_, index) => accepted.has(parts.slice(0, index + 1).join('_')));
}

function nothingIncompatible<T extends Value>(datastore: Datastore, nothing: T): T {
  if (words(datastore.get('INCOMPATIBLE_LICENSE') ?? '').length === 0) return nothing;
  throw new UnsupportedConstruct(
    '`INCOMPATIBLE_LICENSE`, whose check reads license expressions',
    'leave it empty, and skip recipes with `COMPATIBLE_MACHINE` or BBMASK',
  );
}
