import type { Duplex } from 'node:stream';
import { StxError } from '../../base/stx-error.ts';

const largestFrame = 1 << 28;
const longestHead = 12;

/** Reads frames (a length in decimal, a newline, a JSON text) from pieces as they come. */
export class FrameReader {
  #parts: Buffer[] = [];
  #size = 0;

  /** The frames that a piece completes. Throws StxError `task-failed` for what is no frame. */
  take(chunk: Buffer): readonly unknown[] {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    const frames: unknown[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(parse(frame));
    return frames;
  }

  #next(): string | undefined {
    const first = this.#parts[0];
    if (first === undefined) return undefined;
    let head = first.indexOf(10);
    if (head === -1 && this.#parts.length > 1) {
      this.#join();
      head = this.#parts[0]?.indexOf(10) ?? -1;
    }
    if (head === -1) {
      if (this.#size > longestHead) throw malformed();
      return undefined;
    }
    const length = Number((this.#parts[0] ?? first).toString('latin1', 0, head));
    if (!Number.isInteger(length) || head > longestHead || length > largestFrame) throw malformed();
    if (this.#size < head + 1 + length) return undefined;
    const all = this.#join();
    const rest = all.subarray(head + 1 + length);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
    return all.toString('utf8', head + 1, head + 1 + length);
  }

  #join(): Buffer {
    const all = Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

/** Sends one frame. */
export function sendFrame(channel: Duplex, value: unknown): void {
  const text = Buffer.from(JSON.stringify(value));
  channel.write(Buffer.concat([Buffer.from(`${text.length}\n`), text]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

function malformed(): StxError {
  return StxError.of('task-failed', 'Python code wrote to the file descriptor on which it is served', {
    help: 'leave file descriptors alone that the code has not opened',
  });
}
