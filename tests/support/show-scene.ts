import { openView } from '../../engine/app/terminal-output.ts';
import { scene, sceneMs } from './scene.ts';

/** Shows the scene where standard output leads, and ends in its midst, as when killed. */
let nowMs = 0;
const view = openView({ base: '/work', program: './stx-bake', elapsedMs: () => nowMs });
for (const [atMs, event] of scene) {
  nowMs = atMs;
  view.show(event);
}
nowMs = sceneMs;
// The clock of the drawings is the real one: by now one is due.
setTimeout(() => {
  process.removeAllListeners('exit');
  process.exit(0);
}, 300).ref();
