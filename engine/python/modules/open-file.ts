import { neededFiles } from '../host-access.ts';
import { PythonBytes } from '../values/bytes.ts';
import { NativeFunction, native } from '../values/native.ts';
import { UnsupportedConstruct } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import { PythonAttributes, type PythonCallable, PythonList, toIndex, type Value } from '../values/value.ts';
import { missingFile } from './host-os.ts';

/** `open`: files can be read, each as an input that the host records. */
export function openFunction(): NativeFunction {
  return native('open', 'file mode? buffering? encoding? errors? newline?', (path, mode = 'r') => {
    const how = textOf(mode);
    if (/[wax+]/.test(how)) throw new UnsupportedConstruct('`open` for writing', 'write files in a task');
    const name = textOf(path);
    const text = neededFiles('`open`').readText(name);
    if (text === undefined) throw missingFile(name);
    return new OpenFile(name, text, how.includes('b'));
  });
}

/** A file that is being read. */
class OpenFile extends PythonAttributes {
  readonly typeName = 'TextIOWrapper';
  readonly #name: string;
  readonly #text: string;
  readonly #binary: boolean;
  #at = 0;

  constructor(name: string, text: string, binary: boolean) {
    super();
    this.#name = name;
    this.#text = binary ? Buffer.from(text, 'utf8').toString('latin1') : text;
    this.#binary = binary;
  }

  attribute(name: string): Value | undefined {
    if (name === 'name') return this.#name;
    const body = this.#methods[name];
    return body === undefined ? undefined : native(name, body[0], body[1]);
  }

  override special(name: string): PythonCallable | undefined {
    if (name === '__enter__') return new NativeFunction(name, () => this);
    return name === '__exit__' ? new NativeFunction(name, () => false) : undefined;
  }

  override *iterable(): Generator<Value> {
    for (let line = this.#line(); line !== ''; line = this.#line()) yield this.#made(line);
  }

  readonly #methods: Readonly<Record<string, readonly [string, (...given: readonly (Value | undefined)[]) => Value]>> =
    {
      read: ['size?', (size = null) => this.#made(this.#take(size === null ? -1 : toIndex(size)))],
      readline: ['', () => this.#made(this.#line())],
      readlines: ['', () => new PythonList([...this.iterable()])],
      seek: [
        'offset whence?',
        (offset = 0n) => {
          this.#at = Math.min(toIndex(offset), this.#text.length);
          return BigInt(this.#at);
        },
      ],
      close: ['', () => null],
    };

  #take(size: number): string {
    const start = this.#at;
    this.#at = size < 0 ? this.#text.length : Math.min(start + size, this.#text.length);
    return this.#text.slice(start, this.#at);
  }

  #line(): string {
    const end = this.#text.indexOf('\n', this.#at);
    return this.#take(end === -1 ? -1 : end + 1 - this.#at);
  }

  #made(text: string): Value {
    return this.#binary ? new PythonBytes(text) : text;
  }
}
