import type { Statement } from '../language/statements.ts';
import type { Finding } from './finding.ts';
import { baseName, fileTitle, type LintFile, type LintProject, splitName } from './lint-project.ts';

/** The order of docs/recipe-style.md; a name that is not here may stand anywhere. */
const order: readonly string[] = [
  ...[
    'SUMMARY',
    'DESCRIPTION',
    'HOMEPAGE',
    'BUGTRACKER',
    'SECTION',
    'LICENSE',
    'LIC_FILES_CHKSUM',
    'DEPENDS',
    'SRC_URI',
  ],
  ...['SRC_URI[]', 'S', 'inherit'],
  ...['do_fetch', 'do_unpack', 'do_patch', 'do_configure', 'do_compile', 'do_install'],
  ...['PACKAGES', 'FILES', 'RDEPENDS', 'pkg_preinst', 'pkg_postinst', 'pkg_prerm', 'pkg_postrm'],
];

/** Problems of recipes: the order of their sections, what they inherit, and their licence. */
export function recipeProblems(project: LintProject): readonly Finding[] {
  const classes = classTable(project);
  return project.files.flatMap((file) => {
    if (!file.selected || file.parsed.kind === 'configuration') return [];
    const own = [...doubleInherit(file), ...lastClasses(file)];
    return file.path.endsWith('.bb') ? [...own, ...wrongOrder(file), ...missingLicense(file, project, classes)] : own;
  });
}

function rankOf(statement: Statement): number {
  if (statement.kind === 'inherit') return statement.deferred ? -1 : order.indexOf('inherit');
  if (statement.kind === 'assign-flag') return statement.name.text === 'SRC_URI' ? order.indexOf('SRC_URI[]') : -1;
  if (statement.kind !== 'assign' && statement.kind !== 'function') return -1;
  const name = statement.name.text;
  // What is said of another package, or under an override, may stand where it belongs by its subject.
  return name.includes(':') && !/^\w+:\$\{PN\}$/.test(name) ? -1 : order.indexOf(baseName(name));
}

function wrongOrder({ parsed }: LintFile): readonly Finding[] {
  const found: Finding[] = [];
  let last: { readonly rank: number; readonly statement: Statement } | undefined;
  for (const statement of parsed.statements) {
    const rank = rankOf(statement);
    if (rank === -1) continue;
    if (last === undefined || rank >= last.rank) {
      last = { rank, statement };
      continue;
    }
    const message = `\`${nameOf(statement)}\` stands behind \`${nameOf(last.statement)}\`, which belongs after it`;
    const related = [{ span: placeOf(last.statement), message: 'it belongs before this' }];
    const help = `the order is ${order.slice(0, 8).join(', ')} and so on: docs/recipe-style.md`;
    found.push({ code: 'section-order', severity: 'warning', message, span: placeOf(statement), related, help });
  }
  return found;
}

function nameOf(statement: Statement): string {
  if (statement.kind === 'assign-flag') return `${statement.name.text}[${statement.flag}]`;
  return 'name' in statement && typeof statement.name === 'object' ? statement.name.text : statement.kind;
}

function placeOf(statement: Statement): Statement['span'] {
  if ('name' in statement && typeof statement.name === 'object') return statement.name.span;
  return statement.kind === 'inherit' ? statement.classes.span : statement.span;
}

/** Classes that a statement names, with references left out. */
function classesOf(statement: Statement): readonly string[] {
  if (statement.kind !== 'inherit') return [];
  return statement.classes.text.split(/\s+/).filter((each) => /^[\w.+-]+$/.test(each));
}

function doubleInherit({ parsed }: LintFile): readonly Finding[] {
  const seen = new Map<string, Statement>();
  return parsed.statements.flatMap((statement) =>
    classesOf(statement).flatMap((name): readonly Finding[] => {
      const first = seen.get(name);
      seen.set(name, first ?? statement);
      if (first === undefined) return [];
      const message = `\`${name}\` is inherited twice`;
      const related = [{ span: first.span, message: 'the first time here' }];
      const help = 'leave it out here: the second time has no effect';
      return [{ code: 'inherit-order', severity: 'warning', message, span: placeOf(statement), related, help }];
    }),
  );
}

const mustBeLast = new Set(['native', 'nativesdk', 'cross', 'crosssdk', 'cross-canadian']);

/** Classes that change what others have set must be inherited after them. */
function lastClasses({ parsed }: LintFile): readonly Finding[] {
  const all = parsed.statements.flatMap((statement) => classesOf(statement).map((name) => ({ name, statement })));
  const index = all.findIndex(({ name }) => mustBeLast.has(name));
  const at = all[index];
  const next = all.slice(index + 1).find(({ name }) => !mustBeLast.has(name));
  if (at === undefined || next === undefined) return [];
  const message = `\`${at.name}\` is inherited before \`${next.name}\`, but has to come last`;
  const help = `write it as the last class: it changes what the others have set`;
  return [{ code: 'inherit-order', severity: 'warning', message, span: placeOf(at.statement), help }];
}

function classTable(project: LintProject): ReadonlyMap<string, LintFile> {
  const classes = project.files.filter(({ path }) => path.endsWith('.bbclass'));
  return new Map(classes.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1, -'.bbclass'.length), file]));
}

/** A recipe, the files it requires and the classes it inherits, as far as they are named by plain text. */
function closureOf(file: LintFile, project: LintProject, classes: ReadonlyMap<string, LintFile>): readonly LintFile[] {
  const found = new Set([file]);
  const title = fileTitle(file.path);
  for (const each of found) {
    for (const statement of each.parsed.statements) {
      for (const next of namedFiles(statement, title, { project, classes })) found.add(next);
    }
  }
  return [...found];
}

interface Surroundings {
  readonly project: LintProject;
  readonly classes: ReadonlyMap<string, LintFile>;
}

/** The classes that a statement inherits, or the files that it includes in the recipe of that name. */
function namedFiles(statement: Statement, title: string, { project, classes }: Surroundings): readonly LintFile[] {
  if (statement.kind === 'inherit') return classesOf(statement).flatMap((name) => classes.get(name) ?? []);
  if (statement.kind !== 'include') return [];
  const wanted = `/${statement.path.text.trim().replaceAll(/\$\{(?:BPN|PN)\}/g, title)}`;
  return project.files.filter((each) => each.path.endsWith(wanted));
}

const noSources = new Set([
  'image',
  'core-image',
  'packagegroup',
  'meta',
  'nopackages',
  'populate_sdk',
  'bundle',
  'toolchain-scripts',
]);

function missingLicense(
  file: LintFile,
  project: LintProject,
  classes: ReadonlyMap<string, LintFile>,
): readonly Finding[] {
  const all = closureOf(file, project, classes);
  const statements = all.flatMap((each) => each.parsed.statements);
  const license = file.parsed.statements.find((each) => each.kind === 'assign' && each.name.text === 'LICENSE');
  if (license?.kind !== 'assign' || /^\s*(?:CLOSED)?\s*$/.test(license.value.text)) return [];
  const sets = statements.some((each) => each.kind === 'assign' && splitName(each.name.text)[0] === 'LIC_FILES_CHKSUM');
  const unpacksNothing = statements.some(
    (each) =>
      (each.kind === 'delete-task' && /\bdo_unpack\b/.test(each.names.text)) ||
      (each.kind === 'assign-flag' && each.name.text === 'do_unpack' && each.flag === 'noexec') ||
      classesOf(each).some((name) => noSources.has(name) || name.startsWith('image')),
  );
  if (sets || unpacksNothing) return [];
  const message = 'the recipe has a LICENSE, but no LIC_FILES_CHKSUM says which file holds its text';
  const help = 'add `LIC_FILES_CHKSUM = "file://COPYING;md5=..."` below LICENSE';
  return [{ code: 'missing-license-checksum', severity: 'warning', message, span: license.name.span, help }];
}
