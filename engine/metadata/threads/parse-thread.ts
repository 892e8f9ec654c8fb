import { workerData } from 'node:worker_threads';
import { nodeFileReader } from '../../base/node-file-reader.ts';
import { StxError } from '../../base/stx-error.ts';
import type { SourceRevisions } from '../../python/engine-host.ts';
import { createInlineEvaluator } from '../../python/evaluate-inline.ts';
import { baseFingerprint } from '../cache/base-record.ts';
import { answersOf, type EvaluatedFile, evaluateRecipeFile, newTables } from '../cache/evaluated-file.ts';
import { FileCache } from '../file-cache.ts';
import { openConfiguration } from '../open-configuration.ts';
import type { ThreadMessage, ThreadStart } from './parse-threads.ts';
import { SharedList } from './shared-list.ts';

const { request, memory, port } = workerData as ThreadStart;
const list = new SharedList(request.jobs.length, memory);

function say(message: ThreadMessage): void {
  port.postMessage(message);
  list.signal();
}

function work(): void {
  const files = new FileCache(nodeFileReader);
  let hasAsked = false;
  // One answer counts for all recipes: the caller asks for it.
  const revisions: SourceRevisions = {
    newest: ({ address }) => {
      hasAsked = true;
      throw StxError.of('missing-revision', `\`${address}\` is asked for by the first thread alone`);
    },
  };
  const { open } = openConfiguration(request.configuration, request.given, {
    files,
    evaluator: createInlineEvaluator(),
    revisions,
  });
  // The caller, who reads the same files, reports what is wrong with them.
  if (open === undefined) return;
  const fingerprint = baseFingerprint(open);
  const tables = newTables();
  const evaluated: EvaluatedFile[] = [];
  for (let index = list.next(); index !== undefined; index = list.next()) {
    const job = request.jobs[index];
    if (job === undefined) continue;
    hasAsked = false;
    const { result } = evaluateRecipeFile(open, job, tables);
    if (!hasAsked) evaluated.push(result);
  }
  const questions = tables.questions.texts;
  const answers = answersOf(questions, files);
  say({ result: { fingerprint, evaluated, tables: { questions, answers, names: tables.names.texts } } });
}

try {
  work();
} finally {
  say({ ended: true });
}
