import type { BuildEvent } from '../../engine/messages/build-event.ts';

/** An event and when it came, in milliseconds since the build began. */
export type TimedEvent = readonly [atMs: number, event: BuildEvent];

const done = { status: 'ok', output: undefined, result: undefined, artifacts: [], warnings: [] } as const;

/** A build in its midst: results restored, one task failed, one fetching, three others at work. */
export const scene: readonly TimedEvent[] = [
  [900, { kind: 'plan', run: 23, restore: 4, open: 1, upToDate: 12, notNeeded: 3, expectedMs: 300_000 }],
  [910, { kind: 'task-started', task: 'zlib:do_stage', action: 'restore' }],
  [920, { kind: 'task-started', task: 'bash:do_package', action: 'restore' }],
  [1400, finished('zlib:do_stage', 'restore', { ...done, durationMs: 490, bytes: 1_234_567, savedMs: 42_000 })],
  [1500, finished('bash:do_package', 'restore', { ...done, durationMs: 580, bytes: 8_800_000, savedMs: 75_500 })],
  [1510, { kind: 'task-started', task: 'busybox:do_fetch', action: 'run', reason: { kind: 'no-stamp' } }],
  [
    1520,
    {
      kind: 'task-started',
      task: 'linux-rt:do_compile',
      action: 'run',
      reason: { kind: 'signature-changed' },
      usualMs: 130_000,
    },
  ],
  [1530, { kind: 'note', text: 'busybox: a recipe has something to say' }],
  [4000, finished('busybox:do_fetch', 'run', { ...done, durationMs: 2490, bytes: 2_500_000 })],
  [
    4010,
    {
      kind: 'task-started',
      task: 'busybox:do_configure',
      action: 'run',
      reason: { kind: 'signature-changed' },
      usualMs: 9000,
    },
  ],
  [
    16_310,
    finished('busybox:do_configure', 'run', {
      status: 'failed',
      durationMs: 12_300,
      exitCode: 2,
      logPath: '/work/build/tmp/work/busybox/temp/log.do_configure.77',
      diagnostics: [
        {
          code: 'task-failed',
          severity: 'error',
          message: '`busybox`: `do_configure` ended with exit code 2',
          help: 'the whole log is /work/build/tmp/work/busybox/temp/log.do_configure.77',
          detail:
            'failed at meta-stx/recipes/busybox_1.36.bb:21 (do_configure)\ncommand: make oldconfig\nscripts/kconfig/conf.c:14:10: fatal error: stdio.h: No such file or directory',
        },
      ],
    }),
  ],
  [
    16_320,
    { kind: 'task-started', task: 'openssh:do_fetch', action: 'run', reason: { kind: 'no-stamp' }, usualMs: 8000 },
  ],
  [16_330, { kind: 'task-started', task: 'glibc:do_unpack', action: 'run', reason: { kind: 'no-stamp' } }],
  [16_340, { kind: 'task-started', task: 'glibc-locales:do_stage', action: 'restore', usualMs: 2000 }],
  [20_000, { kind: 'task-progress', task: 'openssh:do_fetch', text: '1 of 2, 12.3 MB, 3.4 MB/s', fraction: 0.41 }],
  [20_100, { kind: 'task-progress', task: 'glibc:do_unpack', text: 'glibc-2.39.tar.xz' }],
];

/** The time in the build at which the scene is looked at. */
export const sceneMs = 75_000;

function finished(
  task: string,
  action: 'run' | 'restore',
  outcome: Extract<BuildEvent, { kind: 'task-finished' }>['outcome'],
): BuildEvent {
  return { kind: 'task-finished', task, action, outcome };
}
