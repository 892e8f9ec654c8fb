import { spend } from '../values/meter.ts';
import { LimitReached } from '../values/python-error.ts';
import type { AnchorKind } from './pattern-nodes.ts';
import { folded, wordTest } from './pattern-sets.ts';
import type { Instruction, Program } from './program.ts';

/** Positions of the groups of a match, start and end, -1 for groups that took no part. */
export type Positions = readonly number[];

const stepsPerCount = 2;
const maxStack = 4_000_000;

/** A text as code points. */
export function codesOf(text: string): readonly number[] {
  const codes: number[] = [];
  for (const char of text) codes.push(char.codePointAt(0) ?? 0);
  return codes;
}

/** What a match must be. */
interface Demand {
  readonly whole: boolean;
  readonly nonEmpty: boolean;
}

const anyEnd: Demand = { whole: false, nonEmpty: false };

/** Runs a program over a text. What can be tried in another way is on a stack, four numbers for each entry. */
export class Machine {
  readonly #code: readonly Instruction[];
  readonly #codes: readonly number[];
  readonly #end: number;
  readonly #registers: number[];
  readonly #groups: number;
  readonly #stack: number[] = [];
  #steps = 0;

  constructor(program: Program, groups: number, given: { readonly codes: readonly number[]; readonly end: number }) {
    this.#code = program.code;
    this.#codes = given.codes;
    this.#end = given.end;
    this.#groups = groups;
    this.#registers = new Array<number>(program.registers).fill(-1);
  }

  /** The match that begins at a position, and ends at the end of the text when `whole`. Throws LimitReached. */
  matchAt(start: number, whole = false, nonEmpty = false): Positions | undefined {
    this.#registers.fill(-1);
    this.#stack.length = 0;
    const end = this.#run(0, start, { whole, nonEmpty });
    if (end === undefined) return undefined;
    this.#registers[0] = start;
    this.#registers[1] = end;
    return this.#registers.slice(0, 2 * (this.#groups + 1));
  }

  /** The first match that begins at or after a position, and is not empty there when it must advance. */
  search(from: number, mustAdvance = false): Positions | undefined {
    const first = this.#code[0];
    const test = first?.op === 'char' ? first.test : first?.op === 'run' && first.least > 0 ? first.test : undefined;
    for (let start = from; start <= this.#end; start++) {
      if (test !== undefined && (start === this.#end || !test(this.#codes[start] ?? 0))) {
        this.#count();
        continue;
      }
      const found = this.matchAt(start, false, mustAdvance && start === from);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #count(): void {
    this.#steps += 1;
    if (this.#steps < stepsPerCount) return;
    this.#steps = 0;
    spend(1);
    if (this.#stack.length > maxStack) throw new LimitReached('has a regular expression that tries too much');
  }

  /** Where the match ends that the program from an address on finds. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one decision after the other, in the order that Python has
  #run(address: number, start: number, { whole, nonEmpty }: Demand): number | undefined {
    const base = this.#stack.length;
    let at = address;
    let position = start;
    for (;;) {
      this.#count();
      const instruction = this.#code[at];
      if (instruction === undefined) return undefined;
      if (instruction.op === 'accept') {
        if ((!whole || position === this.#end) && !(nonEmpty && position === start)) return position;
        const back = this.#backtrack(base);
        if (back === undefined) return undefined;
        [at, position] = back;
        continue;
      }
      const next = this.#step(instruction, at, position);
      if (next >= 0) {
        at = this.#nextAddress;
        position = next;
        continue;
      }
      const back = this.#backtrack(base);
      if (back === undefined) return undefined;
      [at, position] = back;
    }
  }

  #nextAddress = 0;

  /** The position after an instruction, whose next address is then in `#nextAddress`; -1 when it fails. */
  #step(instruction: Exclude<Instruction, { op: 'accept' }>, at: number, position: number): number {
    this.#nextAddress = at + 1;
    switch (instruction.op) {
      case 'char':
        return position < this.#end && instruction.test(this.#codes[position] ?? 0) ? position + 1 : -1;
      case 'run':
        return this.#runOf(instruction, at, position);
      case 'split':
        this.#stack.push(0, instruction.second, position, 0);
        this.#nextAddress = instruction.first;
        return position;
      case 'jump':
        this.#nextAddress = instruction.to;
        return position;
      case 'save':
        this.#save(instruction.register, position);
        return position;
      case 'check':
        if (this.#registers[instruction.register] === position) this.#nextAddress = instruction.exit;
        return position;
      case 'anchor':
        return this.#holds(instruction.anchor, instruction.ascii, position) ? position : -1;
      case 'reference':
        return this.#sameAs(instruction.group, instruction.fold, position);
      case 'condition':
        if ((this.#registers[instruction.group * 2 + 1] ?? -1) < 0) this.#nextAddress = instruction.no;
        return position;
      case 'atomic': {
        const end = this.#inside(at + 1, position) ?? -1;
        this.#nextAddress = instruction.end;
        return end;
      }
      default:
        return this.#look(instruction, at, position);
    }
  }

  #save(register: number, value: number): void {
    this.#stack.push(1, register, this.#registers[register] ?? -1, 0);
    this.#registers[register] = value;
  }

  #runOf(run: Extract<Instruction, { op: 'run' }>, at: number, position: number): number {
    const most = Math.min(this.#end, position + (run.mode === 'lazy' ? run.least : run.most));
    let end = position;
    while (end < most && run.test(this.#codes[end] ?? 0)) {
      end += 1;
      this.#count();
    }
    if (end - position < run.least) return -1;
    if (run.mode === 'greedy' && end > position + run.least) this.#stack.push(2, at + 1, end, position + run.least);
    if (run.mode === 'lazy' && end - position < run.most) this.#stack.push(3, at, end, end - position);
    return end;
  }

  /** Goes back to what can be tried next: its address and position. */
  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one decision after the other, in the order that Python has
  #backtrack(base: number): readonly [number, number] | undefined {
    const stack = this.#stack;
    while (stack.length > base) {
      const extra = stack.pop() ?? 0;
      const second = stack.pop() ?? 0;
      const first = stack.pop() ?? 0;
      const kind = stack.pop() ?? 0;
      if (kind === 0) return [first, second];
      if (kind === 1) this.#registers[first] = second;
      else if (kind === 2) {
        if (second - 1 > extra) stack.push(2, first, second - 1, extra);
        return [first, second - 1];
      } else {
        const longer = this.#oneMore(first, second, extra);
        if (longer !== undefined) return longer;
      }
    }
    return undefined;
  }

  #oneMore(at: number, end: number, taken: number): readonly [number, number] | undefined {
    const run = this.#code[at];
    if (run?.op !== 'run' || end >= this.#end || !run.test(this.#codes[end] ?? 0)) return undefined;
    if (taken + 1 < run.most) this.#stack.push(3, at, end + 1, taken + 1);
    return [at + 1, end + 1];
  }

  /** Runs a part on its own; of its stack only what puts registers back stays. */
  #inside(address: number, position: number): number | undefined {
    const base = this.#stack.length;
    const end = this.#run(address, position, anyEnd);
    if (end === undefined) return undefined;
    const kept: number[] = [];
    for (let index = base; index < this.#stack.length; index += 4) {
      if (this.#stack[index] === 1) kept.push(...this.#stack.slice(index, index + 4));
    }
    this.#stack.length = base;
    for (const number of kept) this.#stack.push(number);
    return end;
  }

  #look(look: Extract<Instruction, { op: 'look' }>, at: number, position: number): number {
    const start = position - (look.behind ?? 0);
    const before = this.#stack.length;
    const found = start >= 0 && this.#inside(at + 1, start) !== undefined;
    if (found && look.negative) this.#backtrackRegisters(before);
    this.#nextAddress = look.end;
    return found !== look.negative ? position : -1;
  }

  #backtrackRegisters(base: number): void {
    while (this.#stack.length > base) {
      this.#stack.pop();
      const second = this.#stack.pop() ?? 0;
      const first = this.#stack.pop() ?? 0;
      this.#stack.pop();
      this.#registers[first] = second;
    }
  }

  #holds(anchor: AnchorKind, ascii: boolean, position: number): boolean {
    const codes = this.#codes;
    switch (anchor) {
      case 'text-start':
        return position === 0;
      case 'text-end':
        return position === this.#end;
      case 'line-start':
        return position === 0 || codes[position - 1] === 10;
      case 'line-end':
        return position === this.#end || codes[position] === 10;
      case 'last-line-end':
        return position === this.#end || (position === this.#end - 1 && codes[position] === 10);
      default: {
        const isWord = wordTest(ascii);
        const before = position > 0 && isWord(codes[position - 1] ?? 0);
        const after = position < this.#end && isWord(codes[position] ?? 0);
        return (before !== after) === (anchor === 'word');
      }
    }
  }

  #sameAs(group: number, fold: boolean, position: number): number {
    const start = this.#registers[group * 2] ?? -1;
    const end = this.#registers[group * 2 + 1] ?? -1;
    if (start < 0 || end < start || position + end - start > this.#end) return -1;
    for (let index = 0; index < end - start; index++) {
      this.#count();
      const first = this.#codes[start + index] ?? 0;
      const second = this.#codes[position + index] ?? 0;
      if (first !== second && !(fold && folded(first, false) === folded(second, false))) return -1;
    }
    return position + end - start;
  }
}
