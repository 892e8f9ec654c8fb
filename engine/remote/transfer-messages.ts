import type { ActionResult } from '../sstate/action-cache.ts';
import type { MirrorAddress } from './mirror-address.ts';
import type { Patience } from './patience.ts';

/** What the transfer thread is started with; plain data. */
export interface TransferSettings {
  /** The local store. */
  readonly directory: string;
  readonly mirrors: readonly MirrorAddress[];
  readonly publishing: PublishSettings | undefined;
  readonly patience: Patience;
  readonly proxies: { readonly http?: string; readonly https?: string; readonly none?: string };
}

/** Where results go, and in whose name. */
export interface PublishSettings {
  readonly targets: readonly MirrorAddress[];
  /** Names this publisher's lists on plain servers. */
  readonly publisher: string;
  /** File with the secret text form of a signing key; the thread reads it. */
  readonly signingKeyFile: string | undefined;
  /** Results may have been published before: what is there is not sent, nor listed, again. */
  readonly isSweep: boolean;
  /** Folder for lists of plain servers that were read or written before. */
  readonly listDirectory: string;
}

/** What the main thread asks for. */
export type TransferCall =
  | {
      readonly kind: 'fetch';
      readonly id: number;
      readonly key: string;
      readonly result: ActionResult;
      /** Indices of the mirrors that gave the result. */
      readonly sources: readonly number[];
    }
  | { readonly kind: 'publish'; readonly id: number; readonly key: string }
  /** Ends publishing: lists on plain servers are brought up to date. */
  | { readonly kind: 'finish'; readonly id: number };

/** What the thread says. */
export type TransferAnswer =
  | { readonly kind: 'fetched'; readonly id: number; readonly bytes: number; readonly problem: string | undefined }
  | { readonly kind: 'progress'; readonly id: number; readonly done: number; readonly total: number }
  | {
      readonly kind: 'published';
      readonly id: number;
      readonly bytes: number;
      /** Something was sent. */
      readonly isNew: boolean;
      readonly problem: string | undefined;
    }
  | { readonly kind: 'finished'; readonly id: number }
  /** Nothing more is fetched from a mirror in this build. */
  | { readonly kind: 'given-up'; readonly url: string }
  /** A mirror that is not used any more, or gave something wrong for the first time. */
  | {
      readonly kind: 'trouble';
      readonly url: string;
      readonly while: 'fetching' | 'publishing';
      readonly reason: string;
    };
