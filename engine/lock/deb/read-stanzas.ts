import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The stanzas of an index of apt, field by field; lines of a field that goes on are joined by newlines. */
export async function* readStanzas(path: string): AsyncGenerator<ReadonlyMap<string, string>> {
  let fields = new Map<string, string>();
  let last = '';
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const colon = line.indexOf(':');
    if (line === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      fields.set(last, `${fields.get(last) ?? ''}\n${line.trim()}`);
    } else if (colon > 0) {
      last = line.slice(0, colon);
      fields.set(last, line.slice(colon + 1).trim());
    }
  }
  if (fields.size > 0) yield fields;
}
