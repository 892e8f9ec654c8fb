import type { Span } from '../base/source-text.ts';
import { closestNames, didYouMean } from '../base/spelling.ts';
import type { Statement } from '../language/statements.ts';
import type { Evaluation } from './evaluation.ts';
import { graphFlags } from './graph-flags.ts';
import type { Suspect } from './suspect.ts';
import type { ResolvedTask } from './task-table.ts';
import { taskName } from './task-table.ts';

const operations = ['append', 'prepend', 'remove'];
const taskFlags = [
  ...graphFlags,
  ...['builtin', 'cleandirs', 'dirs', 'doc', 'fakeroot', 'file-checksums', 'lockfiles', 'network', 'noexec', 'nostamp'],
  ...[
    'postfuncs',
    'prefuncs',
    'progress',
    'sstate-inputdirs',
    'sstate-outputdirs',
    'stamp-extra-info',
    'task',
    'umask',
  ],
  ...['vardeps', 'vardepsexclude', 'vardepvalue', 'vardepvalueexclude', 'func', 'python', 'lock-root', 'sandbox-ro'],
  ...[
    'number_threads',
    'weight',
    'sandbox-rw',
    'export',
    'unexport',
    'eventmask',
    'filename',
    'lineno',
    'deps',
    'quieterrors',
  ],
];

/** Remembers what may be a slip in an assignment of a recipe: nothing is reported before the whole recipe is known. */
export function noteAssignment(
  evaluation: Evaluation,
  statement: Statement & { readonly kind: 'assign' | 'assign-flag' },
): void {
  if (evaluation.scope !== 'recipe') return;
  const { name, span } = statement;
  if (name.text.includes(':')) {
    for (const word of name.text.split(':').slice(1)) {
      if (/^[apr][a-z]{4,8}$/.test(word) && !operations.includes(word) && closestNames(word, operations).length > 0) {
        evaluation.suspects.push({ kind: 'override', word, span: name.span });
      }
    }
  }
  if (statement.kind !== 'assign-flag' || !/^do_[\w-]+$/.test(name.text)) return;
  evaluation.suspects.push({ kind: 'flag', word: name.text, span: name.span });
  const known = taskFlags.includes(statement.flag) ? undefined : closeFlag(statement.flag);
  if (known === undefined) return;
  const message = `\`${statement.flag}\` is no flag of a task that the engine knows`;
  evaluation.report({ code: 'spelling', severity: 'note', message, span, help: known });
}

/** Only slips of one letter or two neighbours: layers have flags of their own. */
function closeFlag(flag: string): string | undefined {
  const near = taskFlags.filter((known) => Math.abs(known.length - flag.length) <= 1 && known.length > 3);
  return didYouMean(
    flag,
    near.filter((known) => known.charAt(0) === flag.charAt(0)),
  );
}

/** Remembers a task that `deltask` names, before it goes. */
export function noteDeletedTask(evaluation: Evaluation, word: string, span: Span): void {
  if (evaluation.scope !== 'recipe') return;
  evaluation.suspects.push({ kind: evaluation.tasks.has(word) ? 'deleted' : 'delete-task', word, span });
}

/** A note for each suspect of a finished recipe that nothing explains and that is close to something known. */
export function hintAtSpelling(evaluation: Evaluation, tasks: ReadonlyMap<string, ResolvedTask>): void {
  const overrides = new Set(evaluation.suspects.length === 0 ? [] : evaluation.datastore.overrides());
  const deleted = new Set(
    evaluation.suspects.filter(({ kind }) => kind === 'deleted').map(({ word }) => taskName(word)),
  );
  for (const suspect of evaluation.suspects) hintAt(evaluation, suspect, { tasks, overrides, deleted });
  for (const { name, missing = [], span } of tasks.values()) {
    for (const other of missing) {
      const help = didYouMean(other, tasks.keys());
      const message = `\`${name}\` is ordered after \`${other}\`, which is no task of this recipe`;
      if (help !== undefined) evaluation.report({ code: 'spelling', severity: 'note', message, span, help });
    }
  }
}

function hintAt(
  evaluation: Evaluation,
  { kind, word, span }: Suspect,
  known: {
    readonly tasks: ReadonlyMap<string, ResolvedTask>;
    readonly overrides: ReadonlySet<string>;
    readonly deleted: ReadonlySet<string>;
  },
): void {
  if (kind === 'override') {
    if (known.overrides.has(word)) return;
    const message = `\`${word}\` is taken for an override, and no override of that name is in force`;
    const help = didYouMean(word, operations);
    evaluation.report({ code: 'spelling', severity: 'note', message, span, help });
    return;
  }
  const task = taskName(word);
  if (known.deleted.has(task) || known.tasks.has(task) || evaluation.datastore.getUnexpanded(task) !== undefined)
    return;
  const help = didYouMean(task, known.tasks.keys());
  if (help === undefined) return;
  const message =
    kind === 'flag'
      ? `\`${task}\` has a flag but is no task of this recipe`
      : `\`deltask\` names \`${task}\`, which is no task`;
  evaluation.report({ code: 'spelling', severity: 'note', message, span, help });
}
