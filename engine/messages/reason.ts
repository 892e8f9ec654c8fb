/** Why a task runs; decided while planning and printed by `why`. */
export type RunReason =
  | { readonly kind: 'no-stamp' }
  | { readonly kind: 'signature-changed' }
  | { readonly kind: 'predecessor-ran-later'; readonly predecessor: string }
  | { readonly kind: 'nostamp' }
  | { readonly kind: 'forced' }
  | { readonly kind: 'not-in-cache' }
  | { readonly kind: 'artifact-missing'; readonly path: string }
  | { readonly kind: 'restore-failed'; readonly message: string };

/** The one-line text of a reason. */
export function reasonText(reason: RunReason): string {
  switch (reason.kind) {
    case 'no-stamp':
      return 'never built here';
    case 'signature-changed':
      return 'its inputs changed';
    case 'predecessor-ran-later':
      return `${reason.predecessor} ran later`;
    case 'nostamp':
      return 'runs in every build';
    case 'forced':
      return 'asked for by name';
    case 'not-in-cache':
      return 'no stored result';
    case 'artifact-missing':
      return `${reason.path} is gone`;
    case 'restore-failed':
      return `its stored result could not be used: ${reason.message}`;
  }
}
