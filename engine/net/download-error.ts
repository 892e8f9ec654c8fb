import { StxError } from '../base/stx-error.ts';
import { redactUrl } from './redact.ts';

/** Why a URL gave no usable file. */
export type FailureKind = 'not-found' | 'refused' | 'unreachable' | 'cut-off' | 'wrong-content';

/** One URL's failure, its credentials already removed. */
export interface UrlFailure {
  readonly url: string;
  readonly kind: FailureKind;
  readonly reason: string;
  /** Sum of what came, when the content was wrong. */
  readonly actualSha256?: string | undefined;
}

/** A download that no URL could serve; a caller may look at `failures` to say more (a locked file that is gone). */
export class DownloadError extends StxError {
  readonly path: string;
  readonly failures: readonly UrlFailure[];

  constructor(
    what: { readonly path: string; readonly name: string; readonly sha256: string | undefined },
    failures: readonly UrlFailure[],
  ) {
    super([describe(what, failures)], { origin: 'environment' });
    this.path = what.path;
    this.failures = failures;
  }
}

function describe(
  what: { readonly name: string; readonly sha256: string | undefined },
  failures: readonly UrlFailure[],
) {
  const list = failures.map((each) => `\n  ${each.url}: ${each.reason}`).join('');
  const wrong = failures.find((each) => each.actualSha256 !== undefined);
  if (wrong !== undefined) {
    return {
      code: 'checksum-mismatch' as const,
      severity: 'error' as const,
      message: `\`${what.name}\` has the wrong SHA-256: expected \`${what.sha256}\`, got \`${wrong.actualSha256}\`${list}`,
      help: 'if the publisher replaced the file on purpose, check the new one and change the recorded sum; it was set aside and not used',
    };
  }
  return {
    code: 'download-failed' as const,
    severity: 'error' as const,
    message: `cannot download \`${what.name}\`${list === '' ? ': no URL to take it from' : list}`,
    help: 'check the network, the proxy settings and the mirrors; what was received so far is kept and continued',
  };
}

/** A failure of one URL, thrown inside this folder only. */
export class UrlError extends Error {
  readonly kind: FailureKind;
  readonly isWorthRetrying: boolean;
  readonly actualSha256: string | undefined;
  /** Of an HTTP answer that is none of use. */
  readonly status: number | undefined;

  constructor(
    kind: FailureKind,
    reason: string,
    more: { readonly retry?: boolean; readonly actualSha256?: string; readonly status?: number } = {},
  ) {
    super(reason);
    this.kind = kind;
    this.isWorthRetrying = more.retry ?? false;
    this.actualSha256 = more.actualSha256;
    this.status = more.status;
  }

  /** As data, for the report. */
  toFailure(url: string): UrlFailure {
    return { url: redactUrl(url), kind: this.kind, reason: this.message, actualSha256: this.actualSha256 };
  }
}
