import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../base/canonical-json.ts';
import { digestOfFile, sha256 } from '../../base/sha256.ts';
import type { SourceWitness } from '../source-witness.ts';
import { listWorkTree, type WorkTreeEntry } from './list-work-tree.ts';

/** Hex digest of what counts of a folder (`listWorkTree`): names, contents, executable bits, links. */
export async function workTreeDigest(folder: string, witness?: SourceWitness): Promise<string> {
  const contents: Record<string, string> = {};
  for (const entry of await listWorkTree(folder, witness)) {
    contents[entry.name] = await contentOf(join(folder, entry.name), entry.kind);
  }
  return sha256(canonicalJson(contents));
}

async function contentOf(path: string, kind: WorkTreeEntry['kind']): Promise<string> {
  if (kind === 'directory') return kind;
  if (kind === 'link') return `link ${readlinkSync(path)}`;
  const { hash } = await digestOfFile(path);
  return kind === 'executable' ? `executable ${hash}` : hash;
}
