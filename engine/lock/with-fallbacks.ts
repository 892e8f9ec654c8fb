import { StxError } from '../base/stx-error.ts';
import type { Repository } from './lock-request.ts';

/** What was read, where each repository was found, and what had to be passed over. */
export interface Read<T> {
  readonly value: T;
  readonly repositories: readonly Repository[];
  readonly notes: readonly string[];
}

/**
 * Reads repositories; those that a failure names by their address are asked at their next one, until none has another. What
 * another mirror has is checked as the first is. Throws what the last attempt threw.
 */
export async function withFallbacks<T>(
  repositories: readonly Repository[],
  read: (repositories: readonly Repository[]) => Promise<T>,
): Promise<Read<T>> {
  const notes: string[] = [];
  for (let current = repositories; ; ) {
    try {
      return { value: await read(current), repositories: current, notes };
    } catch (error) {
      const said = unreadable(error);
      const next = current.map((each) => (said.some((line) => names(line, each.url)) ? moved(each) : each));
      const changes = changesOf(current, next);
      if (changes.length === 0) throw error;
      notes.push(...changes);
      current = next;
    }
  }
}

/** What is said of addresses that cannot be read; a signature that is not good is no reason to ask elsewhere. */
function unreadable(error: unknown): readonly string[] {
  const lines = error instanceof StxError ? error.message.split('\n') : [];
  return lines.filter((line) => !/signature|not signed|NO_PUBKEY|GPG error/.test(line));
}

function names(line: string, url: string): boolean {
  return [`${url}/`, `${url} `].some((each) => line.includes(each));
}

function moved(repository: Repository): Repository {
  const [url, ...fallbacks] = repository.fallbacks ?? [];
  return url === undefined ? repository : { ...repository, url, fallbacks };
}

function changesOf(before: readonly Repository[], after: readonly Repository[]): readonly string[] {
  const texts = before.flatMap(({ url }, index) => {
    const other = after[index]?.url ?? url;
    return other === url ? [] : [`\`${url}\` could not be read; \`${other}\` was asked`];
  });
  return [...new Set(texts)];
}
