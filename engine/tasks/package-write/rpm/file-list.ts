import { StxError } from '../../../base/stx-error.ts';
import type { PackageRecord, RecordedEntry } from '../../package/package-record.ts';

/** A path for a `%files` list, whose macros are expanded three times: quotes keep blanks and pattern characters. Throws for what no quotes can hold. */
export function specPath(path: string): string {
  if (!/["\p{Cc}]/u.test(path)) return `"/${path.replaceAll('%', '%'.repeat(8))}"`;
  throw StxError.of(
    'bad-package-metadata',
    `\`/${path}\` has a quote or a control character in its name, which rpm cannot pack`,
    {
      help: 'rename it in `do_install`',
    },
  );
}

/**
 * The lines of a `%files` list: every entry with its mode and owner; of the directories above them those that are not shared
 * with other packages. `shared` are paths of directories, `*` for one component.
 */
export function fileList(
  record: PackageRecord,
  shared: readonly string[],
  licenses: readonly string[],
): readonly string[] {
  const isShared = sharedDirectories(shared);
  const configuration = new Set(record.configurationFiles);
  const libraries = new Set(record.elves.filter((elf) => elf.soname !== undefined).map((elf) => elf.path));
  return [
    ...record.parents
      .filter(({ path }) => !isShared(path))
      .map(({ path, mode }) => `%dir %attr(${mode},root,root) ${specPath(path)}`),
    ...record.entries.map((entry) => entryLine(withMode(entry, libraries), configuration)),
    ...alternativePaths(record).map(({ path }) => `%ghost %attr(-,root,root) ${specPath(path)}`),
    ...licenses.map((path) => `%license %attr(0644,root,root) ${specPath(path)}`),
  ];
}

/** Links that update-alternatives makes when the package is installed: the package owns them without bringing them. */
export function alternativePaths(record: PackageRecord): readonly { readonly path: string; readonly target: string }[] {
  return record.alternatives.flatMap(({ name, link, target }) => [
    { path: link.replace(/^\/+/, ''), target: `/etc/alternatives/${name}` },
    { path: `etc/alternatives/${name}`, target },
  ]);
}

/** By the custom of the format shared libraries are executable. */
function withMode(entry: RecordedEntry, libraries: ReadonlySet<string>): RecordedEntry {
  if (entry.kind !== 'file' || !libraries.has(entry.path)) return entry;
  return { ...entry, mode: (Number.parseInt(entry.mode, 8) | 0o111).toString(8).padStart(4, '0') };
}

/** Programs that start services are no configuration by the custom of the format. */
const startScript = /^etc\/(init\.d|rc\.d)\//;

function entryLine(entry: RecordedEntry, configuration: ReadonlySet<string>): string {
  const [user = 'root', group = 'root'] = (entry.owner ?? 'root:root').split(':');
  const mode = entry.kind === 'symlink' ? '-' : entry.mode;
  const attributes = `%attr(${mode},${user},${group})`;
  if (entry.kind === 'directory') return `%dir ${attributes} ${specPath(entry.path)}`;
  const marks = configuration.has(`/${entry.path}`) && !startScript.test(entry.path) ? '%config(noreplace) ' : '';
  return `${marks}${attributes} ${specPath(entry.path)}`;
}

function sharedDirectories(patterns: readonly string[]): (path: string) => boolean {
  const split = (path: string) => path.split('/').filter((each) => each !== '');
  const compiled = patterns.map((pattern) =>
    split(pattern).map((part) =>
      part.includes('*') ? new RegExp(`^${part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*')}$`) : part,
    ),
  );
  return (path) => {
    const parts = split(path);
    return compiled.some(
      (pattern) =>
        pattern.length === parts.length &&
        pattern.every((part, index) =>
          typeof part === 'string' ? part === parts[index] : part.test(parts[index] ?? ''),
        ),
    );
  };
}
