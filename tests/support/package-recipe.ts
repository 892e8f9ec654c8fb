import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StoredDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import type { DependencyOutput, TaskOrder } from '../../engine/messages/task-order.ts';
import { run as packageTask } from '../../engine/tasks/package/package.ts';
import type { PackageRecord } from '../../engine/tasks/package/package-record.ts';
import { run as qaTask } from '../../engine/tasks/package-qa/package-qa.ts';
import { run as revisionTask } from '../../engine/tasks/package-write/package-revision.ts';
import { contextIn } from './task-contexts.ts';

/** The date of everything in these packages. */
export const packageEpoch = 1_600_000_000;

/** Puts files into a tree: text, bytes, or `-> target` for a link; a name ending in `/` is an empty directory. */
export function fillTree(tree: string, files: Readonly<Record<string, string | Buffer>>): void {
  mkdirSync(tree, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(tree, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), path);
    else writeFileSync(path, content, { mode: /(^|\/)s?bin\//.test(name) ? 0o755 : 0o644 });
  }
}

/** A recipe with an installed tree. */
export interface PackagedRecipe {
  readonly name?: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Sources (S). */
  readonly sources?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** What `packageRecipe` gave for the recipes of DEPENDS. */
  readonly dependencies?: readonly DependencyOutput[];
}

/** Runs the task `package` for a recipe below `base/NAME`; gives what dependants get. */
export async function packageRecipe(base: string, recipe: PackagedRecipe): Promise<DependencyOutput> {
  const order = orderOf(base, recipe, 'package', 'packages-split');
  fillTree(String(order.variables['D']), recipe.files);
  fillTree(String(order.variables['S']), recipe.sources ?? {});
  await packageTask(contextIn(join(base, recipe.name ?? 'demo'), order));
  return { task: order.task, directories: order.outputs.map(({ to }) => to) };
}

/** Runs the checks over what `packageRecipe` left; gives the warnings, throws the errors. */
export async function checkRecipe(base: string, recipe: PackagedRecipe): Promise<readonly StoredDiagnostic[]> {
  const output = await packageRecipe(base, recipe);
  const order = orderOf(base, recipe, 'package_qa', 'nothing', [output, ...(recipe.dependencies ?? [])]);
  return (await qaTask(contextIn(join(base, recipe.name ?? 'demo'), order))).warnings ?? [];
}

/** Runs `package` and `package-revision`; gives the folder that the latter leaves, and what dependants get. */
export async function reviseRecipe(
  base: string,
  recipe: PackagedRecipe,
): Promise<{
  readonly control: string;
  readonly split: string;
  readonly output: DependencyOutput;
  readonly said: readonly string[];
  readonly warnings: readonly StoredDiagnostic[];
}> {
  const output = await packageRecipe(base, recipe);
  const order = orderOf(base, recipe, 'package_revision', 'control', [output, ...(recipe.dependencies ?? [])]);
  const context = contextIn(join(base, recipe.name ?? 'demo'), order);
  const { warnings = [] } = await revisionTask(context);
  const control = order.outputs[0]?.to ?? '';
  return { control, split: output.directories[0] ?? '', output, said: context.said, warnings };
}

/** The record of a package. */
export function recordOf(output: DependencyOutput, name: string): PackageRecord {
  return JSON.parse(readFileSync(join(output.directories[0] ?? '', name, 'package.json'), 'utf8')) as PackageRecord;
}

function orderOf(
  base: string,
  recipe: PackagedRecipe,
  taskName: string,
  outputName: string,
  dependencies: readonly DependencyOutput[] = recipe.dependencies ?? [],
): Pick<TaskOrder, 'task' | 'outputs' | 'dependencies' | 'variables'> {
  const name = recipe.name ?? 'demo';
  const directory = join(base, name);
  const out = join(directory, outputName);
  return {
    task: { configuration: '', recipe: name, task: `do_${taskName}` },
    outputs: [{ from: out, to: out }],
    dependencies,
    variables: {
      PN: name,
      PACKAGE_VERSION: '1.0-r0',
      PACKAGE_CLASSES: 'package_deb',
      D: join(directory, 'image'),
      S: join(directory, 'source'),
      WORKDIR: directory,
      TARGET_ARCH: 'x86_64',
      DISTRO_TARGET_ARCH: 'amd64',
      PACKAGES: name,
      [`FILES:${name}`]: '/',
      SUMMARY: 'a test',
      LICENSE: 'MIT',
      MAINTAINER: 'Nobody <nobody@example.org>',
      SOURCE_DATE_EPOCH: String(packageEpoch),
      REVISION_DIR: join(base, 'revisions'),
      ...recipe.variables,
    },
  };
}
