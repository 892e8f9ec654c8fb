import { join } from 'node:path';
import type { Severity } from '../../base/diagnostic.ts';
import { StxError } from '../../base/stx-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import { splitWords } from '../package/package-order.ts';
import { readSplitRecipes, type SplitRecipe } from '../package/read-records.ts';
import { elfChecks } from './elf-checks.ts';
import { type Finding, type QaName, qaCodes, type RecipeFacts } from './facts.ts';
import { fileChecks } from './file-checks.ts';
import { metadataChecks, recipeChecks } from './metadata-checks.ts';
import { readVendorRoot } from './vendor-root.ts';

/** Where a sandbox shows the folders of the build; see the relocations of shell tasks. */
const sandboxPaths = ['/stx/tmp/', '/stx/build/'];

/** A finding with the check that it is of and the package that it is about. */
interface NamedFinding extends Finding {
  readonly name: QaName;
  readonly about: string;
}

/** Built-in task `package-qa`: the checks of ERROR_QA and WARN_QA over what `do_package` left; all findings are told. */
export async function run(context: TaskContext): Promise<TaskProduct> {
  const { own, declared } = await readSplitRecipes(context.order);
  const levels = readLevels(context.order);
  const facts = await recipeFacts(context.order, own, declared);
  const findings = [...recipeFindings(facts, levels), ...(await packageFindings(own, facts, levels))];
  for (const each of findings) context.log(`${levels.get(each.name)} ${each.name}: ${sentence(each)}`);
  const errors = findings.filter((each) => levels.get(each.name) === 'error');
  if (errors.length > 0) {
    throw new StxError(
      errors.map((each) => diagnosticOf(each, 'error')),
      { origin: 'task' },
    );
  }
  return { warnings: findings.map((each): StoredDiagnostic => diagnosticOf(each, 'warning')) };
}

/** Checks that are on, with what a finding of each means; a name in both lists is an error. */
function readLevels(order: TaskOrder): ReadonlyMap<QaName, Severity> {
  const words = (variable: string) => splitWords(order.variables[variable] ?? '');
  const levels = new Map<QaName, Severity>();
  for (const word of words('WARN_QA')) if (isQaName(word)) levels.set(word, 'warning');
  for (const word of words('ERROR_QA')) if (isQaName(word)) levels.set(word, 'error');
  return levels;
}

function isQaName(word: string): word is QaName {
  return Object.hasOwn(qaCodes, word);
}

async function recipeFacts(
  order: TaskOrder,
  own: SplitRecipe,
  declared: RecipeFacts['declared'],
): Promise<RecipeFacts> {
  const plain = (variable: string) => (order.variables[variable] ?? '').trim();
  const temporary = plain('TMPDIR');
  return {
    recipe: own.recipe,
    packages: own.packages.map((each) => each.record),
    declared,
    vendor: await readVendorRoot(plain('SHLIBS_ROOT')),
    buildPaths: temporary === '' ? sandboxPaths : [...sandboxPaths, temporary],
    plain,
  };
}

function recipeFindings(facts: RecipeFacts, levels: ReadonlyMap<QaName, Severity>): readonly NamedFinding[] {
  return recipeChecks
    .filter(({ name }) => levels.has(name) && !facts.recipe.skippedChecks.includes(name))
    .flatMap(({ name, find }) => find(facts).map((each) => ({ ...each, name, about: facts.recipe.recipe })));
}

async function packageFindings(
  own: SplitRecipe,
  facts: RecipeFacts,
  levels: ReadonlyMap<QaName, Severity>,
): Promise<readonly NamedFinding[]> {
  const found: NamedFinding[] = [];
  for (const { record, folder } of own.packages) {
    for (const check of [...elfChecks, ...fileChecks, ...metadataChecks]) {
      if (!levels.has(check.name) || record.skippedChecks.includes(check.name)) continue;
      const findings = await check.find({ record, root: join(folder, 'root'), recipe: facts });
      found.push(...findings.map((each) => ({ ...each, name: check.name, about: record.package })));
    }
  }
  return found;
}

function sentence({ about, text }: NamedFinding): string {
  return `\`${about}\`: ${text}`;
}

function diagnosticOf(finding: NamedFinding, severity: Severity) {
  const skip = `\`INSANE_SKIP\` with \`${finding.name}\` forgives it`;
  return {
    code: qaCodes[finding.name],
    severity,
    message: sentence(finding),
    help: finding.help === undefined ? skip : `${finding.help}; ${skip}`,
  };
}
