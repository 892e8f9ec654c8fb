import { type ChildProcess, spawn } from 'node:child_process';

/** A machine started through `stx-bake boot`, driven over its serial console. */
export class BootSession implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';
  #wake: () => void = () => undefined;

  constructor(launcher: string, args: readonly string[]) {
    this.#child = spawn(launcher, ['boot', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const take = (chunk: Buffer): void => {
      this.#output += chunk.toString();
      this.#wake();
    };
    this.#child.stdout?.on('data', take);
    this.#child.stderr?.on('data', take);
    this.#ended = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
  }

  /** Everything that the console showed. */
  get output(): string {
    return this.#output;
  }

  /** Waits until the console shows the pattern; throws with the end of the output after `seconds`. */
  async expect(pattern: RegExp, seconds: number): Promise<RegExpExecArray> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      if (this.#child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the console did not show ${pattern} within ${seconds} s:\n${this.#output.slice(-3000)}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 1000);
      });
    }
  }

  /** Types a command at the shell prompt; gives its exit status and what it printed. An emulated machine may be slow. */
  async command(text: string): Promise<{ readonly status: number; readonly output: string }> {
    const mark = `mark${Math.random().toString(36).slice(2)}`;
    this.#child.stdin?.write(`printf '<%s>' "${mark}"; { ${text}; } 2>&1; printf '<%s>' "$?/${mark}"\n`);
    const end = await this.expect(new RegExp(`<${mark}>([\\s\\S]*)<(\\d+)/${mark}>`), 900);
    return { status: Number(end[2]), output: plainText(end[1] ?? '') };
  }

  /** Shuts the guest down in order; gives the exit code of `stx-bake boot`. */
  async powerOff(): Promise<number | null> {
    this.#child.stdin?.write('systemctl poweroff\n');
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGTERM');
    await this.#ended;
  }
}

/** Without carriage returns and what a terminal takes as commands. */
function plainText(text: string): string {
  const escapeCharacter = String.fromCharCode(27);
  return text.replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;?]*[A-Za-z]|\r`, 'g'), '');
}
