import type { PackageRecord } from '../../package/package-record.ts';
import {
  accountLines,
  alternativeLines,
  alternativeRemovalLines,
  composeScript,
  type Script,
  type ScriptName,
  type ScriptParts,
  unitLines,
  unitRemovalLines,
} from '../script-parts.ts';

/** deb's names of the scripts -> the sections of a spec file. */
export const rpmSections: Readonly<Record<ScriptName, string>> = {
  preinst: 'pre',
  postinst: 'post',
  prerm: 'preun',
  postrm: 'postun',
};

/** `$1` is the number of versions that there are afterwards. */
const onInstall = 'if [ "$1" -gt 1 ]; then STX_ACTION=upgrade; else STX_ACTION=install; fi';
const onRemoval = 'if [ "$1" -gt 0 ]; then STX_ACTION=upgrade; else STX_ACTION=remove; fi';

/** A scriptlet of a package; `undefined` when there is none. `ldconfig` says whether it runs where libraries come and go. */
export function rpmScript(name: ScriptName, record: PackageRecord, ldconfig: boolean): Script | undefined {
  const preamble = [name === 'preinst' || name === 'postinst' ? onInstall : onRemoval, 'export STX_ACTION'];
  const parts = generatedParts(name, record);
  const linker = ldconfig && record.libraries.length > 0 && (name === 'postinst' || name === 'postrm');
  return composeScript(name, record, {
    before: linker ? ['/sbin/ldconfig', ...parts.before] : parts.before,
    after: parts.after,
    preamble,
  });
}

/** rpm lays files down with their owners, so accounts come before. */
function generatedParts(name: ScriptName, record: PackageRecord): ScriptParts {
  if (name === 'preinst') return { before: accountLines(record), after: [] };
  if (name === 'postinst') return { before: [], after: [...alternativeLines(record), ...unitLines(record)] };
  if (name === 'prerm') return { before: unitRemovalLines(record), after: [] };
  if (name === 'postrm') return { before: [], after: alternativeRemovalLines(record) };
  return { before: [], after: [] };
}

/** Programs that scriptlets call, by the tag that says when they must be there. */
export function scriptRequirements(
  record: PackageRecord,
  providers: {
    readonly accounts: readonly string[];
    readonly alternatives: readonly string[];
    /** Packages that make the owners of files. */
    readonly owners: readonly string[];
  },
): readonly (readonly [string, string])[] {
  const needed: [string, string][] = providers.owners.map((each) => ['Requires(pre)', each]);
  if (record.accounts.length > 0) for (const each of providers.accounts) needed.push(['Requires(pre)', each]);
  if (record.alternatives.length > 0) {
    for (const each of providers.alternatives) needed.push(['Requires(post)', each], ['Requires(postun)', each]);
  }
  return needed;
}
