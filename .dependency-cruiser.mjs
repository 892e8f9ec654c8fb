// Who may import whom: docs/architecture.md, section 6. The rules are made from this one table.
const allowed = {
  base: [],
  archive: ['base'],
  net: ['base'],
  language: ['base'],
  datastore: ['base', 'language'],
  python: ['base', 'language', 'datastore'],
  metadata: ['base', 'language', 'datastore', 'python', 'functions', 'task-types'],
  taskgraph: ['base', 'metadata'],
  functions: ['base', 'datastore', 'messages'],
  messages: ['base', 'datastore'],
  'task-types': ['base'],
  signatures: [
    'base',
    'language',
    'datastore',
    'python',
    'metadata',
    'taskgraph',
    'messages',
    'task-types',
    'functions',
  ],
  sstate: ['base', 'messages', 'archive', 'net'],
  plan: ['base', 'messages', 'taskgraph', 'signatures'],
  runqueue: ['base', 'messages', 'task-types', 'datastore', 'metadata', 'taskgraph', 'signatures', 'plan', 'functions'],
  tasks: ['base', 'messages', 'task-types', 'archive', 'net', 'sstate'],
  'worker/thread': ['base', 'messages', 'task-types', 'tasks', 'sstate', 'python', 'datastore', 'functions'],
  worker: ['base', 'messages', 'runqueue', 'worker/thread', 'python', 'datastore', 'functions'],
  devtool: ['base', 'language', 'datastore', 'metadata', 'messages', 'task-types', 'tasks', 'archive', 'net'],
  lock: ['base', 'archive', 'net', 'datastore', 'metadata'],
  host: ['base', 'archive', 'net', 'datastore', 'metadata'],
  inspect: [
    'base',
    'language',
    'datastore',
    'python',
    'metadata',
    'taskgraph',
    'messages',
    'signatures',
    'plan',
    'sstate',
  ],
  history: ['base', 'messages'],
  images: ['base'],
  explain: [
    'base',
    'language',
    'datastore',
    'metadata',
    'taskgraph',
    'messages',
    'task-types',
    'signatures',
    'plan',
    'history',
    'format',
    'inspect',
  ],
  remote: ['base', 'net', 'sstate'],
  serve: ['base', 'net', 'sstate', 'remote'],
  layers: ['base', 'language', 'datastore', 'metadata'],
  format: ['base', 'language'],
  lint: ['base', 'language', 'format', 'task-types'],
  ui: ['base', 'messages'],
};

/** Package or module -> the folders that may import it. */
const homes = {
  chevrotain: ['language'],
  'py-ast': ['python'],
  '@dagrejs/graphlib': ['taskgraph'],
  piscina: ['worker'],
  '@bufbuild/protobuf': ['sstate'],
  koffi: ['sstate'],
  undici: ['net'],
  tar: ['archive'],
  'xz-decompress': ['archive'],
  yauzl: ['archive'],
};

const fileSystemHomes = [
  'archive',
  'net',
  'sstate',
  'tasks',
  'worker',
  'devtool',
  'lock',
  'host',
  'history',
  'remote',
  'serve',
  'app',
];
const fileSystemFiles = ['base/node-file-reader', 'base/sha256', 'runqueue/stamps'];

const folderOf = (name) => `^engine/${name}/`;

const folderRules = Object.entries(allowed).map(([folder, targets]) => ({
  name: `imports-of-${folder.replace('/', '-')}`,
  severity: 'error',
  comment: `engine/${folder} may import only ${targets.join(', ') || 'nothing'}; move the code down or pass it in as a port from app`,
  from: {
    path: folderOf(folder),
    pathNot: folder === 'worker' ? [folderOf('worker/thread')] : [],
  },
  to: { path: '^engine/', pathNot: [folder, ...targets].map(folderOf) },
}));

const packageRules = Object.entries(homes).map(([name, folders]) => ({
  name: `home-of-${name.replaceAll(/[@/]/g, '-')}`,
  severity: 'error',
  comment: `${name} has one door: engine/${folders.join(', engine/')}`,
  from: { pathNot: folders.map(folderOf), path: '^engine/' },
  to: { path: `node_modules/${name}/` },
}));

export default {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'files that import each other cannot be read one after the other; move the shared part down',
      from: {},
      to: { circular: true },
    },
    {
      name: 'file-system-only-at-the-edge',
      severity: 'error',
      comment: 'decide apart from do: take a FileReader or another port instead',
      from: {
        path: '^engine/',
        pathNot: [...fileSystemHomes.map(folderOf), ...fileSystemFiles.map((file) => `^engine/${file}\\.ts$`)],
      },
      to: { path: '^(node:)?(fs|fs/promises|child_process)$' },
    },
    {
      name: 'engine-does-not-import-tests',
      severity: 'error',
      comment: 'move what both need into engine/',
      from: { path: '^engine/' },
      to: { path: '^tests/' },
    },
    {
      name: 'tests-import-engine-and-support-only',
      severity: 'error',
      comment:
        'shared test code belongs into tests/support/; the runner of the conformance cases is a program of its own',
      from: { path: '^tests/', pathNot: ['^tests/support/', '^tests/conformance/'] },
      to: { path: '^tests/', pathNot: ['^tests/support/', '^tests/.*/fixtures/', '^tests/fixtures/'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
