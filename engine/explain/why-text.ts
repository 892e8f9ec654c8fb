import { unifiedDiff } from '../format/unified-diff.ts';
import { shortPath } from '../inspect/place.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { CausePlace } from './place-of-cause.ts';
import { countText, listText } from './texts.ts';
import type { ExplainedCause } from './why.ts';

/** How many tasks would be worked on. */
export interface DirtyCounts {
  readonly run: number;
  readonly restore: number;
  /** Depends on outputs that are not known yet. */
  readonly open: number;
}

/** How causes are shown. */
export interface WhyStyle {
  /** Paths are shown relative to it. */
  readonly base: string;
  /** Nothing is left out. */
  readonly all: boolean;
  readonly since: number | undefined;
  /** Of a cause that is a folder: what is newer in it. */
  readonly files?: ReadonlyMap<ExplainedCause, readonly string[]> | undefined;
}

const mostFiles = 5;
const mostCauses = 20;
const mostLines = 40;
const mostPackages = 12;

/** The first causes as text. */
export function whyText(causes: readonly ExplainedCause[], counts: DirtyCounts, style: WhyStyle): string {
  const shown = style.all ? causes : causes.slice(0, mostCauses);
  const lines = [`${summary(counts, style.since)}, because of ${countText(causes.length, 'cause')}:`];
  for (const [index, cause] of shown.entries()) lines.push('', ...causeLines(cause, index + 1, style));
  const left = causes.slice(shown.length);
  if (left.length > 0) lines.push('', `and ${countText(left.length, 'cause')} more; \`--all\` shows them`);
  return `${lines.join('\n')}\n`;
}

function summary({ run, restore, open }: DirtyCounts, since: number | undefined): string {
  if (since !== undefined) return `${countText(run + open, 'task')} of build ${since} would not be made the same now`;
  const parts = [
    run > 0 ? `${countText(run, 'task')} would run` : '',
    open > 0 ? `${countText(open, 'task')} may run` : '',
    restore > 0 ? `${countText(restore, 'task')} would be restored` : '',
  ];
  return parts.filter((each) => each !== '').join(', ');
}

function causeLines(explained: ExplainedCause, number: number, style: WhyStyle): readonly string[] {
  const { place, namedAt } = explained;
  const at = place === undefined ? '' : `  (${placeText(place, style.base)})`;
  const named = namedAt === undefined ? [] : [`named at ${placeText(namedAt, style.base)}`];
  const indent = ' '.repeat(`${number}. `.length);
  const files = fileLines(style.files?.get(explained) ?? [], style.all);
  const body = [...named, ...files, ...detailLines(explained, style.all), reachText(explained, style.all)];
  return [`${number}. ${title(explained)}${at}`, ...body.map((line) => `${indent}${line}`.trimEnd())];
}

/** Folders end in `/`: something is gone from them. */
function fileLines(files: readonly string[], all: boolean): readonly string[] {
  if (files.length === 0) return [];
  const names = listText(files, all ? files.length : mostFiles);
  return [files[0]?.endsWith('/') ? `something went from ${names}` : `newer in it: ${names}`];
}

function placeText({ file, line }: CausePlace, base: string): string {
  return `${shortPath(file, base)}${line === undefined ? '' : `:${line}`}`;
}

/** One line that says what happened. */
function title({ cause, about, direct }: ExplainedCause): string {
  const of = about === undefined ? '' : ` of ${about}`;
  switch (cause.kind) {
    case 'variable':
      if (cause.from === undefined || cause.from === null) return `\`${cause.name}\`${of} is new`;
      return `\`${cause.name}\`${of} ${cause.to === undefined || cause.to === null ? 'is gone' : 'changed'}`;
    case 'word':
      return `\`${cause.name}\`${of} ${cause.isSet ? 'now holds' : 'no longer holds'} \`${cause.word}\``;
    case 'file':
      return `\`${cause.name.replace(/^file:\/\//, '')}\`${of} ${fileChange(cause)}`;
    case 'lock':
      return `the locked packages of \`${cause.root}\` changed`;
    case 'dependencies':
      return `${about} depends on other tasks`;
    case 'identity':
      return `\`${cause.name}\`, which every task is made with, is another one`;
    case 'outputs':
      return `the output directories of ${about} changed`;
    case 'forced':
      return `${listText(direct, 3)}: asked for by name (-f or -C)`;
    case 'nostamp':
      return `${listText(direct, 3)}: runs in every build (nostamp)`;
    case 'never-built':
      return 'never built in this build directory';
    case 'lost':
      return `${about}: its inputs are as they were, but it was cleaned, or did not end well when it last ran`;
    case 'other-stamp':
      return `${about}: what was done before stands under another STAMP or WORKDIR, such as that of another version`;
    case 'no-record':
      return 'made before there was a history, or so long ago that it was dropped: what it was made from is not known';
    case 'other-output':
      return `${about}: a dependency gave another output, though it was made from the same`;
    case 'gone':
      return `\`${cause.path}\` is gone`;
    case 'ran-later':
      return `${cause.predecessor} ran after it, in the same work directory`;
    case 'taint':
      return `${about}: was forced`;
  }
}

function fileChange({ from, to }: { readonly from: string | undefined; readonly to: string | undefined }): string {
  if (from === undefined) return 'is now among the sources';
  if (to === undefined) return 'is no source any more';
  if (to === 'missing') return 'is missing';
  return from === 'missing' ? 'was missing' : 'has another content';
}

function detailLines({ cause, packages }: ExplainedCause, all: boolean): readonly string[] {
  switch (cause.kind) {
    case 'variable':
      return valueLines(cause.from, cause.to, all);
    case 'other-stamp':
      return [`${cause.from} -> ${cause.to}`];
    case 'identity':
      return [`${cause.from ?? 'none'} -> ${cause.to ?? 'none'}`];
    case 'dependencies':
      return [...cause.added.map((each) => `+ ${each}`), ...cause.removed.map((each) => `- ${each}`)];
    case 'outputs':
      return [...cause.from.map((each) => `- ${each}`), ...cause.to.map((each) => `+ ${each}`)];
    case 'lock': {
      const shown = all ? packages : packages.slice(0, mostPackages);
      const lines = shown.map(({ name, from, to }) => `${name} ${versionChange(from, to)}`);
      const left = packages.length - shown.length;
      return left === 0 ? lines : [...lines, `and ${countText(left, 'package')} more`];
    }
    default:
      return [];
  }
}

function versionChange(from: string | undefined, to: string | undefined): string {
  if (from === undefined) return `${to} is new`;
  if (to === undefined) return `${from} is gone`;
  return from === to ? `${to}: another file` : `${from} -> ${to}`;
}

function valueLines(from: string | null | undefined, to: string | null | undefined, all: boolean): readonly string[] {
  const [before, after] = [from ?? '', to ?? ''];
  if (!before.includes('\n') && !after.includes('\n')) {
    if (from === undefined || from === null) return [`${JSON.stringify(after)}`];
    if (to === undefined || to === null) return [`was ${JSON.stringify(before)}`];
    return [`${JSON.stringify(before)} -> ${JSON.stringify(after)}`];
  }
  const lines = unifiedDiff('', withNewline(before), withNewline(after)).split('\n').slice(2, -1);
  while (lines.at(-1)?.trim() === '') lines.pop();
  if (all || lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `and ${countText(lines.length - mostLines, 'line')} more`];
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function reachText({ direct, dirties, cause }: ExplainedCause, all: boolean): string {
  const names = listText(direct, all ? direct.length : 4);
  if (
    cause.kind === 'never-built' ||
    cause.kind === 'no-record' ||
    cause.kind === 'nostamp' ||
    cause.kind === 'forced'
  ) {
    return `dirties ${countText(dirties, 'task')}${cause.kind === 'nostamp' || cause.kind === 'forced' ? '' : `, from ${names} on`}`;
  }
  return `dirties ${countText(dirties, 'task')}: ${names}${above(direct, dirties)}`;
}

function above(direct: readonly TaskKey[], dirties: number): string {
  const more = dirties - direct.length;
  return more > 0 ? ` and ${more} that depend on ${direct.length === 1 ? 'it' : 'them'}` : '';
}
