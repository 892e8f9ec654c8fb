import { PythonModule, type Value } from './values/value.ts';

/** Finds a module of layers (`addpylib`) by its full name. */
export type LayerModules = (name: string) => Value | undefined;

/** A module of ours that a layer's module of the same name completes: what we have wins, the rest comes from there. */
export class LayeredModule extends PythonModule {
  #layers: LayerModules | undefined;

  /** Tells where modules of layers come from. */
  completeFrom(layers: LayerModules): void {
    this.#layers = layers;
    for (const each of this.members.values()) if (each instanceof LayeredModule) each.completeFrom(layers);
  }

  override member(name: string): Value | undefined {
    const own = super.member(name);
    if (own !== undefined || name.startsWith('__')) return own;
    const module = this.#layers?.(`${this.name}.${name}`);
    return module === undefined ? this.#fromLayer(name) : module;
  }

  #fromLayer(name: string): Value | undefined {
    const own = this.#layers?.(this.name);
    return own instanceof PythonModule && own !== this ? own.member(name) : undefined;
  }
}
