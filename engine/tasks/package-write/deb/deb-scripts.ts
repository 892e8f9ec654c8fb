import type { PackageRecord } from '../../package/package-record.ts';
import {
  accountLines,
  alternativeLines,
  alternativeRemovalLines,
  composeScript,
  type ScriptName,
  type ScriptParts,
  shellWord,
  unitLines,
  unitRemovalLines,
} from '../script-parts.ts';

/** What dpkg calls the scripts with -> STX_ACTION (deb-policy, chapter 6). */
const preambles: Readonly<Record<ScriptName, readonly string[]>> = {
  preinst: ['STX_ACTION=upgrade', 'if [ "$1" = install ]; then STX_ACTION=install; fi'],
  postinst: ['STX_ACTION=upgrade', 'if [ "$1" = configure ] && [ -z "${2:-}" ]; then STX_ACTION=install; fi'],
  prerm: ['STX_ACTION=upgrade', 'case "$1" in remove|deconfigure) STX_ACTION=remove ;; esac'],
  postrm: ['STX_ACTION=upgrade', 'case "$1" in remove|purge|disappear|abort-install) STX_ACTION=remove ;; esac'],
};

/** The text of a maintainer script; `undefined` when there is none. */
export function debScript(name: ScriptName, record: PackageRecord): string | undefined {
  const preamble = [...preambles[name], 'export STX_ACTION'];
  const script = composeScript(name, record, { ...generatedParts(name, record), preamble });
  if (script === undefined) return undefined;
  return `#!${script.interpreter}\n${script.body.endsWith('\n') ? script.body : `${script.body}\n`}`;
}

/** dpkg unpacks before accounts exist, so files get their owners afterwards. */
function generatedParts(name: ScriptName, record: PackageRecord): ScriptParts {
  if (name === 'postinst') {
    return {
      before: [...accountLines(record), ...ownerLines(record)],
      after: [...alternativeLines(record), ...unitLines(record)],
    };
  }
  if (name === 'prerm') return { before: unitRemovalLines(record), after: alternativeRemovalLines(record) };
  return { before: [], after: [] };
}

/** What an administrator said with dpkg-statoverride stays. */
function ownerLines(record: PackageRecord): readonly string[] {
  return record.entries.flatMap(({ path, owner, mode, kind }) => {
    if (owner === undefined) return [];
    const file = shellWord(`/${path}`);
    const change = kind === 'symlink' ? `chown -h ${owner} ${file}` : `chown ${owner} ${file} && chmod ${mode} ${file}`;
    // Somebody may have removed a configuration file, or left it out.
    const isThere = kind === 'symlink' ? `[ ! -L ${file} ]` : `[ ! -e ${file} ]`;
    return [`${isThere} || dpkg-statoverride --list ${file} >/dev/null || { ${change}; }`];
  });
}
