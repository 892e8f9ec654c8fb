import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** One answer that the layer of an operating system gives. */
export interface ContractRow {
  readonly variable: string;
  readonly need: string;
  readonly kind: string;
  readonly meaning: string;
}

/** The rows of class os-contract, in its order. */
export function contractRows(): readonly ContractRow[] {
  const file = fileURLToPath(new URL('../../layers/core/classes/os-contract.bbclass', import.meta.url));
  const row = /^OS_CONTRACT\[(\S+)\] = "(required|optional) ([^:]+): (.*)"$/gm;
  return [...readFileSync(file, 'utf8').matchAll(row)].map(([, variable = '', need = '', kind = '', meaning = '']) => ({
    variable,
    need,
    kind,
    meaning,
  }));
}
