import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { FileReader } from '../base/file-reader.ts';
import { didYouMean } from '../base/spelling.ts';
import { searchPath, splitPath } from './search-path.ts';
import type { BaseConfiguration } from './workspace.ts';

/** Configurations that the caller's words name. */
export interface AskedConfigurations {
  readonly names: readonly string[];
  /** Those of ALL_OS as well. */
  readonly allOs: boolean;
}

/** Variables that are asked for at each start. */
export const choosingVariables: readonly string[] = ['BBMULTICONFIG', 'ALL_OS', 'BBPATH'];

/**
 * The configurations to read, in order: those of BBMULTICONFIG of the default one; those that were asked for and have a file
 * `conf/multiconfig/NAME.conf` along BBPATH; and what any of them names in its own BBMULTICONFIG.
 */
export class ChosenConfigurations {
  readonly names: string[] = [''];
  readonly diagnostics: Diagnostic[] = [];
  readonly #files: FileReader;

  constructor(files: FileReader) {
    this.#files = files;
  }

  /** What a configuration that was read names. */
  declared(base: BaseConfiguration): void {
    for (const name of splitWords(base.value('BBMULTICONFIG'))) {
      if (/^\d/.test(name)) this.#startsWithDigit(name, base);
      else this.#add(name);
    }
  }

  /** What the caller named; `base`: the default configuration. What has no file is left to whoever looks for it. */
  asked({ names, allOs }: AskedConfigurations, base: BaseConfiguration): void {
    for (const name of allOs ? splitWords(base.value('ALL_OS')) : []) {
      if (this.#fileOf(name, base) !== undefined) this.#add(name);
      else if (!this.names.includes(name)) this.#withoutFile(name, base);
    }
    for (const name of names) {
      const path = this.names.includes(name) || /^\d/.test(name) ? undefined : this.#fileOf(name, base);
      if (path === undefined) continue;
      this.#add(name);
      const message = `the configuration \`${name}\` is that of \`${path}\`; BBMULTICONFIG does not name it`;
      this.diagnostics.push({ code: 'configuration-added', severity: 'note', message });
    }
  }

  /** Leaves the wanted ones alone; one that is not known is an error. */
  restrict(wanted: readonly string[], base: BaseConfiguration): void {
    const known = [...this.names];
    for (const name of wanted.filter((each) => !known.includes(each))) {
      const help = didYouMean(name, known) ?? 'BBMULTICONFIG in conf/local.conf lists the configurations';
      const message = `there is no configuration \`${name}\``;
      const span = base.datastore.definition('BBMULTICONFIG');
      this.diagnostics.push(errorDiagnostic('unknown-configuration', message, { span, help }));
    }
    this.names.splice(0, this.names.length, ...known.filter((name) => wanted.includes(name)));
  }

  #add(name: string): void {
    if (!this.names.includes(name)) this.names.push(name);
  }

  #fileOf(name: string, base: BaseConfiguration): string | undefined {
    if (!/^[\w.+-]+$/.test(name)) return undefined;
    const directories = splitPath(base.value('BBPATH'), '/');
    return searchPath(`conf/multiconfig/${name}.conf`, directories, (path) => this.#files.kind(path) === 'file').path;
  }

  #startsWithDigit(name: string, base: BaseConfiguration): void {
    const message = `the configuration name \`${name}\` cannot start with a digit`;
    const span = base.datastore.definition('BBMULTICONFIG');
    this.diagnostics.push(errorDiagnostic('invalid-value', message, { span }));
  }

  #withoutFile(name: string, base: BaseConfiguration): void {
    const message = `ALL_OS names \`${name}\`, and no layer has \`conf/multiconfig/${name}.conf\``;
    const help = 'add the layer of that system to conf/bblayers.conf, or set ALL_OS in conf/local.conf';
    this.diagnostics.push(
      errorDiagnostic('unknown-configuration', message, { span: base.datastore.definition('ALL_OS'), help }),
    );
  }
}

function splitWords(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
