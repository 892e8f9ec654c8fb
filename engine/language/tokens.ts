import { createToken, Lexer, type TokenType } from 'chevrotain';
import {
  assignableKeywordPattern,
  keywordPattern,
  matchDef,
  matchFunctionBody,
  matchLine,
  matchQuoted,
  matchRest,
  matchValue,
  type PatternFunction,
  patternSources as sources,
  sticky,
} from './lexical-patterns.ts';

type More = Omit<Parameters<typeof createToken>[0], 'name' | 'pattern'>;

function token(name: string, pattern: PatternFunction, more: More = {}): TokenType {
  return createToken({ name, pattern, line_breaks: true, ...more });
}

const words: More = { push_mode: 'words' };
const line: More = { push_mode: 'line' };
const skipped: More = { group: Lexer.SKIPPED };
const leadingOperator = sticky(sources.operatorAtLineStart);

function matchNameless(text: string, offset: number): RegExpExecArray | null {
  return leadingOperator(text, offset) === null ? null : matchRest(text, offset);
}

const blankLines = token('BlankLines', sticky(sources.blankLines), skipped);
const comment = token('Comment', sticky(sources.comment), { group: 'comments' });
const leadingJoint = token('LeadingJoint', sticky(sources.joint), skipped);
const gap = token('Gap', sticky(sources.gap), skipped);

/** Tokens by name. Those that begin a line occur nowhere else, so that the parser can resume at them after an error. */
export const tokens = {
  functionHeader: token('FunctionHeader', sticky(sources.functionHeader), { push_mode: 'body' }),
  functionBody: token('FunctionBody', matchFunctionBody),
  functionEnd: token('FunctionEnd', sticky(sources.functionEnd), { pop_mode: true }),
  def: token('Def', matchDef),
  exportFunctions: token('ExportFunctions', keywordPattern('EXPORT_FUNCTIONS'), words),
  addTask: token('AddTask', keywordPattern('addtask'), words),
  deleteTask: token('DeleteTask', keywordPattern('deltask'), words),
  addHandler: token('AddHandler', keywordPattern('addhandler'), words),
  inherit: token('Inherit', keywordPattern('inherit_defer|inherit'), words),
  misplaced: token('Misplaced', sticky(sources.misplacedKeyword), words),
  include: token('Include', assignableKeywordPattern('include_all|include|require'), words),
  addPythonLibrary: token('AddPythonLibrary', assignableKeywordPattern('addpylib'), words),
  addFragments: token('AddFragments', assignableKeywordPattern('addfragments'), words),
  unset: token('Unset', assignableKeywordPattern('unset'), line),
  export: token('Export', keywordPattern('export'), line),
  /** A whole line that is an assignment without a name; always an error. */
  nameless: token('Nameless', matchNameless),
  firstName: token('FirstName', sticky(sources.name), line),
  /** A whole line that begins like no statement; always an error. */
  unreadable: token('Unreadable', matchLine),
  words: token('Words', matchRest),
  newline: token('Newline', sticky(sources.newline), { pop_mode: true }),
  flag: token('Flag', sticky(sources.flag)),
  operator: token('Operator', (text, offset) => operatorOf(text, offset, true)),
  value: token('Value', matchValue),
  name: token('Name', sticky(sources.name)),
  /** The next four are never part of a statement; they make messages precise. */
  wrongOperator: token('WrongOperator', (text, offset) => operatorOf(text, offset, false)),
  wrongValue: token('WrongValue', matchQuoted),
  wrongFlag: token('WrongFlag', sticky(sources.malformedFlag)),
  junk: token('Junk', sticky(sources.junk)),
} as const;

/** Assignment operators as written. */
export const assignOperators = ['=', '?=', '??=', ':=', '+=', '=+', '.=', '=.'] as const;

const operatorRun = sticky(sources.operatorRun);

function operatorOf(text: string, offset: number, right: boolean): RegExpExecArray | null {
  const run = operatorRun(text, offset);
  return run !== null && assignOperators.some((each) => each === run[0]) === right ? run : null;
}

const everywhere = [
  tokens.include,
  tokens.addPythonLibrary,
  tokens.addFragments,
  tokens.unset,
  tokens.export,
  tokens.nameless,
  tokens.firstName,
  tokens.unreadable,
];
const recipeOnly = [tokens.exportFunctions, tokens.addTask, tokens.deleteTask, tokens.addHandler, tokens.inherit];

/** Which tokens are looked for, in order: at the start of a line of either kind of file, within a line, in a function. */
export const lexerModes: Readonly<Record<string, TokenType[]>> = {
  recipe: [blankLines, comment, tokens.functionHeader, tokens.def, ...recipeOnly, ...everywhere],
  configuration: [
    blankLines,
    comment,
    leadingJoint,
    tokens.functionHeader,
    tokens.def,
    tokens.misplaced,
    ...everywhere,
  ],
  line: [
    tokens.newline,
    gap,
    tokens.flag,
    tokens.operator,
    tokens.value,
    tokens.wrongOperator,
    tokens.wrongValue,
    tokens.name,
    tokens.wrongFlag,
    tokens.junk,
  ],
  words: [tokens.newline, gap, tokens.words],
  body: [tokens.functionEnd, tokens.functionBody],
};
