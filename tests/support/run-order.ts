import { readFileSync } from 'node:fs';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';

// A small engine: carries out the order in the file named by the first argument; prints messages and the outcome as lines.
await using pool = createWorkerPool({ threads: 1 });
const order = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const outcome = await pool.start(order, (message) => console.log(JSON.stringify(message))).done;
console.log(JSON.stringify(outcome));
