/** Every diagnostic code with its one-line meaning; docs/reference/codes.md is generated from this table. */
export const diagnosticCodes = {
  // base
  'file-not-readable': 'a file that is needed cannot be read',
  'disk-full': 'a file system has no space left',
  'system-failure': 'the operating system refused something',
  // language
  'syntax-error': 'the text is not a statement of the recipe language',
  'unclosed-function': 'a function body is never closed',
  'unterminated-value': 'a value lacks its closing quote',
  'misplaced-statement': 'a statement that this kind of file may not hold',
  'assignment-whitespace': 'an assignment operator without a blank on both sides',
  'discouraged-operator': 'an operator such as `+=` together with `:append`, `:prepend` or `:remove`',
  'python-tabs': 'Python code indented with tabs',
  'joined-task-names': 'names in addtask that become one name',
  // datastore
  'recursive-reference': 'a variable refers to itself',
  'old-override-syntax': 'a name carries `_append`, `_prepend` or `_remove`, the syntax before `:append`',
  'unstable-overrides': 'OVERRIDES depends on itself and never settles',
  'replaced-name': 'a name with references expands to a name that has a value of its own',
  // python
  'python-syntax': 'an inline expression is not valid Python',
  'unsupported-python': 'a construct outside the supported Python subset',
  'python-exception': 'an inline expression raised an exception',
  'python-limit': 'an inline expression takes too many steps, nests too deep or makes too much',
  // metadata
  'unknown-class': 'inherit names a class that no layer has',
  'unknown-include': 'require names a file that no layer has',
  'no-layers': 'the build configuration lists no usable layer',
  'invalid-layer': 'a layer lacks something that its configuration must say',
  'invalid-value': 'a variable of the engine holds something that it cannot mean',
  'invalid-pattern': 'a pattern is not a regular expression',
  'unsupported-statement': 'a statement that is read but cannot be carried out yet',
  'include-cycle': 'files that include each other without end',
  'duplicate-include': 'a file is included twice in the same recipe',
  'dangling-append': 'an append file that no recipe matches',
  'unknown-configuration': 'a configuration that BBMULTICONFIG does not name',
  'preferred-version-missing': 'a preferred version that no recipe has',
  // taskgraph
  'unknown-target': 'a target that no recipe provides',
  'unknown-task': 'a task that the recipe does not have',
  'nothing-provides': 'a dependency that no recipe provides',
  'dependency-cycle': 'tasks that wait for each other',
  'malformed-dependency': 'a dependency that is not written as it must be',
  'multiple-versions': 'two versions of one recipe are needed in one build',
  // sstate
  'unstorable-output': 'a task left something that cannot be stored',
  'non-deterministic-output': 'the same work gave another output than the stored one',
  // tasks/deb-index, tasks/package, tasks/feed
  'bad-package-file': 'a package file that cannot be read',
  'bad-package-metadata': 'a package field that the package format does not allow',
  'installed-not-shipped': 'installed files that belong to no package',
  'unresolved-library': 'a program needs a shared library that nothing declared provides',
  'duplicate-package': 'two recipes make a package of the same name',
  // net, archive, tasks/fetch, tasks/unpack, tasks/patch
  'download-failed': 'no mirror could serve a file',
  'checksum-mismatch': 'a file is not the one that its SHA-256 names',
  'missing-checksum': 'a source to download has no SHA-256',
  'network-disabled': 'a file would have to be downloaded, and BB_NO_NETWORK forbids it',
  'package-not-locked': 'a root asks for a package that its lock does not hold',
  'locked-file-gone': 'a file of the lock that no mirror has any more',
  'local-source-missing': 'a file of SRC_URI that lies nowhere along FILESPATH',
  'bad-source-uri': 'an entry of SRC_URI or of a mirror list that cannot be used',
  'corrupt-archive': 'an archive that is damaged or of an unknown format',
  'unsafe-archive': 'an archive that would write outside its folder',
  'patch-failed': 'a patch does not apply',
  'patch-fuzz': 'a patch applies only when lines around its changes are ignored',
  // worker, tasks/recipe-sysroot, tasks/unpack-root
  'task-failed': 'the program of a task ended with an error',
  'internal-error': 'a bug of ours',
  'sandbox-unavailable': 'the host cannot give a task its sandbox',
  'result-incomplete': 'a stored result lacks something or is damaged',
  'sysroot-conflict': 'two recipes hand the same path to a third',
  'unsafe-cleandirs': 'a task would empty a directory that is not its own',
  'missing-input': 'a task does not find what it works on',
  // host
  'missing-host-tools': 'programs of the host that the target needs are missing',
  // base/lock-file, lock, tasks/bootstrap, host/boot-image
  'invalid-lock-file': 'a lock file that is not in the form that `lock update` writes',
  'lock-failed': 'packages could not be resolved against the signed index of the mirror',
  'bootstrap-failed': 'a root file system could not be made from locked packages',
  'boot-failed': 'the emulator could not be started',
  // app
  'bad-option': 'an option that does not exist or lacks its value',
  'path-with-blank': 'a path that configuration files cannot hold',
  'relative-path': 'a directory of the build whose path is not absolute',
  'unreadable-source': 'a local source that is neither a file, a directory nor a link',
  'build-directory-busy': 'another build works in the build directory',
  // signatures, runqueue
  'unknown-builtin': 'a task names a built-in task that does not exist',
  'unequal-outputs': 'a task has more input than output directories, or fewer',
  'python-task': 'a task or a function around it is Python and cannot be run yet',
} as const satisfies Record<string, string>;

/** A code that the table has. */
export type DiagnosticCode = keyof typeof diagnosticCodes;
