/** What a task thread says while it works, on the port of its order. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly text: string; readonly fraction?: number | undefined }
  | { readonly kind: 'log'; readonly text: string }
  /** `bb.plain`: a line for the person in front of the screen. */
  | { readonly kind: 'note'; readonly text: string };

/** What the main thread says to a working task. */
export type ControlMessage = { readonly kind: 'cancel' };
