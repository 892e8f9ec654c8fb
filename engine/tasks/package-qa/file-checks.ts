import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedEntry } from '../package/package-record.ts';
import type { Finding, PackageCheck, PackageFacts } from './facts.ts';

/** How many paths a finding names. */
const LISTED = 5;

/** `paths` as a list for people: some of them, and how many more there are. */
export function listed(paths: readonly string[], most = LISTED): string {
  const shown = paths.slice(0, most).map((path) => `\`${path}\``);
  if (paths.length > most) shown.push(`${paths.length - most} more`);
  return shown.join(', ');
}

function offending(
  facts: PackageFacts,
  isOffending: (entry: RecordedEntry) => boolean,
  finding: (paths: string) => Finding,
): readonly Finding[] {
  const paths = facts.record.entries.filter(isOffending).map((each) => `/${each.path}`);
  return paths.length === 0 ? [] : [finding(listed(paths))];
}

const isWord = (facts: PackageFacts, ending: RegExp) => ending.test(facts.record.name);

/** Checks of names, places, modes and contents of files. */
export const fileChecks: readonly PackageCheck[] = [
  {
    name: 'buildpaths',
    async find(facts) {
      const paths: string[] = [];
      for (const entry of facts.record.entries) {
        if (entry.kind !== 'file' || entry.sizeBytes === 0) continue;
        const file = { path: join(facts.root, entry.path), sizeBytes: entry.sizeBytes };
        if (await holdsOneOf(file, facts.recipe.buildPaths)) paths.push(`/${entry.path}`);
      }
      if (paths.length === 0) return [];
      return [
        { text: `folders of the build are named in ${listed(paths)}`, help: 'write such files without the path' },
      ];
    },
  },
  {
    name: 'symlink-to-sysroot',
    find: (facts) =>
      offending(
        facts,
        (entry) => facts.recipe.buildPaths.some((path) => entry.target?.startsWith(path)),
        (paths) => ({ text: `links lead into the build: ${paths}`, help: 'make them relative' }),
      ),
  },
  {
    name: 'debug-files',
    find: (facts) =>
      isWord(facts, /-dbg$/)
        ? []
        : offending(
            facts,
            (entry) => /(^|\/)\.debug\/|^usr\/(lib|src)\/debug\//.test(entry.path),
            (paths) => ({
              text: `files for debuggers: ${paths}`,
              help: `they belong into \`${facts.record.recipe}-dbg\``,
            }),
          ),
  },
  {
    name: 'staticdev',
    find: (facts) =>
      isWord(facts, /-(static)?dev$/)
        ? []
        : offending(
            facts,
            (entry) => entry.path.endsWith('.a') && !entry.path.endsWith('_nonshared.a'),
            (paths) => ({
              text: `static libraries: ${paths}`,
              help: `they belong into \`${facts.record.recipe}-dev\``,
            }),
          ),
  },
  {
    name: 'dev-so',
    find: (facts) =>
      isWord(facts, /-dev$/)
        ? []
        : offending(
            facts,
            (entry) =>
              entry.kind === 'symlink' && /(^|\/)lib\/(?:[^/]+\/)?lib[^/]*\.so$|lib64\/lib[^/]*\.so$/.test(entry.path),
            (paths) => ({
              text: `links that only the linker uses: ${paths}`,
              help: 'they belong into a package ending in -dev',
            }),
          ),
  },
  {
    name: 'dev-elf',
    find(facts) {
      if (!isWord(facts, /-dev$/)) return [];
      const paths = facts.record.elves.filter((elf) => elf.type === 3 && elf.soname !== undefined);
      if (paths.length === 0) return [];
      const text = `libraries that programs load: ${listed(paths.map((each) => `/${each.path}`))}`;
      return [{ text, help: `narrow \`FILES:${facts.record.name}\`` }];
    },
  },
  {
    name: 'perms',
    find: (facts) =>
      offending(
        facts,
        ({ kind, mode }) => kind !== 'symlink' && (Number.parseInt(mode, 8) & 0o1002) === 0o0002,
        (paths) => ({ text: `everybody may write to ${paths}`, help: 'set the mode in `do_install`' }),
      ),
  },
  {
    name: 'empty-dirs',
    find: (facts) =>
      offending(
        facts,
        ({ path }) => /^(dev|proc|sys|tmp|run|var\/run|var\/tmp|var\/lock)\/./.test(path),
        (paths) => ({
          text: `folders that are empty at every start have ${paths}`,
          help: 'make them by a tmpfiles.d file',
        }),
      ),
  },
  {
    name: 'usrmerge',
    find: (facts) =>
      offending(
        facts,
        ({ path }) => /^(bin|sbin|lib(32|64|x32)?)\//.test(path),
        (paths) => ({ text: `files outside of /usr: ${paths}`, help: 'install them below /usr' }),
      ),
  },
  {
    name: 'infodir',
    find: (facts) =>
      offending(
        facts,
        ({ path }) => path === 'usr/share/info/dir',
        () => ({ text: 'the directory of all info pages is packaged', help: 'remove it at the end of `do_install`' }),
      ),
  },
];

const CHUNK = 1 << 20;

/** Whether a file holds one of the texts; a large one is read in pieces that overlap. */
async function holdsOneOf(
  { path, sizeBytes }: { readonly path: string; readonly sizeBytes: number },
  texts: readonly string[],
): Promise<boolean> {
  const wanted = texts.filter((each) => each !== '').map((each) => Buffer.from(each));
  if (sizeBytes <= CHUNK) {
    // The thread has nothing else to do: to hand the reading to another one takes longer than it does.
    const whole = readFileSync(path);
    return wanted.some((each) => whole.includes(each));
  }
  const overlap = Math.max(0, ...wanted.map((each) => each.length - 1));
  await using file = await open(path);
  let rest = Buffer.alloc(0);
  for (;;) {
    const piece = Buffer.alloc(CHUNK);
    const { bytesRead } = await file.read(piece, 0, CHUNK);
    if (bytesRead === 0) return false;
    const window = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    if (wanted.some((each) => window.includes(each))) return true;
    rest = Buffer.from(window.subarray(Math.max(0, window.length - overlap)));
  }
}
