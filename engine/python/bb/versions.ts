import { native } from '../values/native.ts';
import { textOf } from '../values/text-methods.ts';
import { iterate, PythonList, PythonTuple, type Value } from '../values/value.ts';
import {
  compareParts,
  compareVersionTexts,
  explodeVersion,
  isVersionRelation,
  splitVersion,
} from '../version-compare.ts';
import { raise } from './exceptions.ts';

/** The functions of `bb.utils` about versions. */
export function versionFunctions(): readonly ReturnType<typeof native>[] {
  return [
    native('vercmp_string', 'a b', (a, b) => BigInt(compareVersionTexts(textOf(a), textOf(b)))),
    native('vercmp_string_op', 'a b op', (a, b, relation) => {
      const result = isVersionRelation(compareVersionTexts(textOf(a), textOf(b)), textOf(relation));
      if (result !== undefined) return result;
      return raise('bb.utils.VersionStringException', `Unsupported comparison operator "${textOf(relation)}"`);
    }),
    native('vercmp_part', 'a b', (a, b) => BigInt(compareParts(textOf(a), textOf(b)))),
    native('vercmp', 'ta tb', (a = null, b = null) => compareTuples([...iterate(a)], [...iterate(b)])),
    native('explode_version', 's', (version) => new PythonList(explodeVersion(textOf(version)).map(partTuple))),
    native('split_version', 's', (text) => {
      const { epoch, version, revision } = splitVersion(textOf(text));
      return new PythonTuple([BigInt(epoch), version, revision]);
    }),
  ];
}

function partTuple([rank, value]: readonly [number, string | number | undefined]): Value {
  return new PythonTuple([BigInt(rank), typeof value === 'number' ? BigInt(value) : (value ?? null)]);
}

/** Epoch, version, revision against the same. */
function compareTuples([epochA, ...a]: readonly Value[], [epochB, ...b]: readonly Value[]): Value {
  const epochs = Number(epochA || 0n) - Number(epochB || 0n);
  return BigInt(epochs || compareParts(textOf(a[0]), textOf(b[0])) || compareParts(textOf(a[1]), textOf(b[1])));
}
