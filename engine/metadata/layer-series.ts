import { errorDiagnostic } from '../base/diagnostic.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import type { Evaluation } from './evaluation.ts';

/** LAYERSERIES_CORENAMES of the first layer that sets it, and what each layer says that it goes with. */
export class LayerSeries {
  readonly compatible = new Map<string, ReadonlySet<string>>();
  core: ReadonlySet<string> = new Set();

  /** Takes over what a layer.conf has said; the variables go, so that no later layer can refer to those of an earlier one. */
  collect(datastore: WritableDatastore, collections: readonly string[]): void {
    for (const name of collections) {
      const variable = `LAYERSERIES_COMPAT_${name}`;
      const series = wordSet(datastore.get(variable));
      if (series.size === 0) continue;
      this.compatible.set(name, series);
      datastore.unset(variable);
    }
    if (this.core.size > 0) return;
    this.core = wordSet(datastore.get('LAYERSERIES_CORENAMES'));
    if (this.core.size > 0) datastore.unset('LAYERSERIES_CORENAMES');
  }
}

/**
 * Sets LAYERSERIES_CORENAMES and LAYERSERIES_COMPAT_*; an error for a layer of another series, a warning for one that names none
 * although the core layer does. BitBake: cookerdata.parseConfigurationFiles.
 */
export function applySeries(evaluation: Evaluation, collections: readonly string[], series: LayerSeries): void {
  const { datastore } = evaluation;
  for (const [name, names] of series.compatible) datastore.set(`LAYERSERIES_COMPAT_${name}`, sorted(names));
  for (const name of collections) checkSeries(evaluation, name, series);
  datastore.set('LAYERSERIES_CORENAMES', sorted(series.core));
}

function checkSeries(evaluation: Evaluation, name: string, { core, compatible }: LayerSeries): void {
  const names = compatible.get(name) ?? new Set();
  const variable = `LAYERSERIES_COMPAT_${name}`;
  const span = evaluation.datastore.history(variable).find((event) => event.span !== undefined)?.span;
  if (names.size === 0) {
    if (core.size === 0) return;
    const message = `layer \`${name}\` should set ${variable} in its conf/layer.conf file`;
    const help = `name the core series that it is compatible with: ${variable} = "${sorted(core)}"`;
    evaluation.report({ code: 'layer-series', severity: 'warning', message, help });
    return;
  }
  if (core.size === 0) {
    const message = `no core layer found to work with layer \`${name}\``;
    const help = 'add the layer that sets LAYERSERIES_CORENAMES to BBLAYERS';
    evaluation.report(errorDiagnostic('layer-series', message, { span, help }));
    return;
  }
  if ([...names].some((each) => core.has(each))) return;
  const message = `layer \`${name}\` is not compatible with the core layer, which only supports these series: ${sorted(core)}`;
  const help = `the layer is compatible with ${sorted(names)}; take a branch of it that fits`;
  evaluation.report(errorDiagnostic('layer-series', message, { span, help }));
}

function wordSet(text: string | undefined): ReadonlySet<string> {
  return new Set((text ?? '').split(/\s+/).filter((word) => word !== ''));
}

function sorted(names: ReadonlySet<string>): string {
  return [...names].sort().join(' ');
}
