import { loadWorkspace } from '../../metadata/load-workspace.ts';
import type { Workspace } from '../../metadata/workspace.ts';
import { prepareReading, type ReadingOptions } from '../load-metadata.ts';

/** All metadata of a build directory. */
export function readWorkspace(options: ReadingOptions): Workspace {
  return loadWorkspace(prepareReading(options)).value;
}
