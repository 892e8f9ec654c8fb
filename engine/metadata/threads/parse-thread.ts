import { workerData } from 'node:worker_threads';
import { nodeFileReader } from '../../base/node-file-reader.ts';
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
  const { open } = openConfiguration(request.configuration, request.given, {
    files,
    evaluator: createInlineEvaluator(),
  });
  // The caller, who reads the same files, reports what is wrong with them.
  if (open === undefined) return;
  const fingerprint = baseFingerprint(open);
  const tables = newTables();
  const evaluated: EvaluatedFile[] = [];
  for (let index = list.next(); index !== undefined; index = list.next()) {
    const job = request.jobs[index];
    if (job !== undefined) evaluated.push(evaluateRecipeFile(open, job, tables).result);
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
