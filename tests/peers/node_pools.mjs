// The same small workloads through Node's process pools, a JSON line for each figure.
// usage: node node_pools.mjs workerpool|tinypool|jest-worker rtt|map|calls|echo|recovery FOLDER [--quick]
// FOLDER: where the packages were installed. What each figure means: README.md beside this file.
import { createRequire } from 'node:module';
import { pathToFileURL, fileURLToPath } from 'node:url';
import path from 'node:path';

const here = path.dirname(fileURLToPath(import.meta.url));
const [peer, what, folder, ...rest] = process.argv.slice(2);
const require = createRequire(path.join(folder, 'x.cjs'));
const quick = rest.includes('--quick');
const seconds = quick ? 1 : 2;
const many = (full) => (quick ? full / 5 : full);
const emit = (figure, value, extra = {}) => console.log(JSON.stringify({ peer: 'node-' + peer, figure, value, ...extra }));
process.env.PEER = peer;
process.env.NODE_PATH = path.join(folder, 'node_modules');

const make = {
  workerpool(workers, serialization) {
    const pool = require('workerpool').pool(path.join(here, 'node_worker.cjs'), {
      minWorkers: workers, maxWorkers: workers, workerType: 'process', forkOpts: { env: process.env, serialization } });
    return { one: (f, x) => pool.exec(f, [x]), close: () => pool.terminate(true) };
  },
  async tinypool(workers) {
    const { default: Tinypool } = await import(pathToFileURL(require.resolve('tinypool')));
    const pool = new Tinypool({ filename: pathToFileURL(path.join(here, 'node_worker.mjs')).href, runtime: 'child_process',
      minThreads: workers, maxThreads: workers });
    return { one: (f, x) => pool.run({ f, x }), close: () => pool.destroy() };
  },
  'jest-worker'(workers, serialization) {
    const { Worker } = require('jest-worker');
    const pool = new Worker(path.join(here, 'node_worker.cjs'), { numWorkers: workers, exposedMethods: ['echo', 'die'],
      enableWorkerThreads: false, maxRetries: 0, forkOptions: { serialization } });
    return { one: (f, x) => pool[f](x), close: () => pool.end() };
  },
};

const within = (promise, ms) => Promise.race([promise, new Promise((_, no) => setTimeout(() => no(new Error('no answer')), ms).unref())]);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
async function warmUp(work) {
  const end = performance.now() + seconds * 1e3;
  do await work(); while (performance.now() < end);
}

async function rtt() {
  const pool = await make[peer](1);
  await warmUp(() => pool.one('echo', 1));
  const times = [];
  for (let i = 0; i < many(10000); i++) {
    const t = performance.now();
    await pool.one('echo', i);
    times.push((performance.now() - t) * 1e3);
  }
  emit('rtt_us', +median(times).toFixed(1), { p99: +times[Math.floor(times.length * 0.99)].toFixed(1) });
}

async function rate(figure) {
  const pool = await make[peer](2);
  const work = (n) => Promise.all(Array.from({ length: n }, (_, i) => pool.one('echo', i)));
  await warmUp(() => work(many(5000)));
  const n = many(50000), t = performance.now();
  await work(n);
  emit(figure, Math.round(n / (performance.now() - t) * 1e3), { items: n });
}

// JSON text, where a string is the best case, and the structured clone of a buffer: what is faster counts.
async function echo() {
  const length = 16 << 20, forms = [['json', 'x'.repeat(length)], ['advanced', Buffer.alloc(length, 1)]];
  let best = 0, how = '';
  for (const [serialization, blob] of peer === 'tinypool' ? forms.slice(0, 1) : forms) {
    const pool = await make[peer](1, serialization);
    await warmUp(() => pool.one('echo', blob));
    const n = quick ? 3 : 6, t = performance.now();
    for (let i = 0; i < n; i++) if ((await pool.one('echo', blob)).length !== length) throw new Error('an echo of another length');
    const value = 2 * n * length / (performance.now() - t) / 1e6;
    if (value > best) [best, how] = [value, serialization];
    await within(Promise.resolve(pool.close()), 2000).catch(() => {});
  }
  emit('echo_gbps', +best.toFixed(4), { serialization: how });
}

async function recovery() {
  const pool = await make[peer](1);
  await pool.one('echo', 0);
  const times = [];
  let failed = null;
  for (let i = 0; i < (quick ? 3 : 6); i++) {
    const t = performance.now();
    try { await within(pool.one('die', 0), 10000); } catch (e) { failed = e.message.slice(0, 60); }
    try { await within(pool.one('echo', 1), 10000); } catch (e) { return emit('crash_recovery_ms', null, { note: e.message, failed_with: failed }); }
    times.push(performance.now() - t);
  }
  emit('crash_recovery_ms', +median(times.slice(1)).toFixed(1), { failed_with: failed });
}

await { rtt, map: () => rate('map_per_s'), calls: () => rate('calls_per_s'), echo, recovery }[what]();
process.exit(0);
