// The real thing: minutes a test, one after the other, the package mirror and qemu allowed.
export default {
  files: ['tests/e2e/**/*.test.ts'],
  extensions: ['ts'],
  workerThreads: false,
  serial: true,
  concurrency: 1,
  timeout: '25m',
  environmentVariables: { NO_COLOR: '1' },
};
