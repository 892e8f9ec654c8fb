import test from 'ava';
import { storeDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import { createInlineEvaluator } from '../../engine/python/evaluate-inline.ts';
import { diagnosticText } from '../../engine/ui/diagnostic-text.ts';
import { metadataProject } from '../support/metadata-project.ts';

const recipe = '/meta/recipes/a_1.0.bb';

/** What Python code of a layer says or does wrong while it is read, and all that the user reads of it. */
const catalogue: readonly { readonly what: string; readonly body: string; readonly text: string }[] = [
  {
    what: 'bb.fatal',
    body: 'python () {\n    bb.fatal("no licence for ", d.getVar("PN"))\n}\n',
    text: `${recipe}:2:5: error: no licence for a [layer-error]
    2 |     bb.fatal("no licence for ", d.getVar("PN"))
      |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    what: 'bb.error',
    body: 'python () {\n    bb.error("odd value")\n}\n',
    text: `${recipe}:2:5: warning: odd value [layer-error]
    2 |     bb.error("odd value")
      |     ^~~~~~~~~~~~~~~~~~~~~`,
  },
  {
    what: 'bb.warn',
    body: 'python () {\n    bb.warn("old name")\n}\n',
    text: `${recipe}:2:5: warning: old name [layer-warning]
    2 |     bb.warn("old name")
      |     ^~~~~~~~~~~~~~~~~~~`,
  },
  {
    what: 'bb.note',
    body: 'python () {\n    bb.note("to know")\n}\n',
    text: `${recipe}:2:5: note: to know [layer-note]
    2 |     bb.note("to know")
      |     ^~~~~~~~~~~~~~~~~~`,
  },
  {
    what: 'addhandler with a name that no function has',
    body: 'addhandler nobody\n',
    text: `${recipe}:1:12: error: there is no function \`nobody\` to handle events [unknown-handler]
    1 | addhandler nobody
      |            ^~~~~~
   help: define it: \`python nobody() { ... }\``,
  },
  {
    what: 'a function that starts a program',
    body: 'python () {\n    bb.process.run("git status")\n}\n',
    text: `${recipe}:2:5: error: \`bb.process.run\` while recipes are read is not supported, in \`__anonymous\` [unsupported-python]
    2 |     bb.process.run("git status")
      |     ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
   help: run the program in a task`,
  },
];

for (const { what, body, text } of catalogue) {
  test(`${what} is told in all these words`, (t) => {
    const { diagnostics } = metadataProject({ [recipe]: body }, { evaluator: createInlineEvaluator() });
    const texts = diagnostics.map((each) => diagnosticText(storeDiagnostic(each), { base: '/build' }));
    t.is(texts.join('\n'), text);
  });
}
