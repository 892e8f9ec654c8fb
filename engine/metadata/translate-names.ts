import { errorDiagnostic } from '../base/diagnostic.ts';
import { nameTable, translateName, vendorNameKinds } from '../base/vendor-names.ts';
import { writeOut } from '../datastore/explain-value.ts';
import type { Evaluation } from './evaluation.ts';
import { placeOfWord } from './place-of-word.ts';

/** Run-time relations in which `vendor:KIND:NAME` stands for a vendor's package. */
const relations = ['RDEPENDS', 'RRECOMMENDS', 'RSUGGESTS', 'RCONFLICTS', 'RREPLACES'];

/**
 * Replaces neutral names by those of the operating system: `pc:uuid` in VENDOR_DEPENDS, `vendor:cmd:logrotate` in run-time
 * relations. Whoever reads these variables afterwards, and their hashes, sees the vendor's names alone. Reports
 * `unmapped-name` with the line that is missing.
 */
export function translateNames(evaluation: Evaluation): void {
  const { datastore } = evaluation;
  translateVariable(evaluation, 'VENDOR_DEPENDS', (word) => word);
  const packages = (datastore.get('PACKAGES') ?? '').split(/\s+/).filter((word) => word !== '');
  for (const relation of relations) {
    for (const variable of [relation, ...packages.map((each) => `${relation}:${each}`)]) {
      translateVariable(evaluation, variable, (word) => (word.startsWith('vendor:') ? word.slice(7) : undefined));
    }
  }
}

/** `neutral` gives the part of a word that is to be translated, `undefined` for other words. */
function translateVariable(
  evaluation: Evaluation,
  variable: string,
  neutral: (word: string) => string | undefined,
): void {
  const { datastore } = evaluation;
  const value = datastore.get(variable);
  if (!value?.includes(':')) return;
  const before = value.split(/\s+/).filter((word) => word !== '');
  const after = before.map((word) => {
    const name = neutral(word);
    return name === undefined ? word : translateWord(evaluation, { variable, word, name });
  });
  const text = after.filter((each) => each !== '').join(' ');
  if (text !== before.join(' ')) writeOut(datastore, variable, text);
}

interface NeutralWord {
  readonly variable: string;
  readonly word: string;
  /** Without the mark `vendor:`: `cmd:logrotate`, or a vendor's own name. */
  readonly name: string;
}

/** What a recipe is built with are programs of the machine that builds: where that is not the target, the system may mark them. */
function suffix(kind: string, variable: string, datastore: Evaluation['datastore']): string {
  return kind === 'cmd' && variable === 'VENDOR_DEPENDS' ? (datastore.get('VENDOR_PROGRAM_SUFFIX') ?? '') : '';
}

function translateWord(evaluation: Evaluation, { variable, word, name }: NeutralWord): string {
  const { datastore } = evaluation;
  const colon = name.indexOf(':');
  const kind = name.slice(0, Math.max(0, colon));
  if (!vendorNameKinds.includes(kind)) return name;
  const neutral = name.slice(colon + 1);
  const found = translateName(kind, neutral, (table, flag) => datastore.flag(table, flag));
  if (found !== undefined) return found.map((each) => each + suffix(kind, variable, datastore)).join(' ');
  const distro = datastore.get('DISTRO') ?? '';
  const pn = datastore.get('PN') ?? '';
  const message = `\`${distro}\` has no name for \`${kind}:${neutral}\`, which ${variable} of \`${pn}\` names`;
  const line = `${nameTable(kind)}[${neutral}] = "..."`;
  const help = `add \`${line}\` to \`conf/package-names/${distro}.conf\` of its layer`;
  evaluation.report(errorDiagnostic('unmapped-name', message, { span: placeOfWord(word, variable, datastore), help }));
  return name;
}
