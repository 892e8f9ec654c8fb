/** What an XML document is made of, in its order: elements as they open and close, with the text that stands before a tag. */
export type XmlEvent =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'close'; readonly name: string; readonly text: string };

/**
 * Reads XML as indexes of repositories are written: elements, attributes, text, the five named entities and numbered ones.
 * No document types: what is declared in one is not expanded. Throws Error for what is not well formed.
 */
export async function* readXml(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<XmlEvent> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const open: string[] = [];
  let rest = '';
  let text = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    let at = 0;
    for (;;) {
      const start = rest.indexOf('<', at);
      const end = start === -1 ? -1 : endOfTag(rest, start);
      if (end === -1) break;
      text = `${text}${expandEntities(rest.slice(at, start))}`;
      const tag = rest.slice(start + 1, end);
      at = end + 1;
      const events = readTag(tag, text, open);
      if (events.length > 0) text = '';
      yield* events;
    }
    rest = rest.slice(at);
  }
  if (open.length > 0 || rest.trim() !== '')
    throw new Error(`the document ends within \`${open.at(-1) ?? rest.slice(0, 20)}\``);
}

/** Index of the `>` that ends the tag; -1 when it has not come yet. */
function endOfTag(text: string, start: number): number {
  if (text.startsWith('<!--', start)) {
    const end = text.indexOf('-->', start);
    return end === -1 ? -1 : end + 2;
  }
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return at;
  }
  return -1;
}

function readTag(tag: string, text: string, open: string[]): readonly XmlEvent[] {
  if (tag.startsWith('?') || tag.startsWith('!')) return [];
  if (tag.startsWith('/')) {
    const name = tag.slice(1).trim();
    const opened = open.pop();
    if (opened !== name) throw new Error(`\`${name}\` closes \`${opened ?? 'nothing'}\``);
    return [{ kind: 'close', name, text }];
  }
  const name = /^[^\s/]+/.exec(tag)?.[0] ?? '';
  const attributes = new Map<string, string>();
  for (const [, key = '', double, single] of tag
    .slice(name.length)
    .matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    attributes.set(key, expandEntities(double ?? single ?? ''));
  }
  const opened = { kind: 'open', name, attributes } as const;
  if (tag.endsWith('/')) return [opened, { kind: 'close', name, text: '' }];
  open.push(name);
  return [opened];
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function expandEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
