import type { FileReader } from '../base/file-reader.ts';

/** Suite name (`stable`, a codename) -> base URL of the first entry of the host's apt that serves its component `main`. */
export type AptSources = ReadonlyMap<string, string>;

/** Reads the host's apt sources, one-line and deb822 style; a host without apt gives an empty map. Never throws for content. */
export function readAptSources(files: FileReader, etcApt = '/etc/apt'): AptSources {
  const suites = new Map<string, string>();
  const add = (uri: string, suite: string, components: readonly string[]): void => {
    const isUsable = /^https?:/.test(uri) && components.includes('main');
    if (isUsable && !suites.has(suite)) suites.set(suite, uri.replace(/\/+$/, ''));
  };
  readOneLineFile(files.readText(`${etcApt}/sources.list`) ?? '', add);
  const folder = `${etcApt}/sources.list.d`;
  for (const name of files.list(folder)) {
    const text = files.readText(`${folder}/${name}`) ?? '';
    if (name.endsWith('.list')) readOneLineFile(text, add);
    else if (name.endsWith('.sources')) readStanzas(text, add);
  }
  return suites;
}

type Add = (uri: string, suite: string, components: readonly string[]) => void;

function readOneLineFile(text: string, add: Add): void {
  for (const line of text.split('\n')) {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line);
    if (match) add(match[1] ?? '', match[2] ?? '', words(match[3]));
  }
}

function readStanzas(text: string, add: Add): void {
  const plain = text.replaceAll(/^#.*\n?/gm, '');
  for (const stanza of plain.split(/\n\s*\n/)) {
    const field = (name: string): readonly string[] =>
      words(new RegExp(`^${name}:((?:.*)(?:\\n[ \\t].*)*)`, 'im').exec(stanza)?.[1]);
    if (field('Enabled')[0] === 'no' || !field('Types').includes('deb')) continue;
    for (const uri of field('URIs')) for (const suite of field('Suites')) add(uri, suite, field('Components'));
  }
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
