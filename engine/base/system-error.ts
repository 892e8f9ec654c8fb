import type { Diagnostic } from './diagnostic.ts';
import { StxError } from './stx-error.ts';

/**
 * Turns a failure of the operating system into what a user can act on; a full disk is named as such, anything else gets
 * what the caller knows besides.
 */
export function systemError(
  error: unknown,
  doing: string,
  path: string,
  more: Pick<Diagnostic, 'setting' | 'help'> = {},
): StxError {
  if (error instanceof StxError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return StxError.of('disk-full', `no space left while ${doing} \`${path}\``, {
      origin: 'environment',
      cause: error,
      help: 'free space on that file system (or move DL_DIR, SSTATE_DIR or the build directory) and start the same command again',
    });
  }
  const reason = error instanceof Error ? error.message : String(error);
  return StxError.of('system-failure', `${doing} \`${path}\` failed: ${reason}`, {
    ...more,
    origin: 'environment',
    cause: error,
  });
}
