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

/** Who asks, before the host of an address in a text; `git`, as whom everybody comes, is no secret. */
const credentials = /(?<=:\/\/)(?!git@|\*+@)[^\s/@'"`<>]+(?=@)/g;

/** A text with addresses in it that can be printed: users and passwords before hosts are replaced by `***`. */
export function redactText(text: string): string {
  return text.includes('@') ? text.replace(credentials, '***') : text;
}

/** The same for a line of a file, every character in its place. */
export function redactLine(line: string): string {
  return line.includes('@') ? line.replace(credentials, (found) => '*'.repeat(found.length)) : line;
}
