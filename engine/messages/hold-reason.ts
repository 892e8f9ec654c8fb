/** Why no task is started although some are ready and not all slots are taken. */
export type HoldReason =
  | { readonly kind: 'pressure'; readonly of: 'cpu' | 'io' | 'memory'; readonly value: number; readonly limit: number }
  | { readonly kind: 'load'; readonly value: number; readonly limit: number }
  | { readonly kind: 'memory'; readonly task: string; readonly neededBytes: number; readonly freeBytes: number }
  | { readonly kind: 'number-threads'; readonly task: string; readonly limit: number }
  | { readonly kind: 'same-work'; readonly task: string; readonly as: string }
  | { readonly kind: 'weight'; readonly task: string; readonly needed: number; readonly free: number };

/** The one-line text of a reason. */
export function holdReasonText(reason: HoldReason): string {
  switch (reason.kind) {
    case 'pressure':
      return `${names[reason.of]} pressure is ${reason.value.toFixed(0)}, above BB_PRESSURE_MAX_${reason.of.toUpperCase()} = ${reason.limit}`;
    case 'load':
      return `the load for each processor is ${reason.value.toFixed(2)}, above BB_LOADFACTOR_MAX = ${reason.limit}`;
    case 'memory':
      return `${reason.task} has needed ${mebibytes(reason.neededBytes)} of memory, and ${mebibytes(reason.freeBytes)} is free`;
    case 'number-threads':
      return `${reason.task}: ${reason.limit} of these at a time, as its flag number_threads says`;
    case 'same-work':
      return `${reason.task} takes what ${reason.as}, which is the same work, will have made`;
    case 'weight':
      return `${reason.task} takes ${reason.needed} slots, and ${reason.free} ${reason.free === 1 ? 'is' : 'are'} free`;
  }
}

const names = { cpu: 'processor', io: 'disk', memory: 'memory' } as const;

function mebibytes(bytes: number): string {
  return `${Math.round(Math.max(0, bytes) / 2 ** 20)} MiB`;
}
