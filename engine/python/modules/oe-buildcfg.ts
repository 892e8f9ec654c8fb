import { datastoreOf } from '../datastore-object.ts';
import { neededFiles } from '../host-access.ts';
import { LayeredModule } from '../layered-module.ts';
import { native } from '../values/native.ts';
import { textOf, words } from '../values/text-methods.ts';
import { PythonList, PythonTuple } from '../values/value.ts';

const unknown = '<unknown>';

/** `oe.buildcfg`: what git knows of a layer, read from the files of its repository; no process is started. */
export function buildConfigurationModule(): LayeredModule {
  const functions = [
    native('detect_revision', 'd', (d) => revisionOf(`${datastoreOf(d).get('COREBASE') ?? ''}/meta`)),
    native('detect_branch', 'd', (d) => branchOf(`${datastoreOf(d).get('COREBASE') ?? ''}/meta`)),
    native('get_scmbasepath', 'd', (d) => `${datastoreOf(d).get('COREBASE') ?? ''}/meta`),
    native('get_metadata_git_branch', 'path', (path) => branchOf(textOf(path))),
    native('get_metadata_git_revision', 'path', (path) => revisionOf(textOf(path))),
    native('get_metadata_git_toplevel', 'path', (path) => topOf(textOf(path)) ?? ''),
    // Whether files differ from the last commit only git itself can say; what matters of them is part of signatures.
    native('is_layer_modified', 'path', () => ''),
    native('get_layer_revisions', 'd', (d) => {
      const layers = words(datastoreOf(d).get('BBLAYERS') ?? '');
      return new PythonList(
        layers.map((path) => {
          const name = path.slice(path.lastIndexOf('/') + 1);
          return new PythonTuple([path, name, branchOf(path), revisionOf(path), '']);
        }),
      );
    }),
  ];
  return new LayeredModule('oe.buildcfg', Object.fromEntries(functions.map((each) => [each.name, each])));
}

/** The work tree that a path lies in. */
function topOf(path: string): string | undefined {
  const files = neededFiles('`oe.buildcfg`');
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    if (files.kind(`${at}/.git`) !== 'missing') return at;
  }
  return undefined;
}

/** The folder of the repository: a work tree may only hold a file that names it. */
function repositoryOf(path: string): string | undefined {
  const top = topOf(path);
  if (top === undefined) return undefined;
  const files = neededFiles('`oe.buildcfg`');
  if (files.kind(`${top}/.git`) === 'directory') return `${top}/.git`;
  const [, named] = /^gitdir:\s*(.*?)\s*$/m.exec(files.readText(`${top}/.git`) ?? '') ?? [];
  if (named === undefined) return undefined;
  return named.startsWith('/') ? named : `${top}/${named}`;
}

function headOf(path: string): string | undefined {
  const repository = repositoryOf(path);
  return repository && neededFiles('`oe.buildcfg`').readText(`${repository}/HEAD`)?.trim();
}

function branchOf(path: string): string {
  const head = headOf(path);
  if (head === undefined || head === '') return unknown;
  return /^ref: refs\/heads\/(.*)$/.exec(head)?.[1] ?? 'HEAD';
}

function revisionOf(path: string): string {
  const head = headOf(path);
  if (head === undefined || head === '') return unknown;
  const [, name] = /^ref: (.*)$/.exec(head) ?? [];
  if (name === undefined) return head;
  const files = neededFiles('`oe.buildcfg`');
  const repository = repositoryOf(path) ?? '';
  const common = files.readText(`${repository}/commondir`)?.trim();
  const shared = common === undefined ? repository : common.startsWith('/') ? common : `${repository}/${common}`;
  const loose = files.readText(`${repository}/${name}`) ?? files.readText(`${shared}/${name}`);
  if (loose !== undefined) return loose.trim();
  const packed = files.readText(`${shared}/packed-refs`) ?? '';
  return (
    packed
      .split('\n')
      .find((line) => line.endsWith(` ${name}`))
      ?.split(' ')[0] ?? unknown
  );
}
