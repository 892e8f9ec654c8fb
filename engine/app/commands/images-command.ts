import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { describeByName, type ImageDescription, parseImageDescription } from '../../images/image-description.ts';
import { imageListText } from '../../images/image-list-text.ts';
import { selectImage } from '../../images/select-image.ts';
import { openDespiteErrors } from '../../metadata/damaged-recipe.ts';
import type { ImagesCall, SelectImageCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { prepareReading } from '../load-metadata.ts';

/** `stx-bake images list`: the finished images of all configurations. */
export async function listImagesCommand(options: ImagesCall): Promise<number> {
  const images = findImages(options);
  const text = options.json ? `${JSON.stringify({ images: images.map(asJson) }, null, 2)}\n` : imageListText(images);
  process.stdout.write(text);
  return exitCodes.ok;
}

/** `stx-bake images select NAME`: the path of the image for a machine; exit code 1 when there is none. */
export async function selectImageCommand(options: SelectImageCall): Promise<number> {
  const [name = ''] = options.words;
  const { arch, platform } = options;
  const { image, rule } = selectImage(findImages(options), { name, arch, platform });
  const text = options.json ? `${JSON.stringify({ rule, ...asJson(image) }, null, 2)}\n` : `${image.path}\n`;
  process.stdout.write(text);
  return exitCodes.ok;
}

function asJson({ details, ...image }: ImageDescription): Readonly<Record<string, unknown>> {
  return { ...details, ...image };
}

/** Images below --dir, or where the configurations of the build directory leave them; sorted by path. */
function findImages(options: ImagesCall): readonly ImageDescription[] {
  const folders = options.dir === undefined ? imageFolders(options) : [resolve(options.dir)];
  const described = folders.flatMap((folder) =>
    filesBelow(folder, '*.json').flatMap((path) => {
      const image = parseImageDescription(readText(path), path);
      return image === undefined ? [] : [image];
    }),
  );
  const known = new Set(described.map((each) => each.path));
  const bare = folders.flatMap((folder) => filesBelow(folder, '*.iso')).filter((path) => !known.has(path));
  const there = new Set(folders.flatMap((folder) => filesBelow(folder, '*')));
  return [...described.filter((each) => there.has(each.path)), ...bare.map(describeByName)].toSorted((a, b) =>
    a.path < b.path ? -1 : 1,
  );
}

/** The folder and those in it, one of each machine. */
function filesBelow(folder: string, pattern: string): readonly string[] {
  return globSync([pattern, `*/${pattern}`], { cwd: folder }).map((file) => join(folder, file));
}

function imageFolders(options: ImagesCall): readonly string[] {
  const reading = prepareReading(options);
  const { value, diagnostics } = openDespiteErrors(reading, '');
  if (value === undefined) throw new StxError(diagnostics.filter((each) => each.severity === 'error'));
  const names = (value.evaluation.datastore.get('BBMULTICONFIG') ?? '').split(/\s+/).filter((each) => each !== '');
  const others = names.flatMap((name) => openDespiteErrors(reading, name).value ?? []);
  const folders = [value, ...others].flatMap(({ evaluation }) => {
    const ofMachine = evaluation.datastore.get('DEPLOY_DIR_IMAGE');
    return ofMachine === undefined ? [] : [dirname(ofMachine)];
  });
  return [...new Set(folders)];
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw systemError(error, 'reading', path);
  }
}
