/** Told what was looked at. */
export interface SourceWitness {
  sawFile(path: string, isThere?: boolean): void;
  sawLink(path: string): void;
}
