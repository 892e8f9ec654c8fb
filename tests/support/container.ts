import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A container image in the layout of OCI, as other programs see it. */
export interface ContainerImage {
  /** The folder of the layout. */
  readonly layout: string;
  readonly tag: string;
}

/** Digests of the layers, the lowest first, as skopeo reads them from the file `.oci.tar` beside the folder. */
export function layersOf({ layout, tag }: ContainerImage): readonly string[] {
  const text = execFileSync('skopeo', ['inspect', '--raw', `oci-archive:${layout}.oci.tar:${tag}`], {
    encoding: 'utf8',
  });
  const { layers } = JSON.parse(text) as { readonly layers: readonly { readonly digest: string }[] };
  return layers.map(({ digest }) => digest);
}

/** Copies an image with skopeo, unpacks it as an ordinary user would with umoci, and gives the bundle's folder. */
export function unpackContainer({ layout, tag }: ContainerImage, folder: string): string {
  const words = ['--insecure-policy', '--tmpdir', folder, 'copy', '-q'];
  execFileSync('skopeo', [...words, `oci-archive:${layout}.oci.tar:${tag}`, `oci:${folder}/copy:${tag}`]);
  const bundle = join(folder, 'bundle');
  execFileSync('umoci', ['unpack', '--rootless', '--image', `${folder}/copy:${tag}`, bundle], { stdio: 'pipe' });
  return bundle;
}

/** Runs what a bundle's configuration says, its last words exchanged where some are given, in a sandbox over its root. */
export function runContainer(bundle: string, cmd?: readonly string[]): ContainerRun {
  const [program = '', ...words] = configurationOf(bundle).args;
  return runInContainer(bundle, [program, ...(cmd ?? words)]);
}

/** How a program in a container ended, and all that it wrote. */
export interface ContainerRun {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program of a bundle in a sandbox over its root, in the environment and the folder that its configuration says. */
export function runInContainer(bundle: string, args: readonly string[]): ContainerRun {
  const { env, cwd } = configurationOf(bundle);
  const environment = env.flatMap((word) => {
    const at = word.indexOf('=');
    return ['--setenv', word.slice(0, at), word.slice(at + 1)];
  });
  const root = ['--bind', join(bundle, 'rootfs'), '/', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'];
  const words = ['--unshare-all', '--die-with-parent', ...root, '--clearenv', ...environment, '--chdir', cwd];
  const run = spawnSync('bwrap', [...words, '--', ...args], { encoding: 'utf8' });
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

interface ProcessConfiguration {
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
}

function configurationOf(bundle: string): ProcessConfiguration {
  const { process } = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as {
    readonly process: ProcessConfiguration;
  };
  return process;
}
