/** What a task thread says of an order while it works. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly text: string; readonly fraction?: number | undefined }
  | { readonly kind: 'log'; readonly text: string }
  /** `bb.plain`: a line for the person in front of the screen. */
  | { readonly kind: 'note'; readonly text: string };

/** What the main thread says to task threads: the order with this number is to end. Who does not have it takes no notice. */
export interface ControlMessage {
  readonly kind: 'cancel';
  readonly number: number;
}
