import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import type { FileCache } from './file-cache.ts';
import { type SearchResult, searchPath, splitPath } from './search-path.ts';
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
  /** Set while a layer.conf is read: `${LAYERDIR}` is put in at once. */
  layerDirectory: string | undefined;
  /** How many files are open, to stop files that include each other. */
  depth = 0;

  constructor(context: EvaluationContext, datastore: WritableDatastore, from?: Evaluation, scope?: ClassScope) {
    this.context = context;
    this.datastore = datastore;
    this.scope = scope ?? from?.scope ?? 'global';
    this.tasks = from?.tasks.fork() ?? new TaskTable();
    this.filesRead = new Set(from?.filesRead);
    this.filesLookedFor = new Set(from?.filesLookedFor);
    this.inherited = new Set(from?.inherited);
    this.deferred = [...(from?.deferred ?? [])];
  }

  /** A child that starts from here and changes only itself; diagnostics start empty. */
  fork(scope: ClassScope): Evaluation {
    return new Evaluation(this.context, this.datastore.fork(), this, scope);
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
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
