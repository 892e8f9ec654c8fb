import type { OpenConfiguration } from './base-configuration.ts';
import { baseFingerprint } from './cache/base-record.ts';
import { type EvaluatedFile, evaluateRecipeFile, type RecipeJob } from './cache/evaluated-file.ts';
import type { ForeignTables, ParseCache } from './cache/parse-cache.ts';
import type { GivenFacts } from './open-configuration.ts';
import type { Recipe } from './recipe.ts';

/** What threads need to evaluate the same as we. */
export interface ThreadRequest {
  readonly configuration: string;
  readonly given: GivenFacts;
  readonly jobs: readonly RecipeJob[];
}

/** What one thread has evaluated; numbers are those of `tables`. */
export interface ThreadResult {
  /** Equal fingerprints say that the thread saw the same configuration. */
  readonly fingerprint: string;
  readonly evaluated: readonly EvaluatedFile[];
  readonly tables: ForeignTables;
}

/** Threads that take jobs off the same list as the caller. */
export interface ThreadRun {
  /** Index of a job that nobody has taken yet. */
  next(): number | undefined;
  /** Waits until every job that was taken is done. A thread that fails leaves its jobs out. */
  finish(): readonly ThreadResult[];
}

/** Starts threads that evaluate recipe files. */
export interface ParseThreads {
  /** From this many jobs on threads are worth their start. */
  readonly worthwhile: number;
  start(request: ThreadRequest): ThreadRun;
}

/** Of this many evaluated files the variables are kept, so that a small build evaluates nothing twice. */
const inMemory = 100;

/** Recipe files evaluated: as data for all, with their variables for some. */
export interface EvaluatedRecipes {
  readonly files: ReadonlyMap<string, EvaluatedFile>;
  readonly recipes: ReadonlyMap<string, readonly Recipe[]>;
}

/** Evaluates recipe files, with threads when there are enough of them. */
export function evaluateAll(
  request: ThreadRequest,
  open: OpenConfiguration,
  { cache, threads }: { readonly cache: ParseCache; readonly threads: ParseThreads | undefined },
): EvaluatedRecipes {
  const { jobs } = request;
  const files = new Map<string, EvaluatedFile>();
  const recipes = new Map<string, readonly Recipe[]>();
  const evaluate = (job: RecipeJob): void => {
    const made = evaluateRecipeFile(open, job, cache.tables);
    files.set(job.file, made.result);
    if (recipes.size < inMemory) recipes.set(job.file, made.recipes);
  };
  if (threads !== undefined && jobs.length >= threads.worthwhile) {
    const run = threads.start(request);
    for (let index = run.next(); index !== undefined; index = run.next()) {
      const job = jobs[index];
      if (job !== undefined) evaluate(job);
    }
    for (const each of run.finish()) adopt(each, open, { cache, files });
  }
  for (const job of jobs) if (!files.has(job.file)) evaluate(job);
  return { files, recipes };
}

function adopt(
  { fingerprint, evaluated, tables }: ThreadResult,
  open: OpenConfiguration,
  { cache, files }: { readonly cache: ParseCache; readonly files: Map<string, EvaluatedFile> },
): void {
  if (fingerprint !== baseFingerprint(open)) return;
  for (const each of evaluated) files.set(each.file, cache.adopt(each, tables));
}
