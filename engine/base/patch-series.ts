/** A patch that a series names. */
export interface SeriesLine {
  readonly name: string;
  readonly stripLevel: number | undefined;
  readonly reverse: boolean;
}

/** quilt's series: one patch a line with `-pN` or `-R` behind it, `#` starts a comment. */
export function seriesLines(text: string): readonly SeriesLine[] {
  const lines: SeriesLine[] = [];
  for (const line of text.split('\n')) {
    const [name, ...options] = line
      .replace(/(^|\s)#.*$/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    if (name === undefined) continue;
    const level = options.map((option) => /^-p(\d+)$/.exec(option)?.[1]).find((found) => found !== undefined);
    const stripLevel = level === undefined ? undefined : Number(level);
    lines.push({ name, stripLevel, reverse: options.includes('-R') });
  }
  return lines;
}
