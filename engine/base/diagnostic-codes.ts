/** Every diagnostic code with its one-line meaning; docs/reference/codes.md is generated from this table. */
export const diagnosticCodes = {
  // base
  'file-not-readable': 'a file that is needed cannot be read',
  'disk-full': 'a file system has no space left',
  'system-failure': 'the operating system refused something',
  // language
  'syntax-error': 'the text is not a statement of the recipe language',
  'unclosed-function': 'a function body is never closed',
  // datastore
  'recursive-reference': 'a variable refers to itself',
  // python
  'python-syntax': 'an inline expression is not valid Python',
  'unsupported-python': 'a construct outside the supported Python subset',
  'python-exception': 'an inline expression raised an exception',
  // metadata
  'unknown-class': 'inherit names a class that no layer has',
  'unknown-include': 'require names a file that no layer has',
  'no-layers': 'the build configuration lists no usable layer',
  // taskgraph
  'unknown-target': 'a target that no recipe provides',
  'unknown-task': 'a task that the recipe does not have',
  'nothing-provides': 'a dependency that no recipe provides',
  'dependency-cycle': 'tasks that wait for each other',
  // sstate
  'unstorable-output': 'a task left something that cannot be stored',
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof diagnosticCodes;
