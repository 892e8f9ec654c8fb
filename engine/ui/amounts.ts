/** `8s`, `3m12s`, `1h04m`: a duration in as few characters as tell it. */
export function shortDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${twoDigits(Math.floor((seconds % 3600) / 60))}m`;
}

/** The same in words' precision, for what is not known exactly: `8s`, `3m`, `1h04m`. */
export function roughDuration(ms: number): string {
  return ms < 90_000 ? shortDuration(ms) : shortDuration(Math.round(ms / 60_000) * 60_000).replace('m00s', 'm');
}

/** `12.3 MB`: decimal units, one digit behind the point. */
export function byteAmount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let amount = bytes / 1000;
  let unit = 0;
  while (amount >= 999.95 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount.toFixed(1)} ${units[unit]}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
