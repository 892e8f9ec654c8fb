import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sha256 } from '../../engine/base/sha256.ts';
import { openHttpSession } from '../../engine/net/http-session.ts';
import { FileSource } from '../../engine/remote/file-source.ts';
import { HttpSource } from '../../engine/remote/http-source.ts';
import { KnownResults } from '../../engine/remote/known-results.ts';
import { type Credentials, mirrorAddress, noCredentials } from '../../engine/remote/mirror-address.ts';
import type { Patience } from '../../engine/remote/patience.ts';
import { ListCache } from '../../engine/remote/published-lists.ts';
import { type MirrorTrouble, TeamCache } from '../../engine/remote/team-cache.ts';
import type { ActionResult } from '../../engine/sstate/action-cache.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { type LocalStore, openLocalStore } from '../../engine/sstate/local-store.ts';
import type { TrustedKeys } from '../../engine/sstate/result-signature.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** Tests do not wait as long as builds do. */
export const shortPatience: Patience = {
  connectMs: 5000,
  stallMs: 5000,
  answerMs: 10_000,
  slowMs: 5000,
  leastBytes: 1 << 10,
};

/** One builder: a folder with a store and what it keeps of mirrors. */
export interface Builder extends Disposable {
  readonly path: string;
  readonly directory: string;
  readonly store: LocalStore;
  /** Stores files as the result of a task; returns the key. */
  make(name: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
  /** Content of a file of a result that the store has. */
  has(key: string): Promise<boolean>;
}

export function builder(): Builder {
  const folder = temporaryDirectory();
  const directory = join(folder.path, 'sstate');
  const store = openLocalStore(directory);
  return {
    path: folder.path,
    directory,
    store,
    make: (name, files) => storeResult(join(folder.path, 'work', name), store, files),
    has: async (key) => (await store.actions.find([key])).has(key),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

async function storeResult(
  work: string,
  store: LocalStore,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), content);
  }
  const { trees, files: beside, output } = await captureOutputs([work], store.blobs);
  const key = sha256(`key of ${work}`);
  await store.actions.put(key, { trees, files: beside, output, dependencies: {}, durationMs: 5 });
  return key;
}

/** A result that names nothing but itself, for keys that are only asked for. */
export function emptyResult(tree: ActionResult['trees'][number], output: ActionResult['output']): ActionResult {
  return { trees: [tree], output, dependencies: {}, durationMs: 1 };
}

/** How a builder meets mirrors. */
export interface Meeting {
  readonly mirrors?: readonly string[];
  readonly publish?: readonly string[];
  readonly publisher?: string;
  readonly credentials?: Credentials;
  readonly trusted?: TrustedKeys;
  readonly signingKeyFile?: string;
  readonly patience?: Patience;
  readonly isSweep?: boolean;
}

/** A builder's TeamCache with the troubles that it told. */
export function meet(of: Builder, meeting: Meeting): TeamCache & { readonly troubles: readonly MirrorTrouble[] } {
  const credentials = meeting.credentials ?? noCredentials;
  const patience = meeting.patience ?? shortPatience;
  const troubles: MirrorTrouble[] = [];
  const mirrors = (meeting.mirrors ?? []).map((url) => mirrorAddress(url, credentials, false));
  const targets = (meeting.publish ?? []).map((url) => mirrorAddress(url, credentials, true));
  const listDirectory = join(of.path, 'lists');
  const publishing =
    targets.length === 0
      ? undefined
      : {
          targets,
          listDirectory,
          publisher: meeting.publisher ?? 'tester',
          signingKeyFile: meeting.signingKeyFile,
          isSweep: meeting.isSweep ?? false,
        };
  const team = new TeamCache({
    transfer: { directory: of.directory, mirrors, publishing, patience, proxies: {} },
    before: new KnownResults(join(of.path, 'known')),
    trusted: meeting.trusted ?? new Map(),
    openSources: async () =>
      mirrors.map((address) => {
        if (address.url.startsWith('file:')) return new FileSource(address.url);
        const session = openHttpSession({ connections: 32, connectMs: patience.connectMs, stallMs: patience.stallMs });
        return new HttpSource({ address, session, lists: new ListCache(listDirectory) });
      }),
    tell: (trouble) => void troubles.push(trouble),
  });
  return Object.assign(team, { troubles });
}

/** `file:` URL of a folder. */
export function folderUrl(path: string): string {
  return pathToFileURL(path).href;
}
