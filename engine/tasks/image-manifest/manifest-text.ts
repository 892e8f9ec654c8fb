import type { ManifestEntry } from './manifest-entries.ts';

const columns = [
  'name',
  'version',
  'architecture',
  'origin',
  'bytes',
  'sha256',
  'output',
  'signed-by',
  'licences',
] as const;

/** The table for people: `#` lines say what it is; then a line a package, `-` where nothing is known; licences come last. */
export function manifestText(file: string, entries: readonly ManifestEntry[]): string {
  const built = entries.filter((each) => each.origin === 'built');
  const bytes = entries.reduce((sum, each) => sum + each.installedSizeBytes, 0);
  const notes = [...new Set(built.flatMap((each) => (each.buildRoot ? [each.buildRoot] : [])))].sort();
  const rows = [columns, ...entries.map(rowOf)];
  const widths = columns.map((_name, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(' ')
      .trimEnd(),
  );
  return [
    `# ${file}: ${entries.length} packages, ${built.length} of them built, ${(bytes / 1e6).toFixed(0)} MB installed`,
    ...notes.map((note) => `# built in a root that stands in: ${note}`),
    `# ${lines[0]}`,
    ...lines.slice(1),
    '',
  ].join('\n');
}

function rowOf(entry: ManifestEntry): readonly string[] {
  return [
    entry.name,
    entry.version,
    entry.architecture,
    entry.origin === 'built' ? 'built' : `locked:${entry.repository}`,
    String(entry.installedSizeBytes),
    entry.sha256 || '-',
    entry.output ?? '-',
    entry.signedBy.join(',') || '-',
    entry.license || '-',
  ];
}
