import { buildModule } from './bb/build.ts';
import { dataModule } from './bb/data.ts';
import { eventModules } from './bb/event.ts';
import { exceptionsOf } from './bb/exceptions.ts';
import { fetchModule } from './bb/fetch.ts';
import { filterModule } from './bb/filter.ts';
import { messageFunctions } from './bb/messages.ts';
import { parseModule } from './bb/parse.ts';
import { utilsModule } from './bb/utils.ts';
import { oeModule } from './modules/oe.ts';
import { NativeFunction } from './values/native.ts';
import { UnsupportedConstruct } from './values/python-error.ts';
import { PythonModule } from './values/value.ts';

/** `bb` and `oe`: the functions of BitBake and OE that compute, and those that ask the engine through its host. */
export function engineModules(): readonly PythonModule[] {
  const fetch = fetchModule();
  const [event, runqueue] = eventModules();
  const parts = [
    filterModule(),
    utilsModule(),
    dataModule(),
    parseModule(),
    buildModule(),
    fetch,
    processModule(),
    dataSmartModule(),
  ];
  const members = [...parts, ...(event && runqueue ? [event, runqueue] : [])];
  const bb = new PythonModule('bb', {
    ...Object.fromEntries(members.map((each) => [each.name.slice('bb.'.length), each])),
    fetch,
    ...Object.fromEntries(internals.map((name) => [name, new PythonModule(`bb.${name}`, {})])),
    compress: new PythonModule('bb.compress', { zstd: new PythonModule('bb.compress.zstd', {}) }),
    ...Object.fromEntries(messageFunctions().map((each) => [each.name, each])),
    ...exceptionsOf('bb', ['BBHandledException']),
    __version__: '2.19.0',
  });
  return [bb, oeModule()];
}

/** Parts of BitBake that modules of layers import, but whose members need files, processes or BitBake itself. */
const internals = [
  'asyncrpc',
  'cache',
  'checksum',
  'codeparser',
  'msg',
  'multiprocessing',
  'progress',
  'server',
  'siggen',
];

function processModule(): PythonModule {
  const run = new NativeFunction('run', () => {
    throw new UnsupportedConstruct('`bb.process.run` while recipes are read', 'run the program in a task');
  });
  return new PythonModule('bb.process', {
    run,
    ...exceptionsOf('bb.process', ['CmdError', 'NotFoundError', 'ExecutionError']),
  });
}

function dataSmartModule(): PythonModule {
  return new PythonModule('bb.data_smart', exceptionsOf('bb.data_smart', ['ExpansionError']));
}
