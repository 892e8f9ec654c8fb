import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDeb } from './deb-file.ts';

/** Control fields of a package of the archive. */
export type PackageFields = { readonly Package: string } & Readonly<Record<string, string>>;

/** A key pair for one test, made in a folder of its own. */
export class SigningKey {
  /** The public half, as apt takes it. */
  readonly keyring: string;
  /** Of the primary key. */
  readonly fingerprint: string;
  /** Folder that gpg keeps the key in. */
  readonly home: string;
  readonly #home: string;

  constructor(directory: string, name: string) {
    this.#home = join(directory, name);
    mkdirSync(this.#home, { mode: 0o700 });
    this.#gpg('--passphrase', '', '--quick-gen-key', `${name} <${name}@localhost>`, 'rsa2048', 'sign', 'never');
    this.keyring = join(directory, `${name}.gpg`);
    this.#gpg('--output', this.keyring, '--export');
    const listed = this.#gpg('--with-colons', '--list-keys');
    this.fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '';
    this.home = this.#home;
  }

  /** Writes a detached signature beside a file: `FILE.asc`. */
  signBeside(file: string): void {
    this.#gpg('--yes', '--armor', '--output', `${file}.asc`, '--detach-sign', file);
  }

  /** Writes `InRelease` beside a `Release` file. */
  sign(release: string): void {
    this.#gpg('--yes', '--output', release.replace(/Release$/, 'InRelease'), '--clearsign', release);
  }

  /** Writes the detached signature of a file beside it: `FILE.asc`. */
  detach(file: string): void {
    this.#gpg('--yes', '--armor', '--output', `${file}.asc`, '--detach-sign', file);
  }

  #gpg(...words: string[]): string {
    const options = ['--homedir', this.#home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--no-autostart'];
    const usable = words.includes('--export') ? options : options.filter((each) => each !== '--no-autostart');
    return execFileSync('gpg', [...usable, ...words], { stdio: 'pipe', encoding: 'utf8' });
  }

  /** Ends the agent that gpg has started for this key. */
  [Symbol.dispose](): void {
    execFileSync('gpgconf', ['--homedir', this.#home, '--kill', 'all'], { stdio: 'pipe' });
  }
}

/** Source packages of the archive: index fields that go to `main/source/Sources`. */
export type SourceFields = Readonly<Record<string, string>>;

/** A mirror with the suite `stable`, component `main`, architecture amd64, made of these packages and signed. */
export function writeArchive(
  directory: string,
  packages: readonly PackageFields[],
  key: SigningKey,
  sources: readonly SourceFields[] = [],
): void {
  const pool = join(directory, 'pool');
  const index = join(directory, 'dists/stable/main/binary-amd64');
  for (const each of [pool, index]) mkdirSync(each, { recursive: true });
  const stanzas = packages.map((fields) => {
    const name = makeDeb(pool, { Architecture: 'amd64', ...fields });
    const bytes = readFileSync(join(pool, name));
    const all = { Version: '1.0-r0', Architecture: 'amd64', ...fields };
    const lines = Object.entries(all).map(([field, value]) => `${field}: ${value}`);
    return [...lines, `Filename: pool/${name}`, `Size: ${bytes.length}`, `SHA256: ${sha256(bytes)}`, ''].join('\n');
  });
  const text = stanzas.join('\n');
  writeFileSync(join(index, 'Packages'), text);
  const sourceText = sources
    .map((fields) =>
      Object.entries(fields)
        .map(([field, value]) => `${field}: ${value}\n`)
        .join(''),
    )
    .join('\n');
  mkdirSync(join(directory, 'dists/stable/main/source'), { recursive: true });
  writeFileSync(join(directory, 'dists/stable/main/source/Sources'), sourceText);
  const release = join(directory, 'dists/stable/Release');
  writeFileSync(
    release,
    [
      ...['Suite: stable', 'Codename: stable', 'Components: main', 'Architectures: amd64'],
      `Date: ${new Date().toUTCString()}`,
      'SHA256:',
      ` ${sha256(Buffer.from(text))} ${Buffer.byteLength(text)} main/binary-amd64/Packages`,
      ` ${sha256(Buffer.from(sourceText))} ${Buffer.byteLength(sourceText)} main/source/Sources`,
      '',
    ].join('\n'),
  );
  key.sign(release);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
