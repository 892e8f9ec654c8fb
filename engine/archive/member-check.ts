import { posix } from 'node:path';
import { StxError } from '../base/stx-error.ts';

/** A member of an archive as far as its place matters. */
export interface Member {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hard-link' | 'special';
  /** Where a link leads, as written. */
  readonly target?: string | undefined;
}

/** Looks at the members of one archive in order and throws `unsafe-archive` for one that would leave the folder. */
export class MemberCheck {
  readonly #archive: string;
  readonly #symlinks = new Set<string>();

  constructor(archive: string) {
    this.#archive = archive;
  }

  check(member: Member): void {
    const path = this.#inside(member.path, member);
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
      if (this.#symlinks.has(parent)) throw this.#unsafe(member, `lies behind the symbolic link \`${parent}\``);
    }
    if (member.kind === 'special') throw this.#unsafe(member, 'is a device or a pipe');
    if (member.kind === 'hard-link') this.#inside(member.target ?? '', member);
    if (member.kind === 'symlink') this.#checkSymlink(path, member);
    else this.#symlinks.delete(path);
  }

  #inside(path: string, member: Member): string {
    if (posix.isAbsolute(path)) throw this.#unsafe(member, 'has an absolute path');
    if (path.split('/').includes('..')) throw this.#unsafe(member, 'has a path with `..`');
    return posix.normalize(path).replace(/\/$/, '');
  }

  /** `..` only in front: behind the name of another link it would mean another folder than it seems to. */
  #checkSymlink(path: string, member: Member): void {
    const target = member.target ?? '';
    if (posix.isAbsolute(target)) throw this.#unsafe(member, `is a link to the absolute path \`${target}\``);
    const steps = target.split('/').filter((step) => step !== '' && step !== '.');
    const up = steps.findIndex((step) => step !== '..');
    const ups = up === -1 ? steps.length : up;
    const depth = path.split('/').length - 1;
    if (ups > depth || steps.includes('..', ups)) throw this.#unsafe(member, `is a link that leads to \`${target}\``);
    this.#symlinks.add(path);
  }

  #unsafe(member: Member, why: string): StxError {
    return StxError.of('unsafe-archive', `\`${this.#archive}\` is refused: its member \`${member.path}\` ${why}`, {
      help: 'nothing of it was unpacked; an archive of sources must stay inside its own folder',
    });
  }
}
