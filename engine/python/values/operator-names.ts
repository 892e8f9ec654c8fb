/** The operators by the names of Python's tree, with the sign that messages show. */
export const operatorSigns: Readonly<Record<string, string>> = {
  Add: '+',
  Sub: '-',
  Mult: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '** or pow()',
  BitAnd: '&',
  BitOr: '|',
  BitXor: '^',
  LShift: '<<',
  RShift: '>>',
  MatMult: '@',
};

/** The names of the methods behind the operators. */
export const specialNames: ReadonlyMap<string, string> = new Map([
  ['Add', 'add'],
  ['Sub', 'sub'],
  ['Mult', 'mul'],
  ['Div', 'truediv'],
  ['FloorDiv', 'floordiv'],
  ['Mod', 'mod'],
  ['Pow', 'pow'],
  ['BitAnd', 'and'],
  ['BitOr', 'or'],
  ['BitXor', 'xor'],
  ['LShift', 'lshift'],
  ['RShift', 'rshift'],
  ['MatMult', 'matmul'],
]);
