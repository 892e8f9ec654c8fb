import test from 'ava';
import { storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';
import { metadataProject } from '../support/metadata-project.ts';

/** A mistake in layers, configuration or a recipe, and all that the user reads of it. */
const catalogue: readonly {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly text: string;
}[] = [
  {
    what: 'a variable that has been renamed',
    files: {
      '/build/conf/local.conf': `BB_RENAMED_VARIABLES[OLD] = "NEW"
`,
      '/meta/recipes/a_1.0.bb': `OLD:append = " x"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: error: \`OLD\` has been renamed to \`NEW\` [renamed-variable]
    1 | OLD:append = " x"
      | ^~~~~~~~~~~~~~~~~
   help: write \`NEW\``,
  },
  {
    what: 'a variable that is gone',
    files: {
      '/meta/recipes/a_1.0.bb': `BB_STAMP_POLICY = "full"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: error: \`BB_STAMP_POLICY\` is a deprecated variable and support has been removed [renamed-variable]
    1 | BB_STAMP_POLICY = "full"
      | ^~~~~~~~~~~~~~~~~~~~~~~~
   help: take \`BB_STAMP_POLICY\` out`,
  },
  {
    what: 'a fragment that no layer has',
    files: {
      '/build/conf/local.conf': `FRAGS = "meta/oen"
addfragments conf/fragments FRAGS FLAGGED BUILTIN
`,
      '/meta/conf/fragments/one.conf': `A = "1"
`,
    },
    text: `conf/local.conf:1:1: error: could not find fragment \`meta/oen\` in enabled layers [fragment]
    1 | FRAGS = "meta/oen"
      | ^~~~~~~~~~~~~~~~~~
   help: did you mean \`meta/one\`?`,
  },
  {
    what: 'a builtin fragment against an assignment',
    files: {
      '/build/conf/local.conf': `MACHINE = "x"
FRAGS = "machine/y"
BUILTIN = "machine:MACHINE"
addfragments conf/fragments FRAGS FLAGGED BUILTIN
`,
    },
    text: `conf/local.conf:2:1: error: the builtin fragment \`machine/y\` is used while MACHINE has already got an assignment [fragment]
    2 | FRAGS = "machine/y"
      | ^~~~~~~~~~~~~~~~~~~
   conf/local.conf:1:1: MACHINE is set here
      1 | MACHINE = "x"
        | ^~~~~~~~~~~~~
   help: take the fragment out, or the assignment`,
  },
  {
    what: 'two builtin fragments for one variable',
    files: {
      '/build/conf/local.conf': `FRAGS = "machine/y machine/z"
BUILTIN = "machine:MACHINE"
addfragments conf/fragments FRAGS FLAGGED BUILTIN
`,
    },
    text: `conf/local.conf:1:1: warning: multiple builtin fragments are enabled for machine via variable FRAGS: machine/y machine/z [fragment]
    1 | FRAGS = "machine/y machine/z"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: only one of them should be set; the last one counts
conf/local.conf:1:1: error: the builtin fragment \`machine/z\` is used while MACHINE has already got an assignment [fragment]
    1 | FRAGS = "machine/y machine/z"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   conf/local.conf:1:1: MACHINE is set here
      1 | FRAGS = "machine/y machine/z"
        | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: take the fragment out, or the assignment`,
  },
  {
    what: 'a switch that is not one',
    files: {
      '/meta/recipes/a_1.0.bb': `do_build[noexec] = "yes"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: warning: \`do_build[noexec]\` is \`yes\`: the 'noexec' flag is on, whatever it says [flag-not-one]
    1 | do_build[noexec] = "yes"
      | ^~~~~~~~~~~~~~~~~~~~~~~~
   help: write \`do_build[noexec] = "1"\`, or take the line out`,
  },
  {
    what: 'two names that become one',
    files: {
      '/meta/recipes/a_1.0.bb': `K = "x"
A_x = "plain"
A_\${K} = "expanded"
`,
    },
    text: `/meta/recipes/a_1.0.bb:3:1: warning: \`A_\${K}\` (expanded) replaces original key \`A_x\` (plain) [replaced-name]
    3 | A_\${K} = "expanded"
      | ^~~~~~~~~~~~~~~~~~~
   /meta/recipes/a_1.0.bb:2:1: \`A_x\` is set here
      2 | A_x = "plain"
        | ^~~~~~~~~~~~~
   help: write both with the same name, or take one of them out`,
  },
  {
    what: 'a layer that names no series',
    files: {
      '/meta/conf/layer.conf': `BBPATH .= ":\${LAYERDIR}"
BBFILE_COLLECTIONS += "meta"
BBFILE_PATTERN_meta = "^\${LAYERDIR}/"
LAYERSERIES_CORENAMES = "one"
LAYERSERIES_COMPAT_meta = "one"
`,
    },
    text: `stx-bake: warning: layer \`extra\` should set LAYERSERIES_COMPAT_extra in its conf/layer.conf file [layer-series]
   help: name the core series that it is compatible with: LAYERSERIES_COMPAT_extra = "one"`,
  },
  {
    what: 'a layer of another series',
    files: {
      '/meta/conf/layer.conf': `BBPATH .= ":\${LAYERDIR}"
BBFILE_COLLECTIONS += "meta"
BBFILE_PATTERN_meta = "^\${LAYERDIR}/"
LAYERSERIES_CORENAMES = "one"
LAYERSERIES_COMPAT_meta = "one"
`,
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERSERIES_COMPAT_extra = "two"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: layer \`extra\` is not compatible with the core layer, which only supports these series: one [layer-series]
    3 | LAYERSERIES_COMPAT_extra = "two"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: the layer is compatible with two; take a branch of it that fits`,
  },
  {
    what: 'a layer without a core layer',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERSERIES_COMPAT_extra = "two"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: no core layer found to work with layer \`extra\` [layer-series]
    3 | LAYERSERIES_COMPAT_extra = "two"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: add the layer that sets LAYERSERIES_CORENAMES to BBLAYERS`,
  },
  {
    what: 'a layer that needs one that is not there',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERDEPENDS_extra = "meat"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: layer 'extra' depends on layer 'meat', but this layer is not enabled in your configuration [invalid-layer]
    3 | LAYERDEPENDS_extra = "meat"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: did you mean \`meta\`?
         add the layer \`meat\` to BBLAYERS`,
  },
  {
    what: 'a layer that needs another version',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERDEPENDS_extra = "meta (>= 2)"
`,
      '/build/conf/local.conf': `LAYERVERSION_meta = "1"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: layer 'extra' depends on version >= 2 of layer 'meta', but version 1 is currently enabled in your configuration [invalid-layer]
    3 | LAYERDEPENDS_extra = "meta (>= 2)"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: check that the branches of these two layers belong together`,
  },
  {
    what: 'a layer that needs a version where none is said',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERDEPENDS_extra = "meta (>= 2)"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: layer 'extra' depends on version >= 2 of layer 'meta', which is enabled but does not specify a version [invalid-layer]
    3 | LAYERDEPENDS_extra = "meta (>= 2)"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: set LAYERVERSION_meta in its layer.conf`,
  },
  {
    what: 'a version of a layer that cannot be read',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERDEPENDS_extra = "meta (2)"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: LAYERDEPENDS_extra holds an invalid version specification: \`(2)\` [invalid-layer]
    3 | LAYERDEPENDS_extra = "meta (2)"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: write it as \`name (>= 1)\``,
  },
  {
    what: 'a priority that is no number',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
BBFILE_PRIORITY_extra = "high"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: invalid value for BBFILE_PRIORITY_extra: "high" [invalid-layer]
    3 | BBFILE_PRIORITY_extra = "high"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: a whole number is expected`,
  },
  {
    what: 'a layer without a pattern',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
`,
    },
    text: `/extra/conf/layer.conf:1:1: error: the collection \`extra\` has no BBFILE_PATTERN_extra [invalid-layer]
    1 | BBFILE_COLLECTIONS += "extra"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: add BBFILE_PATTERN_extra = "^\${LAYERDIR}/" to its layer.conf`,
  },
  {
    what: 'a pattern that is none',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^(x"
`,
    },
    text: `/extra/conf/layer.conf:2:1: error: BBFILE_PATTERN_extra is not a regular expression: \`^(x\` [invalid-pattern]
    2 | BBFILE_PATTERN_extra = "^(x"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    what: 'two layers of one name',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "meta"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
`,
    },
    text: `stx-bake: error: two layers have the collection name \`meta\` [invalid-layer]
   /meta/conf/layer.conf:3:1: here
      3 | BBFILE_COLLECTIONS += "meta"
        | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
   /extra/conf/layer.conf:1:1: here
      1 | BBFILE_COLLECTIONS += "meta"
        | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: a name in BBFILE_COLLECTIONS must be unique`,
  },
  {
    what: 'a layer that is listed twice',
    files: {
      '/build/conf/bblayers.conf': `BBPATH = "\${TOPDIR}"
BBLAYERS = "/meta /meta"
`,
    },
    text: `stx-bake: error: two layers have the collection name \`meta\` [invalid-layer]
   /meta/conf/layer.conf:3:1: here
      3 | BBFILE_COLLECTIONS += "meta"
        | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: the same layer stands in BBLAYERS twice: take one out`,
  },
  {
    what: 'dynamic files without a layer',
    files: {
      '/extra/conf/layer.conf': `BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
BBFILES_DYNAMIC = "x"
`,
    },
    text: `/extra/conf/layer.conf:3:1: error: BBFILES_DYNAMIC holds \`x\` [invalid-layer]
    3 | BBFILES_DYNAMIC = "x"
      | ^~~~~~~~~~~~~~~~~~~~~
   help: write \`collection:pattern\` or \`!collection:pattern\``,
  },
  {
    what: 'a layer path that is wrong',
    files: {
      '/build/conf/bblayers.conf': `BBPATH = "\${TOPDIR}"
BBLAYERS = "/meta /l/extar"
`,
      '/l/extra/conf/layer.conf': ``,
    },
    text: `conf/bblayers.conf:2:19: error: BBLAYERS names the layer \`/l/extar\`, but there is no such directory [no-layers]
    2 | BBLAYERS = "/meta /l/extar"
      |                   ^~~~~~~~
   help: did you mean \`extra\`?`,
  },
  {
    what: 'a mask that is no pattern',
    files: {
      '/build/conf/local.conf': `BBMASK = "*bad"
`,
    },
    text: `conf/local.conf:1:1: warning: BBMASK contains an invalid regular expression, ignoring \`*bad\` [invalid-pattern]
    1 | BBMASK = "*bad"
      | ^~~~~~~~~~~~~~~`,
  },
  {
    what: 'a mask that begins with a bar',
    files: {
      '/build/conf/local.conf': `BBMASK = "|x"
`,
    },
    text: `conf/local.conf:1:1: warning: BBMASK contains a regular expression beginning with '|', fixing: \`|x\` [invalid-pattern]
    1 | BBMASK = "|x"
      | ^~~~~~~~~~~~~
   help: write \`x\``,
  },
  {
    what: 'a class missing deep down',
    files: {
      '/meta/recipes/a_1.0.bb': `inherit kit
`,
      '/meta/classes/kit.bbclass': `A = "1"
inherit \\
  autotool \\
  kit
`,
      '/meta/classes/autotools.bbclass': ``,
    },
    text: `/meta/classes/kit.bbclass:3:3: error: no layer has a class \`autotool\` [unknown-class]
    3 |   autotool \\
      |   ^~~~~~~~
   /meta/classes/kit.bbclass:4:1: the statement ends here
      4 |   kit
        | ^~~~~
   /meta/recipes/a_1.0.bb:1:1: inherited here
      1 | inherit kit
        | ^~~~~~~~~~~
   help: did you mean \`autotools\`?
         looked for \`/build/classes-recipe/autotool.bbclass\`, \`/meta/classes-recipe/autotool.bbclass\`, \`/extra/classes-recipe/autotool.bbclass\`, \`/build/classes/autotool.bbclass\`, \`/meta/classes/autotool.bbclass\`, \`/extra/classes/autotool.bbclass\``,
  },
  {
    what: 'a syntax error in an included file',
    files: {
      '/meta/recipes/a_1.0.bb': `require x.inc
`,
      '/meta/recipes/x.inc': `
A = b
`,
    },
    text: `/meta/recipes/x.inc:2:5: error: expected a quoted value, got \`b\` [syntax-error]
    2 | A = b
      |     ^
   /meta/recipes/a_1.0.bb:1:1: included here
      1 | require x.inc
        | ^~~~~~~~~~~~~
   help: write the value in quotes: \`"b"\``,
  },
  {
    what: 'an override like an operation',
    files: {
      '/meta/recipes/a_1.0.bb': `A:apend = "x"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: note: \`apend\` is taken for an override, and no override of that name is in force [spelling]
    1 | A:apend = "x"
      | ^~~~~~~
   help: did you mean \`append\`?`,
  },
  {
    what: 'a flag of a task that is not there',
    files: {
      '/meta/recipes/a_1.0.bb': `do_biuld[dirs] = "x"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: note: \`do_biuld\` has a flag but is no task of this recipe [spelling]
    1 | do_biuld[dirs] = "x"
      | ^~~~~~~~
   help: did you mean \`do_build\`?`,
  },
  {
    what: 'a flag of a task that is misspelled',
    files: {
      '/meta/recipes/a_1.0.bb': `do_build[nosatmp] = "1"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: note: \`nosatmp\` is no flag of a task that the engine knows [spelling]
    1 | do_build[nosatmp] = "1"
      | ^~~~~~~~~~~~~~~~~~~~~~~
   help: did you mean \`nostamp\`?`,
  },
  {
    what: 'a task that deltask does not find',
    files: {
      '/meta/recipes/a_1.0.bb': `deltask biuld
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: note: \`deltask\` names \`do_biuld\`, which is no task [spelling]
    1 | deltask biuld
      | ^~~~~~~~~~~~~
   help: did you mean \`do_build\`?`,
  },
  {
    what: 'an order after a task that is not there',
    files: {
      '/meta/recipes/a_1.0.bb': `addtask x after do_biuld
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: note: \`do_x\` is ordered after \`do_biuld\`, which is no task of this recipe [spelling]
    1 | addtask x after do_biuld
      | ^~~~~~~~~~~~~~~~~~~~~~~~
   help: did you mean \`do_build\`?`,
  },
  {
    what: 'OVERRIDES that never settle',
    files: {
      '/meta/recipes/a_1.0.bb': `OVERRIDES = "x:\${FLIP}"
FLIP = "on"
FLIP:on = "off"
FLIP:off = "on"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: error: \`OVERRIDES\` does not settle, the last values are \`x:on\`, \`x:off\` [unstable-overrides]
    1 | OVERRIDES = "x:\${FLIP}"
      | ^~~~~~~~~~~~~~~~~~~~~~~
   help: do not set what \`OVERRIDES\` refers to under an override that depends on it`,
  },
  {
    what: 'an expression of bitbake.conf that fails in a recipe',
    files: {
      '/build/conf/local.conf': `DEPENDS = "\${@1 / 0}"
`,
      '/meta/recipes/a_1.0.bb': ``,
    },
    text: `conf/local.conf:1:12: error: \`\${@1 / 0}\` in \`DEPENDS\` raised ZeroDivisionError: division by zero [python-exception]
    1 | DEPENDS = "\${@1 / 0}"
      |            ^~~~~~~~~
   /meta/recipes/a_1.0.bb:1:1: needed by this recipe
      1 | 
        | ^
   help: test that the divisor is not 0`,
  },
  {
    what: 'a task that refers to what cannot be expanded',
    files: {
      '/meta/recipes/a_1.0.bb': `WHAT = "\${@1 / 0}"
do_build() {
    echo \${WHAT}
}
do_build:append() {
    echo \${@WORD}
}
WORDS = "x"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:9: error: \`\${@1 / 0}\` in \`WHAT\` raised ZeroDivisionError: division by zero [python-exception]
    1 | WHAT = "\${@1 / 0}"
      |         ^~~~~~~~~
   /meta/recipes/a_1.0.bb:2:1: needed by \`do_build\`
      2 | do_build() {
        | ^~~~~~~~~~~~
   help: test that the divisor is not 0
/meta/recipes/a_1.0.bb:6:10: error: \`\${@WORD}\` in \`do_build\` raised NameError: name 'WORD' is not defined [python-exception]
    6 |     echo \${@WORD}
      |          ^~~~~~~~
   help: did you mean \`WORDS\`?`,
  },
  {
    what: 'a shell task that bash cannot read, with the line of the part that was appended',
    files: {
      '/meta/recipes/a_1.0.bb': `do_build() {
    :
}
# between
do_build:append() {
    if true; echo yes
    fi
}
`,
    },
    text: `/meta/recipes/a_1.0.bb:7:5: error: bash cannot read \`do_build\`: \`fi\` is not expected here [shell-syntax]
    7 |     fi
      |     ^~
   help: correct it; with references expanded it is line 3 of the function`,
  },
  {
    what: 'a Python task that is no Python in the part that was appended',
    files: {
      '/meta/recipes/a_1.0.bb': `python do_build() {
    x = 1
}
# between
python do_build:append() {
    x = 2
    y = (
}
`,
    },
    text: `/meta/recipes/a_1.0.bb:7:9: error: \`do_build\` is not valid Python: \`(\` is never closed [python-syntax]
    7 |     y = (
      |         ^
   help: give each bracket its partner`,
  },
  {
    what: 'a name of Python that nothing has',
    files: {
      '/meta/recipes/a_1.0.bb': `DEPENDS = "\${@' '.join(sortd(['b', 'a']))}"
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:12: error: \`\${@' '.join(sortd(['b', 'a']))}\` in \`DEPENDS\` raised NameError: name 'sortd' is not defined [python-exception]
    1 | DEPENDS = "\${@' '.join(sortd(['b', 'a']))}"
      |            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: did you mean \`sorted\` or \`ord\`?`,
  },
  {
    what: 'faults of layers of every kind',
    files: {
      '/meta/conf/layer.conf': `BBPATH .= ":\${LAYERDIR}"
BBFILE_COLLECTIONS += "meta"
BBFILE_PATTERN_meta = "^\${LAYERDIR}/"
LAYERSERIES_CORENAMES = "one"
LAYERSERIES_COMPAT_meta = "one"
`,
      '/extra/conf/layer.conf': `BBPATH .= ":\${LAYERDIR}"
BBFILE_COLLECTIONS += "extra"
BBFILE_PATTERN_extra = "^\${LAYERDIR}/"
LAYERSERIES_COMPAT_extra = "two"
LAYERDEPENDS_extra = "mta"
BBFILE_PRIORITY_extra = "high"
`,
    },
    text: `/extra/conf/layer.conf:4:1: error: layer \`extra\` is not compatible with the core layer, which only supports these series: one [layer-series]
    4 | LAYERSERIES_COMPAT_extra = "two"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: the layer is compatible with two; take a branch of it that fits
/extra/conf/layer.conf:5:1: error: layer 'extra' depends on layer 'mta', but this layer is not enabled in your configuration [invalid-layer]
    5 | LAYERDEPENDS_extra = "mta"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~
   help: did you mean \`meta\`?
         add the layer \`mta\` to BBLAYERS
/extra/conf/layer.conf:6:1: error: invalid value for BBFILE_PRIORITY_extra: "high" [invalid-layer]
    6 | BBFILE_PRIORITY_extra = "high"
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: a whole number is expected`,
  },
  {
    what: 'files that include each other',
    files: {
      '/meta/recipes/a_1.0.bb': `require b.inc
`,
      '/meta/recipes/b.inc': `require c.inc
`,
      '/meta/recipes/c.inc': `require b.inc
`,
    },
    text: `/meta/recipes/b.inc:1:1: warning: \`/meta/recipes/c.inc\` is included a second time in \`/meta/recipes/b.inc\` [duplicate-include]
    1 | require c.inc
      | ^~~~~~~~~~~~~
   /meta/recipes/c.inc:1:1: included here
      1 | require b.inc
        | ^~~~~~~~~~~~~
   /meta/recipes/b.inc:1:1: included here
      1 | require c.inc
        | ^~~~~~~~~~~~~
   /meta/recipes/a_1.0.bb:1:1: included here
      1 | require b.inc
        | ^~~~~~~~~~~~~
/meta/recipes/b.inc:1:1: error: \`/meta/recipes/c.inc\` includes itself without end [include-cycle]
    1 | require c.inc
      | ^~~~~~~~~~~~~
   /meta/recipes/c.inc:1:1: included here
      1 | require b.inc
        | ^~~~~~~~~~~~~
   /meta/recipes/b.inc:1:1: included here
      1 | require c.inc
        | ^~~~~~~~~~~~~
   /meta/recipes/a_1.0.bb:1:1: included here
      1 | require b.inc
        | ^~~~~~~~~~~~~
   help: remove one of the include or require statements of the circle
/meta/recipes/c.inc:1:1: warning: \`/meta/recipes/b.inc\` is included a second time in \`/meta/recipes/c.inc\` [duplicate-include]
    1 | require b.inc
      | ^~~~~~~~~~~~~
   /meta/recipes/b.inc:1:1: included here
      1 | require c.inc
        | ^~~~~~~~~~~~~
   /meta/recipes/a_1.0.bb:1:1: included here
      1 | require b.inc
        | ^~~~~~~~~~~~~`,
  },
  {
    what: 'addpylib in a recipe',
    files: {
      '/meta/recipes/a_1.0.bb': `addpylib \${LAYERDIR}/lib oe
`,
    },
    text: `/meta/recipes/a_1.0.bb:1:1: error: expected an assignment, a function or an include, got \`addpylib\` [misplaced-statement]
    1 | addpylib \${LAYERDIR}/lib oe
      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: move it into \`layer.conf\` or \`bitbake.conf\``,
  },
];

for (const { what, files, text } of catalogue) {
  test(`${what} is told in all these words`, (t) => {
    const { diagnostics } = metadataProject(files, { evaluator: createInlineEvaluator() });
    const texts = diagnostics.map((each) => diagnosticText(storeDiagnostic(each), { base: '/build' }));
    t.is(texts.join('\n'), text);
  });
}
