import type { Diagnostic, RelatedPlace } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { BaseReads } from '../datastore/base-reads.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import { sharedState } from '../datastore/variable-state.ts';
import { exportedVariables } from '../functions/function-flags.ts';
import { attachHost, type HostFacts, type SourceRevisions } from '../python/engine-host.ts';
import type { PythonBody } from '../python/python-runtime.ts';
import type { FileCache, FileQuestion } from './file-cache.ts';
import type { EventHandler } from './hosted-evaluation.ts';
import { PythonHost } from './python-host.ts';
import { type SearchResult, searchPath, splitPath } from './search-path.ts';
import { stableFacts } from './stable-facts.ts';
import type { Suspect } from './suspect.ts';
import { TaskTable } from './task-table.ts';

/** Which class folders are searched besides `classes`: `classes-global` for INHERIT, `classes-recipe` for recipes. */
export type ClassScope = 'global' | 'recipe';

/** A class named by `inherit_defer`, read when the recipe is finalized. */
export interface DeferredInherit {
  readonly classes: string;
  readonly span: Span | undefined;
}

/** What stays the same for all evaluations of one invocation. */
export interface EvaluationContext {
  readonly files: FileCache;
  readonly topDirectory: string;
  /** What Python code is told about the machine; what is absent it cannot ask. */
  readonly facts?: HostFacts | undefined;
  /** Who knows revisions that are no commits. */
  readonly revisions?: SourceRevisions | undefined;
}

const relatedLimit = 5;

/** What a recipe was made from, besides what its configuration holds for all of them (`Evaluation.state`). */
export interface RecipeTrace {
  readonly asked: ReadonlySet<FileQuestion>;
  readonly reads: BaseReads;
}

/** Everything that reading metadata files builds up; writable only until a recipe is finished. */
export class Evaluation {
  readonly context: EvaluationContext;
  readonly datastore: WritableDatastore;
  readonly scope: ClassScope;
  readonly tasks: TaskTable;
  readonly diagnostics: Diagnostic[] = [];
  readonly filesRead: Set<string>;
  readonly filesLookedFor: Set<string>;
  readonly inherited: Set<string>;
  readonly deferred: DeferredInherit[];
  /** Anonymous Python functions, in the order in which they were read. */
  readonly anonymous: PythonBody[];
  /** Functions that `addhandler` named, and where. */
  readonly handlers: Map<string, Span | undefined>;
  /** Handlers that take part in events. */
  readonly registered: Map<string, EventHandler>;
  /** Python modules of layers: the directory and the name that `addpylib` gives. */
  readonly libraries: { readonly directory: string; readonly name: string }[];
  /** Variables that an `export` names, or that the configuration exports. */
  readonly exported: Set<string>;
  /** Words of this recipe that may be slips; those of the configuration are not looked at. */
  readonly suspects: Suspect[];
  /** Why the recipe is left out, when its lines raised `bb.parse.SkipRecipe`. */
  skipped: string | undefined;
  /** Set when that happened in the recipe file itself: nothing after it counts. */
  stopped = false;
  /** What Python code gets from the engine. */
  readonly host: PythonHost;
  /** Set while a layer.conf is read: `LAYERDIR` and `LAYERDIR_RE`, which are put in at once. */
  layerReferences: Readonly<Record<string, string>> | undefined;
  #exportedByAll: readonly string[] | undefined;
  /** The statements that opened the files that are being read, outermost first; absent for what was not named by one. */
  readonly #opened: (RelatedPlace | undefined)[] = [];

  constructor(context: EvaluationContext, datastore: WritableDatastore, from?: Evaluation, scope?: ClassScope) {
    this.context = context;
    this.datastore = datastore;
    this.scope = scope ?? from?.scope ?? 'global';
    this.tasks = from?.tasks.fork() ?? new TaskTable();
    this.filesRead = new Set(from?.filesRead);
    this.filesLookedFor = new Set(from?.filesLookedFor);
    this.inherited = new Set(from?.inherited);
    this.deferred = [...(from?.deferred ?? [])];
    this.anonymous = [...(from?.anonymous ?? [])];
    this.handlers = new Map(from?.handlers);
    this.registered = new Map(from?.registered);
    this.libraries = [...(from?.libraries ?? [])];
    this.exported = new Set(from?.exported);
    this.suspects = from?.scope === 'recipe' ? [...from.suspects] : [];
    this.skipped = from?.skipped;
    this.host = new PythonHost(this);
    attachHost(datastore, this.host);
  }

  /** A child that starts from here and changes only itself; diagnostics start empty. */
  fork(scope: ClassScope): Evaluation {
    return new Evaluation(this.context, this.datastore.fork(), this, scope);
  }

  /** How many files are open, to stop files that include each other. */
  get depth(): number {
    return this.#opened.length;
  }

  /** Does the work of reading a file that the statement at `from` opened: problems in it name that place too. */
  within(from: RelatedPlace | undefined, work: () => void): void {
    this.#opened.push(from);
    work();
    this.#opened.pop();
  }

  /** A child for one recipe file, which notes all that it and its own forks are made from. */
  forkRecipe(): { readonly evaluation: Evaluation; readonly trace: RecipeTrace } {
    const files = this.context.files.recording();
    const reads = new BaseReads();
    const evaluation = new Evaluation({ ...this.context, files }, this.datastore.forkRecording(reads), this, 'recipe');
    for (const name of this.#exports()) evaluation.exported.add(name);
    return { evaluation, trace: { asked: files.asked, reads } };
  }

  /** Everything besides single variables that a fork starts from, as text: what is not in it must not be read by recipes. */
  state(): string {
    return JSON.stringify([
      sharedState(this.datastore),
      this.tasks.state(),
      [...this.inherited],
      [...this.filesRead],
      this.deferred.map((each) => each.classes),
      this.anonymous.map((each) => each.text),
      [...this.handlers.keys()],
      this.libraries,
      stableFacts(this.context.facts),
      [...this.registered].map(([name, { body, mask }]) => [name, body.text, ...mask]),
      this.skipped ?? null,
      this.#exports(),
    ]);
  }

  /** The variables that the finished configuration exports, however that was said. */
  #exports(): readonly string[] {
    this.#exportedByAll ??= exportedVariables(this.datastore);
    return this.#exportedByAll;
  }

  /** Keeps a diagnostic, with the places that led to the file in which it was found. */
  report(diagnostic: Diagnostic): void {
    const path = this.#opened.filter((each) => each !== undefined).reverse();
    const unique = path.filter((each, index) => path.findIndex((other) => other.span === each.span) === index);
    const more = unique.slice(0, relatedLimit);
    if (diagnostic.span === undefined || more.length === 0) this.diagnostics.push(diagnostic);
    else this.diagnostics.push({ ...diagnostic, related: [...(diagnostic.related ?? []), ...more] });
  }

  /** BBPATH as absolute directories. */
  searchDirectories(): readonly string[] {
    return splitPath(this.datastore.get('BBPATH'), this.context.topDirectory);
  }

  /** Searches and records both the file and the places that were tried. */
  find(name: string, directories: readonly string[]): SearchResult {
    const result = searchPath(name, directories, (path) => this.context.files.isFile(path));
    for (const each of result.lookedFor) this.filesLookedFor.add(each);
    return result;
  }
}
