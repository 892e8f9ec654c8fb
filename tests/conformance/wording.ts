import type { Diagnostic } from '../../engine/base/diagnostic.ts';
import type { DiagnosticCode } from '../../engine/base/diagnostic-codes.ts';

/** How BitBake words what one of our messages says. */
interface Wording {
  readonly code: DiagnosticCode;
  /** Matches our message, with the help in lines behind it; without it all messages of the code. */
  readonly ours?: RegExp;
  /** `$1` is a group of `ours`, `$line` the source line in which the problem lies. */
  readonly bitbake: string;
}

/**
 * Where our messages differ from BitBake's: the documented difference that the format of the cases asks for. Rules by
 * code and wording, never by case. What is not listed holds BitBake's words itself.
 */
const wordings: readonly Wording[] = [
  {
    code: 'syntax-error',
    ours: /expected a variable name, got `/,
    bitbake: "Empty variable name in assignment: '$line'",
  },
  {
    code: 'syntax-error',
    ours: /confusing multiline comment/,
    bitbake: 'There is a confusing multiline partially commented expression',
  },
  {
    code: 'syntax-error',
    ours: /middle of a multiline/,
    bitbake:
      'There is a comment which is in the middle of a multiline expression. This syntax is invalid, please correct it.',
  },
  {
    code: 'syntax-error',
    ours: /got `(.*)`, which holds an operation/,
    bitbake: "Task name '$1' contains a keyword which is not recommended/supported.",
  },
  { code: 'syntax-error', ours: /rest of the statement after the backslash/, bitbake: "Unparsed lines: ['$line']" },
  { code: 'syntax-error', bitbake: "unparsed line: '$line'" },
  { code: 'unterminated-value', bitbake: "unparsed line: '$line'" },
  { code: 'misplaced-statement', bitbake: "unparsed line: '$line'" },
  { code: 'unclosed-function', bitbake: 'Unparsed lines from unclosed function' },
  {
    code: 'old-override-syntax',
    ours: /^`(.*?)`/,
    bitbake: 'Variable $1 contains an operation using the old override syntax.',
  },
  {
    code: 'renamed-variable',
    ours: /^`(.*)` has been renamed to `(.*)`/,
    bitbake: 'Variable $1 has been renamed to $2',
  },
  { code: 'renamed-variable', ours: /^`(.*?)` (.*)/, bitbake: 'Variable $1 $2' },
  {
    code: 'discouraged-operator',
    ours: /^`(.*)` is not/,
    bitbake: '$1 is not a recommended operator combination, please replace it.',
  },
  { code: 'assignment-whitespace', bitbake: "has a lack of whitespace around the assignment: '$line'" },
  {
    code: 'duplicate-include',
    ours: /^`(.*)` is included a second time in `(.*)`/,
    bitbake: 'Duplicate inclusion for $1 in $2',
  },
  {
    code: 'replaced-name',
    ours: /^`(.*)` \((.*)\) replaces original key `(.*)` \((.*)\)/s,
    bitbake: 'Variable key $1 ($2) replaces original key $3 ($4).',
  },
  {
    code: 'flag-not-one',
    ours: /`.*\[(.*)\]`/,
    bitbake:
      "In a future version of BitBake, setting the '$1' flag to something other than '1' will result in the flag not being set.",
  },
  {
    code: 'recursive-reference',
    ours: /^`(.*?)` refers to itself: `[^`]*` -> `[^`]*`$/m,
    bitbake: 'Failure expanding variable $1 which triggered exception Exception: variable $1 references itself!',
  },
  {
    code: 'recursive-reference',
    ours: /^`(.*?)` refers to itself/,
    bitbake:
      'Failure expanding variable $1 which triggered exception RecursionError: maximum recursion depth exceeded; variable $1 references itself!',
  },
  { code: 'include-cycle', bitbake: 'RecursionError: maximum recursion depth exceeded' },
  {
    code: 'python-exception',
    ours: /^`(\$\{@.*)` in `a text` raised (.*)/,
    bitbake: 'ExpansionError: Failure expanding expression $1 which triggered exception $2',
  },
  {
    code: 'python-exception',
    ours: /^`(\$\{@.*)` in `(.*)` raised (.*)/,
    bitbake: 'ExpansionError: Failure expanding variable $2, expression was $1 which triggered exception $3',
  },
  {
    code: 'python-exception',
    ours: /^`.*` raised (.*)/,
    bitbake: 'Error executing a python function in <code>: Exception: $1',
  },
  { code: 'unstable-overrides', bitbake: 'Overrides could not be expanded into a stable state after 5 iterations' },
  { code: 'unknown-class', ours: /class `(.*\.bbclass)`/, bitbake: 'Could not inherit file $1' },
  { code: 'unknown-class', ours: /class `(.*)`/, bitbake: 'Could not inherit file classes/$1.bbclass' },
  { code: 'unknown-include', ours: /no layer has the file `(.*)`/, bitbake: 'Could not include required file $1' },
  { code: 'unknown-include', ours: /is not a metadata file/, bitbake: 'not a BitBake file' },
  { code: 'dangling-append', ours: /append file `(.*)`/, bitbake: 'No recipes in default available for:\n  $1' },
  {
    code: 'invalid-layer',
    ours: /^two layers have the collection name `(.*)`/,
    bitbake: "Found duplicated BBFILE_COLLECTIONS '$1', check bblayers.conf or layer.conf to fix it.",
  },
  { code: 'invalid-layer', ours: /^layer ('.*)/, bitbake: 'Layer $1' },
  {
    code: 'invalid-layer',
    ours: /BBFILES_DYNAMIC holds `(.*)`/,
    bitbake: 'BBFILES_DYNAMIC entries must be of the form {!}<collection name>:<filename pattern>, not:\n    $1',
  },
  {
    code: 'invalid-layer',
    ours: /^the layer `(.*)` has no `conf\/layer.conf`/,
    bitbake: 'FileNotFoundError: [Errno 2] file $1/conf/layer.conf not found',
  },
  { code: 'invalid-layer', ours: /without end/, bitbake: 'RecursionError: maximum recursion depth exceeded' },
  { code: 'invalid-layer', ours: /has no (BBFILE_PATTERN_.*)/, bitbake: '$1 not defined' },
  {
    code: 'invalid-pattern',
    ours: /^(BBFILE_PATTERN_\S+) .*`(.*)`/,
    bitbake: '$1 "$2" is not a valid regular expression',
  },
  {
    code: 'invalid-pattern',
    ours: /^BBMASK contains a regular expression beginning with '\|', fixing/,
    bitbake: "BBMASK contains regular expression beginning with '|', fixing",
  },
  { code: 'invalid-pattern', ours: /^(BBMASK contains an invalid regular expression, ignoring)/, bitbake: '$1' },
  {
    code: 'layer-series',
    ours: /^layer `(.*)` should set (\S+)/,
    bitbake: 'Layer $1 should set $2 in its conf/layer.conf file to list the core layer names it is compatible with.',
  },
  {
    code: 'layer-series',
    ours: /^layer `(.*)` is not compatible with the core layer, which only (.*)/,
    bitbake: 'Layer $1 is not compatible with the core layer which only $2',
  },
  {
    code: 'layer-series',
    ours: /^no core layer found to work with layer `(.*)`/,
    bitbake: "No core layer found to work with layer '$1'. Missing entry in bblayers.conf?",
  },
  {
    code: 'no-layers',
    ours: /BBLAYERS names the layer `(.*)`/,
    bitbake: 'The following layer directories do not exist:\n   $1',
  },
  {
    code: 'no-layers',
    ours: /names no layer in BBLAYERS/,
    bitbake: "The bblayers.conf file doesn't contain any BBLAYERS definition",
  },
  { code: 'fragment', ours: /could not find fragment `(.*)`/, bitbake: 'Could not find fragment $1 in enabled layers' },
  {
    code: 'fragment',
    ours: /the builtin fragment `(.*)` is used while (.*)/,
    bitbake: "A builtin fragment '$1' is used while $2.",
  },
  { code: 'fragment', ours: /^multiple (.*)/, bitbake: 'Multiple $1' },
  {
    code: 'invalid-value',
    ours: /configuration name `(.*)` cannot start with a digit/,
    bitbake: "Multiconfig name '$1' is invalid as multiconfigs cannot start with a digit",
  },
  {
    code: 'invalid-value',
    ours: /class name `(.*)` contains a dash/,
    bitbake: 'The classname $1 contains a dash character and is calling an sh function using EXPORT_FUNCTIONS.',
  },
  { code: 'invalid-value', ours: /`([^`]*)`$/m, bitbake: "invalid literal for int() with base 10: '$1'" },
  { code: 'unknown-handler', ours: /`(.*)`/, bitbake: "Undefined event handler function '$1'" },
  // The graph.
  {
    code: 'dependency-cycle',
    ours: /^2 tasks wait/,
    bitbake: 'Task has circular dependency on',
  },
  {
    code: 'dependency-cycle',
    ours: /^(\d+) tasks wait/,
    bitbake:
      '$1 unbuildable tasks were found. These are usually caused by circular dependencies. Dependency loop #1 found',
  },
  {
    code: 'unknown-task',
    ours: /^`(.*):(.*)` depends on `.*`, but `(.*)` has no task `(.*)`/,
    bitbake: 'Task $2 in $1 depends upon non-existent task $4 in $3',
  },
  {
    code: 'unknown-task',
    ours: /^`(.*)` has no task `(.*)`/,
    bitbake: 'Task $2 does not exist for target $1. Close matches:',
  },
  {
    code: 'nothing-provides',
    ours: /^nothing provides `(.*)`, which the package .*\(`(.*)`\)/,
    bitbake: "Nothing RPROVIDES '$1' (but $2 RDEPENDS on or otherwise requires it)",
  },
  {
    code: 'nothing-provides',
    ours: /^nothing provides `(.*)`, which .*\[rdepends\]/,
    bitbake: "Nothing RPROVIDES '$1'",
  },
  {
    code: 'nothing-provides',
    ours: /^nothing provides `(.*)`, which .* needs to be built \(`(.*)`\)\n`(.*?)` was skipped: (.*)/,
    bitbake: "Nothing PROVIDES '$1' (but $2 DEPENDS on or otherwise requires it). $3 was skipped: $4",
  },
  {
    code: 'nothing-provides',
    ours: /^nothing provides `(.*)`, which .* needs to be built \(`(.*)`\)/,
    bitbake: "Nothing PROVIDES '$1' (but $2 DEPENDS on or otherwise requires it)",
  },
  {
    code: 'nothing-provides',
    ours: /PREFERRED_PROVIDER_(.*) is not set/,
    bitbake: 'Error, recipe virtual provider PREFERRED_PROVIDER_$1 not set',
  },
  { code: 'nothing-provides', ours: /^nothing provides `(.*?)` at run time/, bitbake: "Nothing RPROVIDES '$1'" },
  { code: 'nothing-provides', ours: /^nothing provides `(.*?)`/, bitbake: "Nothing PROVIDES '$1'" },
  {
    code: 'unknown-target',
    ours: /^.*`(.*)`.*\nREQUIRED_VERSION_(.*) asks for `(.*)`,/,
    bitbake: "required version $3 of $2 not available. Nothing PROVIDES '$1'. No eligible PROVIDERs exist for '$1'",
  },
  {
    code: 'unknown-target',
    ours: /^.*`(.*)`.*\n`(.*?)` was skipped: (.*)/,
    bitbake: "Nothing PROVIDES '$1'. $2 was skipped: $3",
  },
  { code: 'unknown-target', ours: /`(.*)`/, bitbake: "Nothing PROVIDES '$1'. Close matches:" },
  {
    code: 'unbuildable-target',
    ours: /^the target `(.*)` cannot be built.*: (.*)$/,
    bitbake: "Required build target '$1' has no buildable providers. Missing or unbuildable dependency chain was: [$2]",
  },
  { code: 'multiple-versions', ours: /versions of `(.*?)`/, bitbake: 'Multiple versions of $1 are due to be built' },
  {
    code: 'multiple-providers',
    ours: /provide `(.*?)`/,
    bitbake: 'Multiple .bb files are due to be built which each provide $1',
  },
  {
    code: 'unknown-configuration',
    ours: /depends on `(.*)`, but there is no configuration `(.*)`/,
    bitbake: 'Multiconfig dependency $1 depends on nonexistent multiconfig configuration named configuration $2',
  },
  {
    code: 'unknown-configuration',
    ours: /no configuration `(.*)`/,
    bitbake: 'Multiconfig dependency depends on nonexistent multiconfig configuration named $1',
  },
  {
    code: 'malformed-dependency',
    ours: /^`(.*)` in .*\[mcdepends\]/,
    bitbake:
      "multiconfig dependency $1 does not contain exactly four  ':' characters. in the form 'mc:fromMC:toMC:packagename:task'",
  },
  {
    code: 'malformed-dependency',
    ours: /^`(.*)` in .*\[rdepends\]/,
    bitbake: "dependency $1 does not contain exactly one ':' character. in the form 'packagename:task'",
  },
  {
    code: 'malformed-dependency',
    ours: /^`[^`]*:[^`]*:[^`]*` in .*\[depends\]/,
    bitbake: 'too many values to unpack (expected 2)',
  },
  { code: 'malformed-dependency', bitbake: 'not enough values to unpack (expected 2, got 1)' },
  {
    code: 'preferred-version-missing',
    ours: /^REQUIRED_VERSION.* asks for `(.*)`/,
    bitbake: 'required version $1 not available',
  },
  { code: 'preferred-version-missing', ours: /asks for `(.*)`/, bitbake: 'preferred version $1 not available' },
  {
    code: 'conflicting-preferences',
    bitbake: 'resulted in conflicting PREFERRED_PROVIDER entries being found',
  },
  {
    code: 'nothing-to-run',
    ours: /has a task (.*)/,
    bitbake: 'Could not find any tasks with the tasknames $1 to run within the recipes of the taskgraphs',
  },
  { code: 'conflicting-targets', bitbake: 'multiconfig conflict' },
  { code: 'nothing-to-run', bitbake: 'No active tasks and not in --continue mode?!' },
  { code: 'python-syntax', ours: /indent/, bitbake: 'IndentationError' },
  { code: 'python-syntax', bitbake: 'SyntaxError' },
];

/** BitBake's sentences for a diagnostic, the first that fits; empty where ours holds the same words. */
export function bitbakeWording(diagnostic: Diagnostic): readonly string[] {
  for (const { code, ours = /^/, bitbake } of wordings) {
    const match = code === diagnostic.code ? ours.exec(textOf(diagnostic)) : null;
    if (match === null) continue;
    return [
      bitbake.replace(/\$(\d|line)/g, (_, key: string) =>
        key === 'line' ? lineOf(diagnostic) : (match[Number(key)] ?? ''),
      ),
    ];
  }
  return [];
}

function textOf({ message, help }: Diagnostic): string {
  return help === undefined ? message : `${message}\n${help}`;
}

function lineOf({ span }: Diagnostic): string {
  return span === undefined ? '' : span.source.line(span.source.position(span.start).line).trimEnd();
}
