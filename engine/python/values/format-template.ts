import { PythonException, valueError } from './python-error.ts';
import { asciiText, represent, toText } from './represent.ts';
import { keyError, subscript } from './subscript.ts';
import { formatValue } from './text-format.ts';
import type { CallArguments, Value } from './value.ts';

/** Reads an attribute: `{0.name}`. */
export type AttributeReader = (value: Value, name: string) => Value;

/** `template.format(...)`. */
export function formatTemplate(template: string, given: CallArguments | Value, attributeOf: AttributeReader): string {
  return new TemplateReader(template, given, attributeOf).read();
}

class TemplateReader {
  readonly #text: string;
  readonly #given: CallArguments | Value;
  readonly #attributeOf: AttributeReader;
  #nextField = 0;
  #automatic: boolean | undefined;

  constructor(text: string, given: CallArguments | Value, attributeOf: AttributeReader) {
    this.#text = text;
    this.#given = given;
    this.#attributeOf = attributeOf;
  }

  read(): string {
    return this.#expand(this.#text, 2);
  }

  #expand(text: string, levels: number): string {
    if (levels === 0) throw valueError('Max string recursion exceeded');
    let result = '';
    for (let at = 0; at < text.length; ) {
      const char = text.charAt(at);
      if ((char === '{' || char === '}') && text[at + 1] === char && levels === 2) {
        result += char;
        at += 2;
      } else if (char === '{') {
        const end = closingBrace(text, at);
        result += this.#field(text.slice(at + 1, end), levels);
        at = end + 1;
      } else if (char === '}') {
        throw valueError("Single '}' encountered in format string");
      } else {
        result += char;
        at += 1;
      }
    }
    return result;
  }

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one decision after the other, in the order that Python has
  #field(field: string, levels: number): string {
    const match = /^([^!:[.]*)((?:\.[^.[!:]+|\[[^\]]*\])*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(field);
    const unknown = /^[^!:[]*(?:\[[^\]]*\][^!:[]*)*!([^rsa:])(?::|$)/.exec(field)?.[1];
    if (unknown !== undefined) throw valueError(`Unknown conversion specifier ${unknown}`);
    if (match === null) throw valueError(`invalid field '${field}' in format string`);
    const [, name = '', path = '', conversion, spec = ''] = match;
    let value = this.#argument(name);
    for (const step of path.match(/\.[^.[]+|\[[^\]]*\]/g) ?? []) {
      const key = step.slice(1, -1);
      if (step.startsWith('.')) value = this.#attributeOf(value, step.slice(1));
      else value = subscript(value, /^\d+$/.test(key) ? BigInt(key) : key);
    }
    const shown =
      conversion === undefined
        ? value
        : conversion === 's'
          ? toText(value)
          : conversion === 'a'
            ? asciiText(value)
            : represent(value);
    return formatValue(shown, spec === '' ? '' : this.#expand(spec, levels - 1));
  }

  #argument(name: string): Value {
    const given = this.#given;
    if (!isArguments(given)) return subscript(given, name);
    if (name !== '' && !/^\d+$/.test(name)) {
      const value = given.keywords.get(name);
      if (value === undefined) throw keyError(name);
      return value;
    }
    const index = this.#position(name);
    const value = given.positional[index];
    if (value === undefined) {
      throw new PythonException('IndexError', `Replacement index ${index} out of range for positional args tuple`);
    }
    return value;
  }

  /** Fields are numbered by hand or one after the other, not both. */
  #position(name: string): number {
    const automatic = name === '';
    if (this.#automatic !== undefined && this.#automatic !== automatic) {
      const [from, to] = automatic ? ['manual', 'automatic'] : ['automatic', 'manual'];
      const words: Readonly<Record<string, string>> = {
        manual: 'manual field specification',
        automatic: 'automatic field numbering',
      };
      throw valueError(`cannot switch from ${words[from ?? '']} to ${words[to ?? '']}`);
    }
    this.#automatic = automatic;
    if (!automatic) return Number(name);
    this.#nextField += 1;
    return this.#nextField - 1;
  }
}

function isArguments(given: CallArguments | Value): given is CallArguments {
  return given !== null && typeof given === 'object' && 'positional' in given;
}

function closingBrace(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth += 1;
    else if (text[at] === '}') depth -= 1;
    if (depth === 0) return at;
  }
  throw valueError("Single '{' encountered in format string");
}
