import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodePoints } from '../../../base/canonical-json.ts';
import { normalizedPythonName } from '../../package/scan-python.ts';
import { readVendorLibraries } from './vendor-libraries.ts';

/** Who owns a file of a root. */
export interface FileOwner {
  readonly name: string;
  readonly isEssential: boolean;
}

/** What the vendor's packages in a root offer: elements for Depends. */
export interface VendorPackages {
  library(soname: string): readonly string[] | undefined;
  pkgConfig(module: string): readonly string[] | undefined;
  python(distribution: string): readonly string[] | undefined;
  ownerOf(path: string): FileOwner | undefined;
}

/** Nothing is known of the vendor: no root was given. */
export const noVendorPackages: VendorPackages = {
  library: () => undefined,
  pkgConfig: () => undefined,
  python: () => undefined,
  ownerOf: () => undefined,
};

/**
 * Reads the dpkg database of a root: libraries by deb-shlibs(5) and deb-symbols(5), else, like everything else, by the lists
 * of files. The lists are read when first asked for.
 */
export async function readVendorPackages(root: string, architecture: string): Promise<VendorPackages> {
  const libraries = await readVendorLibraries(root, architecture);
  const files = new FileLists(root);
  const owned = (path: RegExp) => {
    const owner = files.find(path);
    return owner === undefined ? undefined : [owner.name];
  };
  return {
    library: (soname) => libraries(soname) ?? owned(new RegExp(`^(/usr)?/lib[^/]*(/[^/]+)?/${escaped(soname)}$`)),
    pkgConfig: (module) => owned(new RegExp(`/pkgconfig/${escaped(module)}\\.pc$`)),
    python: (distribution) => files.python(distribution),
    ownerOf: (path) => files.ownerOf(path),
  };
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** The lists of files of all packages of a root. */
class FileLists {
  readonly #root: string;
  #owners: ReadonlyMap<string, string> | undefined;
  #essential: ReadonlySet<string> | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** The owner of a path, also when it lies in a folder that was merged into /usr. */
  ownerOf(path: string): FileOwner | undefined {
    const owners = this.#read();
    const name = [path, `/usr${path}`, path.replace(/^\/usr\//, '/')].map((each) => owners.get(each)).find(Boolean);
    return name === undefined ? undefined : { name, isEssential: this.#isEssential(name) };
  }

  find(path: RegExp): FileOwner | undefined {
    for (const [file, name] of this.#read()) if (path.test(file)) return { name, isEssential: this.#isEssential(name) };
    return undefined;
  }

  /** The package with the metadata of a Python distribution. */
  python(distribution: string): readonly string[] | undefined {
    for (const [file, name] of this.#read()) {
      const found = /\/([^/]+?)-[^/-]+(?:-py[\d.]+)?\.(?:dist-info|egg-info)$/.exec(file);
      if (found?.[1] !== undefined && normalizedPythonName(found[1]) === distribution) return [name];
    }
    return undefined;
  }

  #read(): ReadonlyMap<string, string> {
    if (this.#owners !== undefined) return this.#owners;
    const directory = join(this.#root, 'var/lib/dpkg/info');
    const owners = new Map<string, string>();
    for (const file of readNames(directory).sort(compareCodePoints)) {
      const name = /^([^:]+)(?::[^.]+)?\.list$/.exec(file)?.[1];
      if (name === undefined) continue;
      for (const path of readFileSync(join(directory, file), 'utf8').split('\n')) {
        if (path !== '' && !owners.has(path)) owners.set(path, name);
      }
    }
    this.#owners = owners;
    return owners;
  }

  #isEssential(name: string): boolean {
    this.#essential ??= readEssential(join(this.#root, 'var/lib/dpkg/status'));
    return this.#essential.has(name);
  }
}

function readNames(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Packages with `Essential: yes`, which nobody has to depend on. */
function readEssential(path: string): ReadonlySet<string> {
  let status = '';
  try {
    status = readFileSync(path, 'utf8');
  } catch {
    return new Set();
  }
  const stanzas = status.split(/\n{2,}/).filter((each) => /^Essential: yes$/m.test(each));
  return new Set(stanzas.flatMap((each) => /^Package: (\S+)$/m.exec(each)?.[1] ?? []));
}
