import type { HoldReason } from '../messages/hold-reason.ts';

/** Calls back once after some time, unless what it gave is called first. */
export type Alarm = (ms: number, ring: () => void) => () => void;

const lookAgainMs = 1000;

const timer: Alarm = (ms, ring) => {
  const handle = setTimeout(ring, ms);
  return () => clearTimeout(handle);
};

/** Tells when the reason why nothing starts changes, and wakes the loop where nothing else will say that it is gone. */
export class HoldWatch {
  readonly #tell: (reason: HoldReason | undefined) => void;
  readonly #alarm: Alarm;
  readonly #wake: () => void;
  #told: HoldReason | undefined;
  #stop: () => void = () => undefined;

  constructor(options: {
    readonly tell: (reason: HoldReason | undefined) => void;
    readonly alarm: Alarm | undefined;
    readonly wake: () => void;
  }) {
    this.#tell = options.tell;
    this.#alarm = options.alarm ?? timer;
    this.#wake = options.wake;
  }

  /** What holds the build up now that the loop is going to wait. */
  look(reason: HoldReason | undefined): void {
    this.#stop();
    this.#stop = () => undefined;
    if (nameOf(reason) !== nameOf(this.#told)) this.#tell(reason);
    this.#told = reason;
    if (reason !== undefined && passesByItself(reason)) this.#stop = this.#alarm(lookAgainMs, this.#wake);
  }

  close(): void {
    this.#stop();
  }
}

/** The other reasons go when a task ends. */
function passesByItself({ kind }: HoldReason): boolean {
  return kind === 'pressure' || kind === 'load' || kind === 'memory';
}

/** Values that change from look to look make no other reason. */
function nameOf(reason: HoldReason | undefined): string {
  if (reason === undefined) return '';
  return `${reason.kind} ${'of' in reason ? reason.of : ''} ${'task' in reason ? reason.task : ''}`;
}
