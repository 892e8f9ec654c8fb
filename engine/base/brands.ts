/** A string that was checked to be of one kind; `Brand` only exists for the type checker. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };

/** A SHA-256 in 64 lower-case hexadecimal digits. */
export type Sha256Hex = Brand<string, 'Sha256Hex'>;
/** Hash over what the text of a task says, without dependencies and files (docs/architecture.md, 5.1). */
export type BaseHash = Brand<Sha256Hex, 'BaseHash'>;
/** Hash of a task with those of its dependencies and of its local files; known before anything runs. */
export type TaskHash = Brand<Sha256Hex, 'TaskHash'>;
/** Key of the action cache: as TaskHash, but dependencies that capture outputs count by their output digest. */
export type TaskSignature = Brand<Sha256Hex, 'TaskSignature'>;
