import { readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { elfAbi, parseElf } from '../../../engine/tasks/package/elf.ts';
import { elfBytes } from '../../support/elf-bytes.ts';

const libraryName = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/);
const spec = fc.record({
  bits: fc.constantFrom(32 as const, 64 as const),
  endianness: fc.constantFrom('little' as const, 'big' as const),
  machine: fc.integer({ min: 0, max: 65_535 }),
  needed: fc.array(libraryName, { maxLength: 4 }),
  soname: fc.option(libraryName, { nil: undefined }),
});

test('every width and byte order is read back as it was written', (t) => {
  fc.assert(
    fc.property(spec, (each) => {
      const { bits, endianness, machine, needed, soname } = parseElf(elfBytes(each))!;
      t.deepEqual({ bits, endianness, machine, needed, soname }, { ...each, needed: [...each.needed] });
    }),
  );
});

test('a truncated or damaged file is not an ELF file, and never an error', (t) => {
  const damage = fc.record({ spec, length: fc.nat(400), at: fc.nat(400), value: fc.nat(255) });
  fc.assert(
    fc.property(damage, (each) => {
      const bytes = elfBytes(each.spec);
      if (each.at < bytes.length) bytes[each.at] = each.value;
      t.notThrows(() => parseElf(bytes.subarray(0, each.length)));
    }),
  );
  t.is(parseElf(elfBytes({ needed: ['liba.so'] }).subarray(0, 100)), undefined);
  t.is(parseElf(Buffer.from('#!/bin/sh\n')), undefined);
});

test('a real program names the C library', (t) => {
  const elf = parseElf(readFileSync(process.execPath));
  t.true(elf?.needed.includes('libc.so.6'));
});

test('files of another machine, width or byte order have another ABI', (t) => {
  const abis = [{}, { machine: 3 }, { bits: 32 as const }, { endianness: 'big' as const }].map((each) =>
    elfAbi(parseElf(elfBytes(each))!),
  );
  t.is(new Set(abis).size, 4);
});
