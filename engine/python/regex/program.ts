import { LimitReached } from '../values/python-error.ts';
import type { ParsedPattern } from './parse-pattern.ts';
import type { AnchorKind, CharTest, PatternNode, RepeatNode } from './pattern-nodes.ts';

/** One step of a program; numbers are addresses unless they are said to be registers or groups. */
export type Instruction =
  | { readonly op: 'char'; readonly test: CharTest }
  | {
      readonly op: 'run';
      readonly test: CharTest;
      readonly least: number;
      readonly most: number;
      readonly mode: RepeatNode['mode'];
    }
  | { readonly op: 'split'; first: number; second: number }
  | { readonly op: 'jump'; to: number }
  | { readonly op: 'save'; readonly register: number }
  | { readonly op: 'check'; readonly register: number; exit: number }
  | { readonly op: 'anchor'; readonly anchor: AnchorKind; readonly ascii: boolean }
  | { readonly op: 'reference'; readonly group: number; readonly fold: boolean }
  | { readonly op: 'look'; readonly behind: number | undefined; readonly negative: boolean; end: number }
  | { readonly op: 'atomic'; end: number }
  | { readonly op: 'condition'; readonly group: number; no: number }
  | { readonly op: 'accept' };

/** Instructions, and how many registers they use: two for each group, the whole match first, then marks of loops. */
export interface Program {
  readonly code: readonly Instruction[];
  readonly registers: number;
}

const maxInstructions = 20_000;

/** Turns a pattern into instructions. Throws LimitReached for a pattern that repeats too much. */
export function compilePattern(pattern: ParsedPattern): Program {
  const writer = new ProgramWriter(2 * (pattern.groups + 1));
  writer.node(pattern.root);
  writer.add({ op: 'accept' });
  return { code: writer.code, registers: writer.registers };
}

class ProgramWriter {
  readonly code: Instruction[] = [];
  registers: number;

  constructor(registers: number) {
    this.registers = registers;
  }

  add<I extends Instruction>(instruction: I): I {
    if (this.code.length >= maxInstructions) throw new LimitReached('has a regular expression that is too large');
    this.code.push(instruction);
    return instruction;
  }

  node(node: PatternNode): void {
    switch (node.kind) {
      case 'char':
        this.add({ op: 'char', test: node.test });
        break;
      case 'anchor':
        this.add({ op: 'anchor', anchor: node.anchor, ascii: node.ascii });
        break;
      case 'group':
        this.add({ op: 'save', register: node.index * 2 });
        this.node(node.body);
        this.add({ op: 'save', register: node.index * 2 + 1 });
        break;
      case 'reference':
        this.add({ op: 'reference', group: node.index, fold: node.fold });
        break;
      case 'sequence':
        for (const part of node.parts) this.node(part);
        break;
      case 'choice':
        this.#choice(node.options);
        break;
      case 'repeat':
        this.#repeat(node);
        break;
      default:
        this.#enclosed(node);
    }
  }

  #enclosed(node: Extract<PatternNode, { kind: 'look' | 'atomic' | 'condition' }>): void {
    if (node.kind === 'condition') {
      const test = this.add({ op: 'condition', group: node.index, no: 0 });
      this.node(node.yes);
      const skip = this.add({ op: 'jump', to: 0 });
      test.no = this.code.length;
      this.node(node.no);
      skip.to = this.code.length;
      return;
    }
    const head =
      node.kind === 'look'
        ? this.add({ op: 'look', behind: node.behind, negative: node.negative, end: 0 })
        : this.add({ op: 'atomic', end: 0 });
    this.node(node.body);
    this.add({ op: 'accept' });
    head.end = this.code.length;
  }

  #choice(options: readonly PatternNode[]): void {
    const exits: { to: number }[] = [];
    for (const [index, option] of options.entries()) {
      const last = index === options.length - 1;
      const split = last ? undefined : this.add({ op: 'split', first: this.code.length + 1, second: 0 });
      this.node(option);
      if (split === undefined) continue;
      exits.push(this.add({ op: 'jump', to: 0 }));
      split.second = this.code.length;
    }
    for (const exit of exits) exit.to = this.code.length;
  }

  #repeat(node: RepeatNode): void {
    const { least, most, mode, body } = node;
    if (body.kind === 'char') {
      this.add({ op: 'run', test: body.test, least, most, mode });
      return;
    }
    if (mode === 'possessive') {
      this.#enclosed({ kind: 'atomic', body: { ...node, mode: 'greedy' } });
      return;
    }
    for (let index = 0; index < least; index++) this.node(body);
    if (most === Number.POSITIVE_INFINITY) this.#loop(body, mode === 'lazy');
    else this.#optional(body, most - least, mode === 'lazy');
  }

  #loop(body: PatternNode, lazy: boolean): void {
    const register = this.registers;
    this.registers += 1;
    const start = this.code.length;
    const split = this.add({ op: 'split', first: 0, second: 0 });
    this.add({ op: 'save', register });
    this.node(body);
    const check = this.add({ op: 'check', register, exit: 0 });
    this.add({ op: 'jump', to: start });
    const end = this.code.length;
    check.exit = end;
    split.first = lazy ? end : start + 1;
    split.second = lazy ? start + 1 : end;
  }

  #optional(body: PatternNode, times: number, lazy: boolean): void {
    const splits: { readonly split: { first: number; second: number }; readonly inside: number }[] = [];
    for (let index = 0; index < times; index++) {
      const split = this.add({ op: 'split', first: 0, second: 0 });
      splits.push({ split, inside: this.code.length });
      this.node(body);
    }
    const end = this.code.length;
    for (const { split, inside } of splits) {
      split.first = lazy ? end : inside;
      split.second = lazy ? inside : end;
    }
  }
}
