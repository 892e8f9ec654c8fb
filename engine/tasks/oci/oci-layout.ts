import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/sha256.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { outputDirectory, requiredVariable } from '../task-variable.ts';
import { imageConfig } from './image-config.ts';
import { layerDifference } from './layer-difference.ts';
import { readTarIndex, type TarMember } from './tar-index.ts';
import { tarEnd, tarHeader, tarPadding } from './tar-write.ts';
import { type Layer, writeLayer } from './write-layer.ts';

/**
 * Built-in task `oci-layout`: an OCI image in the task's output directory, as the file IMAGE_FILE and as the folder of that name
 * without `.oci.tar`. Its layers come from the roots in CONTAINER_LAYERS (tar files): the first whole, of each further one what it
 * differs in from the one before. The bytes depend on these, the variables and SOURCE_DATE_EPOCH alone.
 */
export const run: BuiltinTask = async ({ order, log, progress, signal }) => {
  const time = Number.parseInt(order.variables['SOURCE_DATE_EPOCH'] ?? '', 10) || 0;
  const folder = join(outputDirectory(order), requiredVariable(order, 'IMAGE_FILE').replace(/\.oci\.tar$/, ''));
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const layers: Layer[] = [];
  let below: readonly TarMember[] | undefined;
  for (const tar of requiredVariable(order, 'CONTAINER_LAYERS').split(/\s+/)) {
    signal.throwIfAborted();
    progress(`layer ${layers.length + 1}`);
    const members = await readTarIndex(tar).catch((error: unknown) => {
      throw systemError(error, 'reading', tar);
    });
    const difference = below === undefined ? undefined : layerDifference(below, members);
    const layer = await writeLayer({ tar, difference }, blobs, time);
    const what = difference ? `${difference.members.length} members, ${difference.gone.length} gone` : 'the whole root';
    log(`layer ${layers.length + 1}: ${what}, ${layer.sizeBytes} bytes, sha256:${layer.sha256}`);
    layers.push(layer);
    below = members;
  }
  await writeIndex(order, folder, { layers, time });
  await writeTar(folder, join(outputDirectory(order), requiredVariable(order, 'IMAGE_FILE')), time);
  return {};
};

const types = {
  config: 'application/vnd.oci.image.config.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};

/** Configuration, manifest and index. Source: OCI image specification 1.0, image layout. */
async function writeIndex(
  order: TaskOrder,
  folder: string,
  { layers, time }: { readonly layers: readonly Layer[]; readonly time: number },
): Promise<void> {
  const blob = async (mediaType: string, text: string) => {
    const digest = sha256(text);
    await writeFile(join(folder, 'blobs/sha256', digest), text);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const config = await blob(types.config, imageConfig(order, layers, time));
  const list = layers.map((each) => ({
    mediaType: types.layer,
    digest: `sha256:${each.sha256}`,
    size: each.sizeBytes,
  }));
  const text = JSON.stringify({ schemaVersion: 2, mediaType: types.manifest, config, layers: list });
  const manifest = {
    ...(await blob(types.manifest, text)),
    platform: { architecture: requiredVariable(order, 'CONTAINER_ARCH'), os: 'linux' },
    annotations: { 'org.opencontainers.image.ref.name': requiredVariable(order, 'CONTAINER_TAG') },
  };
  const index = { schemaVersion: 2, mediaType: types.index, manifests: [manifest] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(index));
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
}

/** The folder as one file: the members in the order of their names, all of one time and of root. */
async function writeTar(folder: string, path: string, time: number): Promise<void> {
  await pipeline(Readable.from(tarOf(folder, time)), createWriteStream(path));
}

async function* tarOf(folder: string, time: number): AsyncGenerator<Buffer> {
  const names = (await readdir(folder, { recursive: true })).sort(compareCodePoints);
  for (const name of names) {
    const path = join(folder, name);
    const { size } = await stat(path);
    const isFolder = (await stat(path)).isDirectory();
    yield tarHeader({ path: name, sizeBytes: isFolder ? 0 : size, isFolder }, time);
    if (isFolder) continue;
    for await (const chunk of createReadStream(path)) yield chunk as Buffer;
    yield tarPadding(size);
  }
  yield tarEnd;
}
