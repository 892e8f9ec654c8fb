import { PythonObject } from './value.ts';

/** A value of which there is one. */
export class Singleton extends PythonObject {
  readonly typeName: string;
  readonly shown: string;

  constructor(typeName: string, shown: string) {
    super();
    this.typeName = typeName;
    this.shown = shown;
  }
}

/** `NotImplemented`. */
export const notImplemented = new Singleton('NotImplementedType', 'NotImplemented');

/** `...`. */
export const ellipsis = new Singleton('ellipsis', 'Ellipsis');
