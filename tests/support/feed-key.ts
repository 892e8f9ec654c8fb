import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A key pair that signs feeds in a test: its secret half as a file, and its fingerprint. */
export interface FeedKey {
  readonly file: string;
  readonly fingerprint: string;
}

/** Makes a key pair below `directory`. */
export function makeFeedKey(directory: string): FeedKey {
  const home = join(directory, 'gnupg');
  mkdirSync(home, { mode: 0o700, recursive: true });
  const gpg = (...words: readonly string[]) =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  gpg('--passphrase', '', '--quick-gen-key', 'Feed <feed@example.org>', 'rsa2048', 'sign', 'never');
  const listed = gpg('--with-colons', '--list-secret-keys');
  const file = join(directory, 'secret.asc');
  gpg('--armor', '--output', file, '--export-secret-keys');
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'all'], { stdio: 'pipe' });
  return { file, fingerprint: /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '' };
}
