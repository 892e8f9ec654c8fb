import test from 'ava';
import * as fc from 'fast-check';
import { StxError } from '../../engine/base/stx-error.ts';
import { describeByName, type ImageDescription, parseImageDescription } from '../../engine/images/image-description.ts';
import { imageListText } from '../../engine/images/image-list-text.ts';
import { type ImageRequest, selectImage } from '../../engine/images/select-image.ts';

function image(folder: string, about: Readonly<Record<string, unknown>>): ImageDescription {
  const found = parseImageDescription(JSON.stringify(about), `/deploy/${folder}/${String(about['file'])}.json`);
  if (found === undefined) throw new Error('no image');
  return found;
}

const plain = image('x86-64', { name: 'stx-debian', file: 'stx-debian.iso', arch: 'x86_64', platform: '' });
const arm = image('arm64', { name: 'stx-debian', file: 'aarch64-stx-debian.iso', arch: 'aarch64' });
const power = image('ppc64le', { name: 'stx-debian', file: 'ppc64le-stx-debian.iso', arch: 'ppc64le' });
const power9 = image('power9', { ...power.details, platform: 'power9' });
const centos = image('x86-64', { name: 'stx-centos', file: 'stx-centos.iso', arch: 'x86_64' });
const all = [plain, arm, power, power9, centos];

function chosen(images: readonly ImageDescription[], request: ImageRequest): string {
  const { rule, image: found } = selectImage(images, request);
  return `${rule} ${found.path}`;
}

function refusal(images: readonly ImageDescription[], request: ImageRequest) {
  try {
    return chosen(images, request);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const [{ code = '', message = '', help = '' } = {}] = error.diagnostics;
    return `${code}: ${message}; ${help}`;
  }
}

test('the plain name is the image of x86_64, asked for or not', (t) => {
  for (const arch of [undefined, 'x86_64', 'x86-64', 'amd64'])
    t.is(chosen(all, { name: 'stx-debian', arch }), 'plain-name /deploy/x86-64/stx-debian.iso');
  t.is(chosen(all, { name: 'stx-centos.iso' }), 'plain-name /deploy/x86-64/stx-centos.iso');
});

test('an image with the architecture in its name goes before the plain one', (t) => {
  const tagged = describeByName('/deploy/x86-64/x86_64-stx-debian.iso');
  t.is(chosen([...all, tagged], { name: 'stx-debian' }), 'architecture /deploy/x86-64/x86_64-stx-debian.iso');
  t.is(chosen(all, { name: 'stx-debian', arch: 'arm64' }), 'architecture /deploy/arm64/aarch64-stx-debian.iso');
});

test('a name with the architecture in it, or that of a file, means this architecture', (t) => {
  const armImage = 'architecture /deploy/arm64/aarch64-stx-debian.iso';
  for (const name of ['aarch64-stx-debian', 'aarch64-stx-debian.iso']) {
    t.is(chosen(all, { name }), armImage);
    t.is(chosen(all, { name, arch: 'arm64' }), armImage);
    t.regex(refusal(all, { name, arch: 'ppc64le' }), /^no-image: there is no image `aarch64-stx-debian.*for `ppc64le`/);
  }
  t.is(chosen(all, { name: 'x86_64-stx-debian' }), 'plain-name /deploy/x86-64/stx-debian.iso');
  t.is(chosen(all, { name: 'stx-debian', arch: '' }), 'plain-name /deploy/x86-64/stx-debian.iso');
});

test('the platform is the finer word: its image goes first, and one for any platform will do', (t) => {
  const request = { name: 'stx-debian', arch: 'ppc64el' };
  t.is(chosen(all, { ...request, platform: 'POWER9' }), 'platform /deploy/power9/ppc64le-stx-debian.iso');
  t.is(chosen(all, { ...request, platform: 'power8' }), 'architecture /deploy/ppc64le/ppc64le-stx-debian.iso');
  t.is(chosen(all, request), 'architecture /deploy/ppc64le/ppc64le-stx-debian.iso');
});

test('an image for one platform alone is not taken for another, nor when none is named', (t) => {
  const request = { name: 'stx-debian', arch: 'ppc64le' };
  const there = 'there is `/deploy/power9/ppc64le-stx-debian.iso` for ppc64le and the platform power9';
  t.is(refusal([power9], request), `no-image: there is no image \`stx-debian\` for \`ppc64le\`; ${there}`);
  t.is(
    refusal([power9], { ...request, platform: 'power8' }),
    `no-image: there is no image \`stx-debian\` for \`ppc64le\` and the platform \`power8\`; ${there}`,
  );
});

test('the plain name never stands for another architecture', (t) => {
  t.regex(refusal([plain], { name: 'stx-debian', arch: 'aarch64' }), /^no-image: .*for `aarch64`; there is .*x86_64$/);
  const misnamed = image('arm64', { name: 'stx-debian', file: 'stx-debian.iso', arch: 'aarch64' });
  t.regex(refusal([misnamed], { name: 'stx-debian' }), /^no-image: /);
  t.is(chosen([misnamed], { name: 'stx-debian', arch: 'aarch64' }), 'architecture /deploy/arm64/stx-debian.iso');
});

test('a name that there is not is told with the nearest one', (t) => {
  t.regex(refusal(all, { name: 'stx-debain' }), /^no-image: there is no image `stx-debain` .*stx-debian/);
  t.regex(refusal([], { name: 'x' }), /nothing is built yet$/);
});

test('two images that are as good are both named', (t) => {
  const other = image('my-machine', plain.details);
  t.is(
    refusal([plain, other], { name: 'stx-debian' }),
    'ambiguous-image: several images can be meant by `stx-debian`: `/deploy/x86-64/stx-debian.iso` for x86_64; ' +
      '`/deploy/my-machine/stx-debian.iso` for x86_64; name the file with its ending, or tell machines of one ' +
      'architecture apart by `MACHINE_PLATFORM`',
  );
});

test('without a description the name of the file tells the architecture', (t) => {
  t.like(describeByName('/d/aarch64-stx-debian.iso'), { name: 'stx-debian', arch: 'aarch64', format: 'iso' });
  t.like(describeByName('/d/stx-container-base.oci.tar'), {
    name: 'stx-container-base',
    arch: 'x86_64',
    format: 'oci.tar',
  });
});

test('JSON about something else is no image, and what is no JSON is told with its file', (t) => {
  t.is(parseImageDescription('{"packages": []}', '/d/x.iso.manifest.json'), undefined);
  t.is(parseImageDescription('{"name": "x", "file": "../../etc/passwd"}', '/d/x.json'), undefined);
  t.is(parseImageDescription('[]', '/d/x.json'), undefined);
  const error = t.throws(() => parseImageDescription('{', '/d/x.json'), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'invalid-image-description');
  t.is(error?.message, '`/d/x.json` is not JSON [invalid-image-description]');
});

test('the list has a line an image', (t) => {
  const kernels = image('x86-64', { ...plain.details, distro: 'debian', codename: 'bookworm', kernels: ['std', 'rt'] });
  t.is(
    imageListText([kernels, power9]),
    [
      'NAME        ARCH     PLATFORM  SYSTEM           KERNELS  MB  FILE',
      'stx-debian  x86_64   -         debian bookworm  std rt   -   /deploy/x86-64/stx-debian.iso',
      'stx-debian  ppc64le  power9    -                -        -   /deploy/power9/ppc64le-stx-debian.iso',
      '',
    ].join('\n'),
  );
  t.is(imageListText([]), 'no image is built yet\n');
});

test('whatever there is: what is selected has the name, the architecture, and never a platform that was not asked for', (t) => {
  const some = fc.record({
    name: fc.constantFrom('stx-debian', 'stx-centos'),
    arch: fc.constantFrom('x86_64', 'aarch64', 'ppc64le'),
    platform: fc.constantFrom('', 'power8', 'power9'),
  });
  const images = fc
    .array(some, { maxLength: 6 })
    .map((list) =>
      list.map((each, index) =>
        image(String(index), { ...each, file: `${each.arch === 'x86_64' ? '' : `${each.arch}-`}${each.name}.iso` }),
      ),
    );
  const wanted = fc.record({
    name: fc.constantFrom('stx-debian', 'stx-centos'),
    arch: fc.constantFrom(undefined, 'x86_64', 'aarch64', 'ppc64le'),
    platform: fc.constantFrom(undefined, 'power8', 'power9'),
  });
  const holds = fc.check(
    fc.property(images, wanted, (there, request) => {
      const fits = there.filter(
        (each) =>
          each.name === request.name &&
          each.arch === (request.arch ?? 'x86_64') &&
          (each.platform === '' || each.platform === request.platform),
      );
      const best = fits.filter((each) => each.platform !== '');
      const good = best.length > 0 ? best : fits;
      const answer = refusal(there, request);
      if (good.length === 0) return answer.startsWith('no-image: ');
      if (good.length > 1) return answer.startsWith('ambiguous-image: ');
      return answer.endsWith(` ${good[0]?.path}`);
    }),
  );
  t.false(holds.failed, JSON.stringify(holds.counterexample));
});
