import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import {
  archWord,
  defaultArch,
  describeByName,
  hasArchPrefix,
  type ImageDescription,
  withoutArch,
} from './image-description.ts';

/** What is wanted of an image. */
export interface ImageRequest {
  /** Name of an image or its file, with or without architecture and ending. */
  readonly name: string;
  /** Any word for an architecture; absent: that of the name, else x86_64, which needs no word in a file's name. */
  readonly arch?: string | undefined;
  /** What is finer than the architecture; an image for any platform will do when there is none for this one. */
  readonly platform?: string | undefined;
}

/** Why an image was taken: its platform and architecture, its architecture, or because the plain name means x86_64. */
export type SelectionRule = 'platform' | 'architecture' | 'plain-name';

/** The image that is taken. */
export interface ImageSelection {
  readonly rule: SelectionRule;
  readonly image: ImageDescription;
}

/**
 * The first that there is of: an image of the architecture and the platform; one of the architecture, with it in its name;
 * the plain name, when the architecture is x86_64 or not given. Throws StxError `no-image`, or `ambiguous-image` when
 * several are as good.
 */
export function selectImage(images: readonly ImageDescription[], request: ImageRequest): ImageSelection {
  const ofName = describeByName(request.name).arch;
  const arch = archWord(request.arch || ofName);
  const platform = (request.platform ?? '').toLowerCase();
  const name = arch === ofName ? withoutArch(request.name) : request.name;
  const named = images.filter((each) => isCalled(each, name));
  const ofArch = named.filter((each) => each.arch === arch);
  const anyPlatform = ofArch.filter((each) => each.platform === '');
  const steps: readonly (readonly [SelectionRule, readonly ImageDescription[]])[] = [
    ['platform', ofArch.filter((each) => platform !== '' && each.platform.toLowerCase() === platform)],
    ['architecture', anyPlatform.filter((each) => arch !== defaultArch || hasArchPrefix(each.file))],
    ['plain-name', anyPlatform.filter((each) => arch === defaultArch && !hasArchPrefix(each.file))],
  ];
  for (const [rule, found] of steps) {
    const [image, ...others] = found;
    if (image === undefined) continue;
    if (others.length > 0) throw ambiguous(request.name, found);
    return { rule, image };
  }
  throw noImage({ ...request, arch }, images, named);
}

function isCalled({ name, file }: ImageDescription, wanted: string): boolean {
  return name === wanted || withoutArch(file) === wanted;
}

function noImage(
  { name, arch, platform }: ImageRequest,
  images: readonly ImageDescription[],
  named: readonly ImageDescription[],
): StxError {
  const what = `\`${name}\` for \`${arch}\`${platform === undefined ? '' : ` and the platform \`${platform}\``}`;
  const names = [...new Set(images.map((each) => each.name))].sort();
  const all = names.length === 0 ? 'nothing is built yet' : `there are images of ${names.join(', ')}`;
  const help = named.length === 0 ? (didYouMean(name, names) ?? all) : `there is ${named.map(describe).join('; ')}`;
  return StxError.of('no-image', `there is no image ${what}`, { origin: 'task', help });
}

function ambiguous(name: string, found: readonly ImageDescription[]): StxError {
  return StxError.of(
    'ambiguous-image',
    `several images can be meant by \`${name}\`: ${found.map(describe).join('; ')}`,
    {
      origin: 'task',
      help: 'name the file with its ending, or tell machines of one architecture apart by `MACHINE_PLATFORM`',
    },
  );
}

function describe({ path, arch, platform }: ImageDescription): string {
  return `\`${path}\` for ${arch}${platform === '' ? '' : ` and the platform ${platform}`}`;
}
