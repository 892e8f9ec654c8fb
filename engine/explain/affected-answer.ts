import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { Affected } from './affected-tasks.ts';
import { countText, listText } from './texts.ts';

/** A task whose output may turn out to be the same, and how many others are spared then. */
export interface CutOff {
  readonly task: TaskKey;
  readonly spares: number;
}

/** What a change would rebuild, as data; tasks that do nothing (`noexec`) are left out. */
export interface AffectedAnswer {
  readonly subjects: readonly string[];
  readonly direct: readonly TaskKey[];
  readonly maybe: readonly TaskKey[];
  readonly certain: readonly TaskKey[];
  readonly possible: readonly TaskKey[];
  /** Largest first. */
  readonly cutOffs: readonly CutOff[];
  readonly packages: readonly string[];
  readonly images: readonly string[];
  readonly notes: readonly string[];
}

/** Names packages and images, and where an equal output ends it. */
export function answerAffected(
  described: DescribedTaskGraph,
  affected: Affected,
  subjects: readonly string[],
): AffectedAnswer {
  const { direct, maybe, certain, possible, notes } = affected;
  const works = (keys: ReadonlySet<TaskKey>): readonly TaskKey[] =>
    [...keys].filter((key) => !described.task(key).noexec);
  const all = [...certain, ...possible];
  return {
    subjects,
    direct: works(direct),
    maybe: works(maybe),
    certain: works(certain),
    possible: works(possible),
    cutOffs: cutOffs(described, affected),
    packages: packagesOf(described, all),
    images: imagesOf(described, all),
    notes,
  };
}

/** The packages of the recipes that split their files anew. */
function packagesOf(described: DescribedTaskGraph, keys: readonly TaskKey[]): readonly string[] {
  const packages = new Set<string>();
  for (const key of keys) {
    const { task, type } = described.task(key);
    if (type?.name !== 'package' && task.id.task !== 'do_package') continue;
    for (const name of task.recipe.packages) packages.add(name);
  }
  return [...packages].sort();
}

/** The recipes that make a root file system or an image anew. */
function imagesOf(described: DescribedTaskGraph, keys: readonly TaskKey[]): readonly string[] {
  const images = new Set<string>();
  for (const key of keys) {
    const { id } = described.task(key).task;
    if (/^do_(rootfs|image)(_|$)/.test(id.task)) images.add(key.slice(0, key.lastIndexOf(':')));
  }
  return [...images].sort();
}

/** The outputs nearest to the change, each with what hangs on it alone among them. */
function cutOffs(described: DescribedTaskGraph, { certain, possible }: Affected): readonly CutOff[] {
  const found: CutOff[] = [];
  for (const task of certain) {
    if (!described.task(task).captures) continue;
    const seen = new Set([task]);
    for (const key of seen) {
      for (const above of described.graph.dependents(key)) if (possible.has(above)) seen.add(above);
    }
    seen.delete(task);
    const spares = [...seen].filter((key) => !described.task(key).noexec).length;
    if (spares > 0) found.push({ task, spares });
  }
  return found.sort((a, b) => b.spares - a.spares);
}

const shownAtMost = 12;

/** The answer as text. */
export function affectedText(answer: AffectedAnswer, style: { readonly all: boolean; readonly base: string }): string {
  const { subjects, direct, maybe, certain, possible } = answer;
  const most = style.all ? Number.POSITIVE_INFINITY : shownAtMost;
  const title = `a change of ${listText(subjects, 4)}`;
  if (certain.length + possible.length === 0) return `${title} rebuilds nothing\n${notesText(answer, style.base)}`;
  const above = certain.length - direct.length;
  const lines = [
    `${title} rebuilds ${countText(certain.length, 'task')}${possible.length === 0 ? '' : `, and up to ${countText(possible.length, 'more task', 'more tasks')} if outputs differ`}`,
    ...section(`takes it in (${direct.length})`, direct, most),
    ...section(`may take it in (${maybe.length})`, maybe, most),
    ...(above > 0 ? section(`follows for certain (${above})`, without(certain, direct), most) : []),
    ...section(`follows if outputs differ (${possible.length - maybe.length})`, without(possible, maybe), most),
    ...section('stops where the output stays the same', cutOffTexts(answer), most),
    ...section(`packages (${answer.packages.length})`, answer.packages, most),
    ...section(`images (${answer.images.length})`, answer.images, most),
  ];
  return `${lines.join('\n')}\n${notesText(answer, style.base)}`;
}

function notesText({ notes }: AffectedAnswer, base: string): string {
  return notes.map((note) => `note: ${note.replaceAll(`${base}/`, '')}\n`).join('');
}

function cutOffTexts({ cutOffs: found }: AffectedAnswer): readonly string[] {
  return found.map(({ task, spares }) => `${task} (spares ${countText(spares, 'task')})`);
}

function without(keys: readonly TaskKey[], others: readonly TaskKey[]): readonly TaskKey[] {
  const left = new Set(others);
  return keys.filter((key) => !left.has(key));
}

function section(heading: string, names: readonly string[], most: number): readonly string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, most).map((name) => `    ${name}`);
  const left = names.length - shown.length;
  return [
    `  ${heading}:`,
    ...shown,
    ...(left > 0 ? [`    and ${countText(left, 'other')}; \`--all\` shows them`] : []),
  ];
}
