import type { ImageDescription } from './image-description.ts';

/** A line an image under a line of titles; `-` where nothing is known. */
export function imageListText(images: readonly ImageDescription[]): string {
  if (images.length === 0) return 'no image is built yet\n';
  const rows = [['NAME', 'ARCH', 'PLATFORM', 'SYSTEM', 'KERNELS', 'MB', 'FILE'], ...images.map(rowOf)];
  const widths = rows[0]?.map((_title, index) => Math.max(...rows.map((row) => (row[index] ?? '').length))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function rowOf(image: ImageDescription): readonly string[] {
  const { distro, codename, kernels, sizeBytes } = image.details;
  const system = [distro, codename].filter((each) => typeof each === 'string' && each !== '').join(' ');
  return [
    image.name,
    image.arch,
    image.platform || '-',
    system || '-',
    Array.isArray(kernels) && kernels.length > 0 ? kernels.join(' ') : '-',
    typeof sizeBytes === 'number' ? (sizeBytes / 1e6).toFixed(0) : '-',
    image.path,
  ];
}
