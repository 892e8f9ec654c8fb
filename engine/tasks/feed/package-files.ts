import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { systemError } from '../../base/system-error.ts';

/** A package file with what it is called; `identity` is what `packages.json` beside it says. */
export interface PackageFile {
  readonly path: string;
  readonly package: string;
  readonly architecture: string;
  readonly identity: Readonly<Record<string, unknown>> | undefined;
}

/** The package files in a directory, sorted; who they are says `packages.json`, else their names. */
export async function packageFiles(directory: string, suffix: string): Promise<readonly PackageFile[]> {
  try {
    const names = (await readdir(directory)).sort(compareCodePoints);
    const identities = names.includes('packages.json')
      ? (JSON.parse(await readFile(join(directory, 'packages.json'), 'utf8')) as Record<string, unknown>[])
      : [];
    return names
      .filter((name) => name.endsWith(suffix))
      .map((name) => {
        const identity = identities.find((each) => each['file'] === name);
        const named = suffix === '.rpm' ? rpmName(name) : debName(name);
        return {
          path: join(directory, name),
          package: text(identity?.['package']) ?? named.package,
          architecture: text(identity?.['architecture']) ?? named.architecture,
          identity,
        };
      });
  } catch (error) {
    throw systemError(error, 'reading', directory);
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `name_version_architecture.deb`. */
function debName(name: string): { readonly package: string; readonly architecture: string } {
  const [first = '', , architecture = ''] = basename(name, '.deb').split('_');
  return { package: first, architecture };
}

/** `name-version-release.architecture.rpm`. */
function rpmName(name: string): { readonly package: string; readonly architecture: string } {
  const found = /^(.+)-[^-]+-[^-]+\.([^.]+)\.rpm$/.exec(name);
  return { package: found?.[1] ?? name, architecture: found?.[2] ?? '' };
}
