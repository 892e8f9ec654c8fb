import { basename } from 'node:path';
import { errors } from 'undici';
import { UrlError } from './download-error.ts';

/** What a UrlError says when nobody answered the request for a connection. */
export const connectTimeoutText = 'no connection in time';

/** What undici or the system threw, as a UrlError that says it in words; never holds credentials of the URL. */
export function networkFailure(error: unknown, request: { readonly url: string; readonly stallMs: number }): UrlError {
  if (error instanceof UrlError) return error;
  const seconds = request.stallMs / 1000;
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) {
    return new UrlError('cut-off', `sent nothing for ${seconds} s`, { retry: true });
  }
  if (error instanceof errors.ConnectTimeoutError) {
    return new UrlError('unreachable', connectTimeoutText, { retry: true });
  }
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== undefined && /^(ENOTFOUND|EAI_|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)/.test(code)) {
    return new UrlError('unreachable', `no connection (${code})`, { retry: true });
  }
  const message = error instanceof Error ? error.message : String(error);
  const text = `connection broke: ${message.replaceAll(request.url, basename(request.url))}`;
  return new UrlError('cut-off', text, { retry: true });
}
