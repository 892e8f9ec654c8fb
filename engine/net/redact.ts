const secretKey = /(token|secret|password|passwd|signature|credential|key|sig)$/i;

/** A URL that can be printed: user, password and secret-looking query values are replaced by `***`. */
export function redactUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return text.replace(/\/\/[^/@\s]*@/, '//***@');
  if (url.username === '' && url.password === '' && url.search === '') return text;
  if (url.username !== '' || url.password !== '') {
    url.username = '***';
    url.password = '';
  }
  for (const key of new Set(url.searchParams.keys())) if (secretKey.test(key)) url.searchParams.set(key, '***');
  return url.href;
}
