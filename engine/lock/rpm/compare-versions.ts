/** Compares `[EPOCH:]VERSION-RELEASE` texts by rpm's rule: negative, zero or positive. */
export function compareRpmVersions(left: string, right: string): number {
  const [a, b] = [split(left), split(right)];
  return a.epoch - b.epoch || compareParts(a.version, b.version) || compareParts(a.release, b.release);
}

function split(text: string) {
  const [, epoch = '0', version = '', release = ''] = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/.exec(text) ?? [];
  return { epoch: Number(epoch), version, release };
}

/** Runs of digits or letters one by one; `~` is before everything, `^` after the end alone. rpm(8), rpmvercmp. */
function compareParts(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let at = 0; at < a.length || at < b.length; at++) {
    const order = compareOne(a[at], b[at]);
    if (order !== 0) return order;
  }
  return 0;
}

function parts(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|~|\^/g) ?? [];
}

function compareOne(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  const [first, second] = [rank(a), rank(b)];
  if (first !== second) return first - second;
  if (a === undefined || b === undefined || !/^\d/.test(a)) return (a ?? '') < (b ?? '') ? -1 : 1;
  const [one, other] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  return one.length - other.length || (one === other ? 0 : one < other ? -1 : 1);
}

function rank(part: string | undefined): number {
  if (part === '~') return 0;
  if (part === undefined) return 1;
  if (part === '^') return 2;
  return /^\d/.test(part) ? 4 : 3;
}
