import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/spelling.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { compareVersionTexts, isVersionRelation } from '../python/version-compare.ts';
import type { Collection } from './layer.ts';

/** The collections of a configuration, and what is wrong with their priorities, patterns and dependencies. */
export interface Collections {
  readonly list: readonly Collection[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What is known when a layer's variables are looked at. */
interface Context {
  readonly datastore: Datastore;
  readonly names: readonly string[];
  readonly report: (diagnostic: Diagnostic) => void;
}

/**
 * Patterns and priorities of BBFILE_COLLECTIONS, from the finished configuration; `origins` gives the path of the layer that
 * named a collection. BitBake: cooker.handleCollections.
 */
export function makeCollections(datastore: Datastore, origins: ReadonlyMap<string, string>): Collections {
  const diagnostics: Diagnostic[] = [];
  const names = [...new Set(words(datastore.get('BBFILE_COLLECTIONS')))];
  const context: Context = { datastore, names, report: (each) => diagnostics.push(each) };
  const priorities = layerPriorities(context);
  const list = names.map((name) => {
    const patternText = patternOf(name, context);
    const pattern = compile(patternText, name, context);
    const path = origins.get(name) ?? '';
    return { name, path, priority: priorities.get(name) ?? 0, patternText: patternText ?? '', pattern };
  });
  return { list, diagnostics };
}

function patternOf(name: string, { datastore, report }: Context): string | undefined {
  const text = datastore.get(`BBFILE_PATTERN_${name}`);
  if (text !== undefined) return text;
  const span = datastore.definition('BBFILE_COLLECTIONS');
  const message = `the collection \`${name}\` has no BBFILE_PATTERN_${name}`;
  const help = `add BBFILE_PATTERN_${name} = "^\${LAYERDIR}/" to its layer.conf`;
  report(errorDiagnostic('invalid-layer', message, { span, help }));
  return undefined;
}

function compile(text: string | undefined, name: string, { datastore, report }: Context): RegExp | undefined {
  if (!text) return undefined;
  try {
    return new RegExp(text);
  } catch {
    const span = datastore.definition(`BBFILE_PATTERN_${name}`);
    const message = `BBFILE_PATTERN_${name} is not a regular expression: \`${text}\``;
    report(errorDiagnostic('invalid-pattern', message, { span }));
    return undefined;
  }
}

/** BBFILE_PRIORITY, or one more than the strongest layer that it depends on. */
function layerPriorities(context: Context): ReadonlyMap<string, number> {
  const priorities = new Map<string, number>();
  const depends = new Map(context.names.map((name) => [name, dependenciesOf(name, context)]));
  let lowest = 0;
  for (const name of context.names) {
    const priority = writtenPriority(name, context);
    if (priority === undefined) continue;
    if (lowest === 0 || priority < lowest) lowest = priority;
    priorities.set(name, priority);
  }
  const calculate = (name: string, trail: readonly string[]): number => {
    const known = priorities.get(name);
    if (known) return known;
    if (trail.includes(name)) {
      reportCircle(name, context);
      return lowest;
    }
    const below = depends.get(name) ?? [];
    const strongest = Math.max(lowest, ...below.map((each) => calculate(each, [...trail, name])));
    priorities.set(name, strongest + 1);
    return strongest + 1;
  };
  for (const name of context.names) calculate(name, []);
  return priorities;
}

/** Layers without a priority of their own that need each other: there is no number that is above both. */
function reportCircle(name: string, { datastore, report }: Context): void {
  const span = datastore.definition(`LAYERDEPENDS_${name}`);
  const help = 'take one dependency out, or give one of the layers a BBFILE_PRIORITY';
  report(errorDiagnostic('invalid-layer', `layer '${name}' depends on itself without end`, { span, help }));
}

function writtenPriority(name: string, { datastore, report }: Context): number | undefined {
  const written = datastore.get(`BBFILE_PRIORITY_${name}`);
  if (!written) return undefined;
  if (/^\s*[+-]?\d+\s*$/.test(written)) return Number(written);
  const span = datastore.definition(`BBFILE_PRIORITY_${name}`);
  const message = `invalid value for BBFILE_PRIORITY_${name}: "${written}"`;
  report(errorDiagnostic('invalid-layer', message, { span, help: 'a whole number is expected' }));
  return undefined;
}

/** A layer that another one names, with the versions that it may have: `>= 2`. */
interface WantedLayer {
  readonly name: string;
  readonly relations: readonly string[];
}

function dependenciesOf(name: string, context: Context): readonly string[] {
  const wanted = wantedLayers(`LAYERDEPENDS_${name}`, context);
  for (const each of wanted) checkDependency(name, each, context);
  const recommended = wantedLayers(`LAYERRECOMMENDS_${name}`, context).filter(({ name: other, relations }) => {
    const version = context.datastore.get(`LAYERVERSION_${other}`);
    return relations.length === 0 || (version !== undefined && fits(version, relations[0] ?? ''));
  });
  return [...wanted, ...recommended].map((each) => each.name).filter((each) => context.names.includes(each));
}

function checkDependency(layer: string, wanted: WantedLayer, { datastore, names, report }: Context): void {
  const span = datastore.definition(`LAYERDEPENDS_${layer}`);
  const fail = (message: string, help: string): void =>
    report(errorDiagnostic('invalid-layer', message, { span, help }));
  const { name, relations } = wanted;
  if (!names.includes(name)) {
    const others = names.filter((each) => each !== layer);
    const ways = [didYouMean(name, others), `add the layer \`${name}\` to BBLAYERS`];
    const help = ways.filter((each) => each !== undefined).join('\n');
    fail(`layer '${layer}' depends on layer '${name}', but this layer is not enabled in your configuration`, help);
    return;
  }
  const version = datastore.get(`LAYERVERSION_${name}`);
  for (const relation of relations) {
    const intro = `layer '${layer}' depends on version ${relation} of layer '${name}'`;
    if (!version) {
      fail(`${intro}, which is enabled but does not specify a version`, `set LAYERVERSION_${name} in its layer.conf`);
    } else if (!fits(version, relation)) {
      const message = `${intro}, but version ${version} is currently enabled in your configuration`;
      fail(message, 'check that the branches of these two layers belong together');
    }
  }
}

function fits(version: string, relation: string): boolean {
  const [operator = '', wanted = ''] = relation.split(' ');
  return isVersionRelation(compareVersionTexts(version, wanted), operator) === true;
}

/** `a (>= 2) b`: names with their relations, sorted by name as BitBake looks at them. */
function wantedLayers(variable: string, { datastore, report }: Context): readonly WantedLayer[] {
  const text = datastore.get(variable) ?? '';
  const found = new Map<string, string[]>();
  let last = '';
  for (const [, inner, name] of text.replaceAll(',', '').matchAll(/\(([^)]*)\)?|([^\s(]+)/g)) {
    if (name !== undefined) {
      last = name;
      found.set(name, found.get(name) ?? []);
      continue;
    }
    const relation = /^\s*(<=|=<|<<|==|!=|>=|=>|>>|<|>|=)\s*(\S+)\s*$/.exec(inner ?? '');
    if (relation) found.get(last)?.push(`${relation[1]} ${relation[2]}`);
    else {
      const message = `${variable} holds an invalid version specification: \`(${inner})\``;
      const span = datastore.definition(variable);
      report(errorDiagnostic('invalid-layer', message, { span, help: 'write it as `name (>= 1)`' }));
    }
  }
  return [...found].map(([name, relations]) => ({ name, relations })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
