import type { Datastore } from '../../datastore/datastore.ts';
import type { BodyLine } from '../../functions/script-lines.ts';
import type { StoredPlace } from '../../messages/stored-diagnostic.ts';

/** A frame as coprocess.py tells it: file, line, function, first and end column, text of the line. */
export type PythonFrame = readonly [string, number, string, number | null, number | null, string];

/** Where the lines of a function's body were written. */
export type LinesOf = (name: string) => readonly (BodyLine | undefined)[];

/** Says where the code of a frame was written. */
export class PythonPlaces {
  readonly #datastore: Datastore;
  readonly #libraries: readonly string[];
  readonly lines: LinesOf;

  constructor(lines: LinesOf, more: { readonly datastore: Datastore; readonly libraries: readonly string[] }) {
    this.lines = lines;
    this.#datastore = more.datastore;
    this.#libraries = more.libraries;
  }

  /** The place of a frame in a recipe or in a module of a layer; `undefined` for other code. */
  placeOf(frame: PythonFrame): StoredPlace | undefined {
    const [file, line] = frame;
    const name = /^<(.+)>$/.exec(file)?.[1];
    if (name === undefined) {
      const isOurs = this.#libraries.some((folder) => file.startsWith(`${folder}/`));
      return isOurs ? storedPlace(frame, { path: file, line }) : undefined;
    }
    const found = this.lines(name)[line - 1 - headerLines(name, this.#datastore)];
    return found === undefined ? undefined : storedPlace(frame, found);
  }

  /** Places of a call stack, innermost first. */
  placesOf(frames: readonly PythonFrame[]): readonly { readonly place: StoredPlace; readonly functionName: string }[] {
    return frames
      .map((frame) => ({ place: this.placeOf(frame), functionName: frame[2] }))
      .filter((each): each is { place: StoredPlace; functionName: string } => each.place !== undefined)
      .reverse();
  }
}

/** A body gets a `def` line in front of it; a `def` function has its own. */
function headerLines(name: string, datastore: Datastore): number {
  return isDefinition(name, datastore) ? 0 : 1;
}

/** Whether the text of a function is a whole `def` statement. */
export function isDefinition(name: string, datastore: Datastore): boolean {
  return new RegExp(`^(?:@.*\\n)*(?:async\\s+)?def\\s+${name.replace(/[^\w]/g, '\\$&')}\\s*\\(`).test(
    datastore.getUnexpanded(name) ?? '',
  );
}

function storedPlace([, , , first, end, text]: PythonFrame, { path, line }: BodyLine): StoredPlace {
  const lineText = text.replace(/\n$/, '');
  const indent = /^\s*/.exec(lineText)?.[0].length ?? 0;
  const start = Math.min(first ?? indent, lineText.length);
  const stop = end === null || end <= start ? lineText.trimEnd().length : end;
  return { path, line, column: start + 1, lineText, length: Math.max(1, stop - start) };
}
