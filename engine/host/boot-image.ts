import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { StxError } from '../base/stx-error.ts';

/** How processors are emulated: by translation, or by the host's own ones. */
export type Acceleration = 'tcg' | 'kvm';

/** A machine to emulate and the image that it boots; values come from the machine's configuration. */
export interface BootRequest {
  readonly iso: string;
  /** The emulator, BOOT_QEMU. */
  readonly program: string;
  readonly machine: string;
  readonly cpu: string;
  readonly memoryMib: number;
  /** Its devices, BOOT_QEMU_ARGS; the image is the drive `disc`. */
  readonly devices: readonly string[];
  /** A device whose first output on the character device `word` shows that the host's processors run a guest; empty: unknown. */
  readonly probe: readonly string[];
  /** Boot entry of the image; absent: the image's default. */
  readonly entry?: string | undefined;
  /** Absent: KVM if a short probe shows a guest starting under it. */
  readonly accel?: Acceleration | undefined;
  /** UEFI firmware instead of BIOS: code and the template of its variables. */
  readonly uefi?: { readonly code: string; readonly variables: string } | undefined;
  /** What comes out of the serial console. */
  onData(chunk: Buffer): void;
}

/** A running machine. */
export interface BootedMachine extends AsyncDisposable {
  readonly accel: Acceleration;
  /** Types into the serial console. */
  write(text: string | Uint8Array): void;
  /** Settles with the emulator's exit code when the machine is off. */
  readonly ended: Promise<number>;
  /** Switches the machine off. */
  stop(): Promise<void>;
}

/** Starts a machine with the image as its disc; throws StxError (`boot-failed`). */
export async function bootImage(request: BootRequest): Promise<BootedMachine> {
  await readable(request.iso, 'build the image first');
  if (request.uefi)
    await readable(request.uefi.code, 'install the UEFI firmware for the emulator: `stx-bake doctor` says which');
  const accel = request.accel ?? ((await startsUnderKvm(request)) ? 'kvm' : 'tcg');
  const child = startEmulator(request.program, bootArguments(request, accel));
  let trouble = '';
  child.stdout?.on('data', request.onData);
  child.stderr?.on('data', (chunk: Buffer) => {
    trouble = `${trouble}${chunk.toString()}`.slice(-2000);
  });
  child.stdin?.on('error', () => undefined);
  const ended = exitCode(child).then((code) => {
    if (code === 0 || code === stoppedCode) return code;
    throw bootFailed(`\`${request.program}\` ended with exit code ${code}: ${trouble.trim()}`);
  });
  ended.catch(() => undefined);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended.catch(() => undefined);
  };
  return {
    accel,
    write: (text) => void child.stdin?.write(text),
    ended,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

const stoppedCode = 137;
const probeMs = 3000;

/** The emulator dies with this process, however that ends. */
function startEmulator(program: string, args: readonly string[]): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', '--', program, ...args], { stdio: 'pipe' });
}

function bootArguments(request: BootRequest, accel: Acceleration): string[] {
  const { uefi, entry } = request;
  return [
    ...machineArguments(request, accel),
    ...['-smp', String(Math.min(availableParallelism(), 4)), '-m', String(request.memoryMib)],
    ...(uefi ? ['-drive', `if=pflash,format=raw,readonly=on,file=${escaped(uefi.code)}`] : []),
    ...(uefi ? ['-drive', `if=pflash,format=raw,snapshot=on,file=${escaped(uefi.variables)}`] : []),
    ...(entry === undefined ? [] : ['-smbios', `type=11,value=boot-entry=${escaped(entry)}`]),
    ...['-drive', `if=none,id=disc,media=cdrom,readonly=on,format=raw,file=${escaped(request.iso)}`],
    ...request.devices,
    ...['-serial', 'stdio', '-no-reboot'],
  ];
}

function machineArguments(request: BootRequest, accel: Acceleration): string[] {
  const acceleration = accel === 'tcg' ? 'tcg,thread=multi' : 'kvm';
  const cpu = accel === 'kvm' ? 'host' : request.cpu;
  return ['-machine', request.machine, '-accel', acceleration, '-cpu', cpu, '-display', 'none', '-monitor', 'none'];
}

/** A guest really starts under KVM: its firmware says a first word in time. A device that merely opens may hang. */
async function startsUnderKvm(request: BootRequest): Promise<boolean> {
  if (request.probe.length === 0) return false;
  const isOpen = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isOpen) return false;
  const port = ['-chardev', 'stdio,id=word', ...request.probe];
  const child = startEmulator(request.program, [...machineArguments(request, 'kvm'), '-nodefaults', ...port]);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  child.stdout?.once('data', () => resolve(true));
  const timer = setTimeout(() => resolve(false), probeMs);
  const ended = exitCode(child).catch(() => -1);
  const answer = await Promise.race([promise, ended.then(() => false)]);
  clearTimeout(timer);
  child.kill('SIGKILL');
  await ended;
  return answer;
}

async function exitCode(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', (error) => reject(bootFailed(`\`setpriv\` cannot be started: ${error.message}`)));
  child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? stoppedCode : 1)));
  return promise;
}

async function readable(path: string, help: string): Promise<void> {
  await access(path, constants.R_OK).catch((error: unknown) => {
    throw StxError.of('boot-failed', `cannot read \`${path}\``, { origin: 'environment', cause: error, help });
  });
}

function bootFailed(message: string): StxError {
  return StxError.of('boot-failed', message, { origin: 'environment', help: '`stx-bake doctor` checks the host' });
}

/** A comma separates options of the emulator; doubled it is a character. */
function escaped(text: string): string {
  return text.replaceAll(',', ',,');
}
