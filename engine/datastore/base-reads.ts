/** What a layer over a base table asked the base for. */
export class BaseReads {
  /** Names looked up, whether or not the base has them. */
  readonly names = new Set<string>();
  /** Names written with `=`: everything of the base's record counts but its value. */
  readonly overwritten = new Set<string>();
  /** Whether all names were asked for. */
  all = false;
}
