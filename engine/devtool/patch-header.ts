/** What the text before the changes of a patch says. */
export interface PatchHeader {
  readonly subject: string;
  readonly body: string;
  readonly name: string;
  readonly email: string;
  /** As git takes it; absent: it does not say. */
  readonly date: string | undefined;
}

const author = /^(?:From|Author):\s*(.*?)\s*<([^<>\s]*)>\s*$/im;

/** Reads the header of a patch: of `git format-patch`, with fields of DEP-3, or plain text. Without one its name is the subject. */
export function readPatchHeader(text: string, fileName: string): PatchHeader {
  const lines = text.replace(/\r\n/g, '\n').split('\n');
  const start = lines.findIndex((line) => /^(diff |--- \S|Index: |\*\*\* \S|={20,})/.test(line));
  const header = lines.slice(0, start === -1 ? 0 : start);
  const cut = header.indexOf('---');
  const told = (cut === -1 ? header : header.slice(0, cut)).join('\n');
  const [, name = '', email = ''] = author.exec(told) ?? [];
  const date = /^Date:\s*(.+)$/im.exec(told)?.[1];
  const written = { name: name.replace(/^"(.*)"$/, '$1'), email, date: validDate(date) };
  const mail = /^Subject:[ \t]*((?:.|\n[ \t])*)/m.exec(told);
  if (mail !== null && /^From:?\s/m.test(told)) {
    const blank = told.indexOf('\n\n');
    const subject = (mail[1] ?? '').replace(/\n[ \t]+/g, ' ').replace(/^\s*\[[^\]]*\]\s*/, '');
    return { ...written, subject: subject.trim() || fileName, body: blank === -1 ? '' : told.slice(blank + 2).trim() };
  }
  const plain = told.trim();
  const first = plain.split('\n')[0] ?? '';
  const subject =
    /^(?:Description|Subject):\s*(.+)$/m.exec(plain)?.[1] ??
    (/^[\w-]+:/.test(first) ? '' : first.replace(/^#+\s*/, ''));
  return { ...written, subject: subject.trim() || fileName, body: subject === plain ? '' : plain };
}

function validDate(text: string | undefined): string | undefined {
  if (text === undefined || Number.isNaN(Date.parse(text))) return undefined;
  return `${Math.floor(Date.parse(text) / 1000)} +0000`;
}
