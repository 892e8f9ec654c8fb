/** What a written tar member says of itself. */
export interface WrittenMember {
  readonly path: string;
  readonly sizeBytes: number;
  readonly isFolder?: boolean;
}

/** The headers of a member that is owned by root and of this time (seconds since the epoch). Source: POSIX.1-2001, ustar and pax. */
export function tarHeader({ path, sizeBytes, isFolder = false }: WrittenMember, time: number): Buffer {
  const name = isFolder ? `${path}/` : path;
  const type = isFolder ? '5' : '0';
  if (Buffer.byteLength(name) <= 100) return ustarHeader({ name, sizeBytes, type }, time);
  const record = paxRecord('path', name);
  return Buffer.concat([
    ustarHeader({ name: 'PaxHeaders/path', sizeBytes: record.length, type: 'x' }, time),
    ...[record, tarPadding(record.length)],
    ustarHeader({ name: Buffer.from(name).subarray(0, 100).toString('latin1'), sizeBytes, type }, time),
  ]);
}

/** `LENGTH KEY=VALUE`, where the length counts itself. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

function ustarHeader(
  { name, sizeBytes, type }: { readonly name: string; readonly sizeBytes: number; readonly type: string },
  time: number,
): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, type === 'x' ? 'latin1' : 'utf8');
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
  };
  octal(type === '5' ? 0o755 : 0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(sizeBytes, 124, 12);
  octal(time, 136, 12);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  header.fill(' ', 148, 156);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return header;
}

/** What fills the last block of a member. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((512 - (sizeBytes % 512)) % 512);
}

/** The end of a tar file. */
export const tarEnd: Buffer = Buffer.alloc(1024);
