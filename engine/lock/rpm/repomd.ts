import { readXml, type XmlEvent } from './xml.ts';

/** One index that `repomd.xml` names. */
export interface IndexFile {
  /** `primary`, `filelists`, `modules`, `group`. */
  readonly type: string;
  /** Name of a hash function and the sum of the file as it is stored. */
  readonly checksum: { readonly type: string; readonly sum: string };
  readonly openChecksum: { readonly type: string; readonly sum: string } | undefined;
  /** Below the address of the repository. */
  readonly path: string;
  readonly timestamp: string;
}

/** What `repomd.xml` says. */
export interface RepositoryIndex {
  readonly revision: string | undefined;
  readonly files: readonly IndexFile[];
}

type Draft = { -readonly [Key in keyof IndexFile]?: IndexFile[Key] | undefined };

/** Reads `repomd.xml`. Throws Error when it is not well formed or an index lacks its place or sum. */
export async function readRepositoryIndex(bytes: Uint8Array): Promise<RepositoryIndex> {
  const files: IndexFile[] = [];
  let revision: string | undefined;
  let draft: Draft = {};
  let type = '';
  for await (const event of readXml([bytes])) {
    if (event.kind === 'open') {
      type = event.attributes.get('type') ?? '';
      draft = opened(event, draft);
    } else if (event.name === 'data') files.push(whole(draft));
    else if (event.name === 'revision') revision = event.text.trim();
    else takeText(draft, event.name, { type, sum: event.text.trim() });
  }
  return { revision: revision === '' ? undefined : revision, files };
}

function opened({ name, attributes }: Extract<XmlEvent, { readonly kind: 'open' }>, draft: Draft): Draft {
  if (name === 'data') return { type: attributes.get('type') ?? '' };
  return name === 'location' ? { ...draft, path: attributes.get('href') } : draft;
}

function takeText(draft: Draft, name: string, value: { readonly type: string; readonly sum: string }): void {
  if (name === 'checksum') draft.checksum = value;
  else if (name === 'open-checksum') draft.openChecksum = value;
  else if (name === 'timestamp') draft.timestamp = value.sum;
}

function whole({ type = '', checksum, openChecksum, path = '', timestamp = '0' }: Draft): IndexFile {
  if (checksum === undefined || !isInside(path)) throw new Error(`the index \`${type}\` has no place or no checksum`);
  return { type, checksum, openChecksum, path, timestamp };
}

/** Whether a place that an index names lies below the address of its repository. */
export function isInside(path: string): boolean {
  return path !== '' && !path.startsWith('/') && !/[\s:]/.test(path) && !path.split('/').includes('..');
}

/** The text of a `repomd.xml` that names these indexes alone. */
export function repositoryIndexText(index: RepositoryIndex): string {
  const data = index.files.map((each) => {
    const open = each.openChecksum;
    return [
      `  <data type="${each.type}">`,
      `    <checksum type="${each.checksum.type}">${each.checksum.sum}</checksum>`,
      ...(open === undefined ? [] : [`    <open-checksum type="${open.type}">${open.sum}</open-checksum>`]),
      `    <location href="${each.path.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"/>`,
      `    <timestamp>${each.timestamp}</timestamp>`,
      '  </data>',
    ].join('\n');
  });
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="http://linux.duke.edu/metadata/repo">';
  return `${head}\n  <revision>${index.revision ?? '0'}</revision>\n${data.join('\n')}\n</repomd>\n`;
}
