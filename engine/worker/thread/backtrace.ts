import type { ScriptLine } from '../../messages/task-order.ts';

/** One level of calls in a failed script, innermost first; `line` 0 means "somewhere in the function". */
export interface ScriptFrame {
  readonly functionName: string;
  readonly line: number;
}

/** The bash text run in front of a task's script: it tells on file descriptor 3 where a failing script was. */
export const reportingPrelude = `exec {stx_report}>&3 3>&-
stx_at=
stx_command=
trap 'stx_status=$? stx_command=$BASH_COMMAND; stx_at="$LINENO|\${FUNCNAME[*]}|\${BASH_LINENO[*]}"' ERR
trap 'stx_end=$?; if [ $stx_end -ne 0 ]; then
[ "$stx_end" = "\${stx_status-}" ] || { stx_command=; stx_at="0|\${FUNCNAME[*]}|\${BASH_LINENO[*]}"; }
printf "failed %s\\ncommand %s\\n" "$stx_at" "$stx_command" >&$stx_report
fi' EXIT
set -E
stx_script=$1
shift
. "$stx_script"`;

/** Reads what the prelude reported; empty when it said nothing (no bash in the root, or the script was killed). */
export function readFrames(report: string): readonly ScriptFrame[] {
  const line = withoutCommand(report)
    .split('\n')
    .findLast((each) => each.startsWith('failed '));
  const [own = '', names = '', callers = ''] = line?.slice('failed '.length).split('|') ?? [];
  const lines = [Number(own), ...callers.split(' ').map(Number)];
  const frames = names
    .split(' ')
    .filter((name) => name !== '')
    .map((functionName, level) => ({ functionName, line: lines[level] ?? 0 }));
  return frames.filter((frame) => frame.functionName !== 'source' && frame.functionName !== 'main');
}

const commandMark = '\ncommand ';
const longestCommand = 200;

/** The first line of the command that failed, before its variables were expanded; `undefined` when it is not known. */
export function failedCommand(report: string): string | undefined {
  const at = report.indexOf(commandMark);
  const text = at === -1 ? '' : (report.slice(at + commandMark.length).split('\n')[0] ?? '').trim();
  return text === '' ? undefined : text.slice(0, longestCommand);
}

function withoutCommand(report: string): string {
  const at = report.indexOf(commandMark);
  return at === -1 ? report : report.slice(0, at);
}

/** A place in a recipe, as `path:line function`. */
export function recipePlace(frame: ScriptFrame, lines: readonly ScriptLine[]): string {
  const ofFunction = lines.filter((each) => each.functionName === frame.functionName);
  const mapped = frame.line === 0 ? ofFunction[0] : ofFunction.findLast((each) => each.scriptLine <= frame.line);
  if (mapped === undefined) return `(generated) ${frame.functionName}`;
  const line = frame.line === 0 ? mapped.line : mapped.line + frame.line - mapped.scriptLine;
  return `${mapped.path}:${line} ${frame.functionName}`;
}
