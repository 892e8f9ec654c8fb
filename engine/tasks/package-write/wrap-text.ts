/** The longest line of a description. */
const WIDTH = 78;

/** Lines of a text without blanks around; those that are too long are broken between words. */
export function wrapText(text: string): readonly string[] {
  return text
    .trim()
    .split('\n')
    .flatMap((line) => wrapLine(line.trim()));
}

function wrapLine(line: string): readonly string[] {
  if (line.length <= WIDTH) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/\s+/)) {
    if (current !== '' && current.length + 1 + word.length > WIDTH) {
      lines.push(current);
      current = '';
    }
    current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
