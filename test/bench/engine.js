// The LLM engine by itself, on one core: requests per second of `runLlmFleet`, and bytes that it allocates for each request. Processes,
// scenarios and reports stay outside the clock, which counts CPU seconds of the process. Each case has a process of its own for all of its
// runs, compiled as the program compiles long simulations; the cases take turns, so that a neighbour's load falls on all of them. Bundled from today's sources with the settings of the build.
// Usage: npm run bench:engine [-- --runs 5] [-- --requests 1000000] [-- --only one,double]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { GCProfiler } from 'node:v8';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    requests: { type: 'string', default: '1000000' },
    only: { type: 'string' },
    alone: { type: 'string' },
  },
});
const runs = Number(values.runs);
const requests = Number(values.requests);

const root = resolve(import.meta.dirname, '../..');
const { atStart, buildWorld, inline, llmFleet, openCatalog, parseScenario, requestSource, runLlmFleet, stream } =
  await sources(`
  export { openCatalog } from './src/catalog/open.js';
  export { inline } from './src/engines/inlining.js';
  export { runLlmFleet } from './src/fleet/llm/fleet.js';
  export { stream } from './src/kernel/random.js';
  export { parseScenario } from './src/scenario/load.js';
  export { atStart } from './src/simulate/drivers.js';
  export { llmFleet } from './src/simulate/services/llmFleet.js';
  export { requestSource } from './src/simulate/services/sources.js';
  export { buildWorld } from './src/simulate/world/world.js';
`);

const fleet = { replicas: 16, rate: 100, answer: 200 };
const repeated = 'unique_prompts: 400, shared_prefix_tokens: 200,';
const classes = {
  keys: `speculative: { tokens: 3, acceptance: 0.7 }
    admission: { fairness: tenants, max_queue: 500, rate_limit: { rate: 200 /s, burst: 500 } }`,
  content: `priority: [{ name: urgent, share: 30 % }, { name: rest, share: 70 % }],
      tenants: [{ name: a, share: 60 % }, { name: b, share: 40 %, rate_limit: { rate: 100 /s, burst: 500 } }],`,
};
const regions = {
  policy: 'nearest',
  content:
    'client: { timeout: 60 s, retries: 2, circuit_breaker: { window: 10 s }, hedge: { after: p95, budget: 5 % } },',
  runsOn: '[us, eu]',
  pools: { us: 'region: us-east-1, ', eu: 'region: eu-central-1, ' },
  more: `regions:
  us-east-1: { share: 50 % }
  eu-central-1: { share: 50 %, residency: [eu-central-1] }`,
};
const apart = { runsOn: '{ prefill: prompts, decode: answers }', pools: { prompts: '', answers: '' } };
const users = {
  policy: 'session-affinity',
  demand: 'users: { concurrent: 2000, think_time: 10 s, turns: 5 }',
  content: 'shared_prefix_tokens: 200,',
};
const cases = {
  one: ['one replica, 6.45/s, answers of 200 tokens', { replicas: 1, rate: 6.45, answer: 200 }],
  double: ['the same with answers twice as long', { replicas: 1, rate: 6.45, answer: 400 }],
  least: ['16 replicas, 100/s, least outstanding', { ...fleet, policy: 'least-outstanding' }],
  prefix: ['16 replicas, 100/s of 400 prompts, prefix-aware', { ...fleet, policy: 'prefix-aware', content: repeated }],
  'least+': [
    'least, and a replica comes or goes every minute',
    { ...fleet, policy: 'least-outstanding', scales: true },
  ],
  'prefix+': [
    'prefix, and a replica comes or goes every minute',
    { ...fleet, policy: 'prefix-aware', content: repeated, scales: true },
  ],
  classes: ['16 replicas, drafts, priorities, fair tenants, rate limits', { ...fleet, ...classes }],
  regions: ['two pools, nearest, residency, retries, circuit breaker, hedges', { ...fleet, replicas: 8, ...regions }],
  apart: ['prompts computed by 8 replicas, decoded by 8', { ...fleet, replicas: 8, ...apart }],
  users: ['2,000 users in conversations, session affinity', { ...fleet, ...users }],
};

/** What a bundle of `contents`, resolved from the root of the repository, exports. */
async function sources(contents) {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
  const outfile = join(folder, 'engine.mjs');
  try {
    await build({
      stdin: { contents, resolveDir: root },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      minifySyntax: true,
      logLevel: 'warning',
      banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The benchmark's scenario as a world, and its only service. */
async function prepare({ replicas, rate, answer, policy = 'least-outstanding', ...setup }) {
  const {
    demand = `rate: ${rate} /s`,
    content = '',
    keys = '',
    runsOn = 'gpu',
    pools = { gpu: '' },
    more = '',
  } = setup;
  const each = Object.entries(pools).map(
    ([name, where]) => `  ${name}: { accelerator: A100-80GB, price: 2 USD/h, ${where}replicas: ${replicas} }`,
  );
  const text = `version: 1
name: bench
seed: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3-8B
    engine: vllm
    batching: { max_num_seqs: 256, max_num_batched_tokens: 2048 }
    ${keys}
    traffic:
      { ${demand}, requests: ${requests}, ${content} prompt_tokens: { mean: 900, cv: 1.2 }, output_tokens: { mean: ${answer}, cv: 0.8 } }
    runs_on: ${runsOn}
pools:
${each.join('\n')}
routing: { policy: ${policy} }
${more}
`;
  const loaded = parseScenario(text, 'bench.yaml');
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  const built = await buildWorld(loaded.scenario, openCatalog(root), atStart);
  if (!built.ok) throw new Error(built.findings.map(({ message }) => message).join('\n'));
  return { world: built.world, service: built.world.services[0] };
}

function run({ world, service }, { scales = false }) {
  const spec = { seed: 1, replication: 0, warmupS: 0, windowS: null, batches: 1, startHour: 0 };
  const random = (what) => stream(spec.seed, spec.replication, `chat/${what}`);
  return runLlmFleet(
    llmFleet(world, service, spec, random),
    requestSource(service, atStart, spec, service.plan.maxModelTokens),
    { warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0, ...(scales && { controller: everyMinute() }) },
  );
}

/** Drains the oldest replica, a minute later adds one that takes half a minute to start, and so on. */
function everyMinute() {
  let turn = 0;
  return {
    nextAt: 60,
    act(now, control) {
      if (turn++ % 2 === 0) control.drain(control.replicas.find(({ state }) => state === 'ready').index);
      else control.add(now + 30);
      this.nextAt += 60;
    },
  };
}

/** Bytes of JavaScript objects that were allocated while `work` ran: what collections found new, and what is new at the end. */
function allocatedBy(work) {
  const profiler = new GCProfiler();
  let held = process.memoryUsage().heapUsed;
  profiler.start();
  work();
  const { statistics } = profiler.stop();
  let bytes = 0;
  for (const { beforeGC, afterGC } of statistics) {
    bytes += beforeGC.heapStatistics.usedHeapSize - held;
    held = afterGC.heapStatistics.usedHeapSize;
  }
  return bytes + process.memoryUsage().heapUsed - held;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Runs one case whenever it is asked to, and answers with what it took. */
async function serve([, setup]) {
  inline('deep');
  const prepared = await prepare(setup);
  process.on('message', () => {
    let seconds = 0;
    const bytes = allocatedBy(() => {
      const before = process.cpuUsage();
      run(prepared, setup);
      const { user, system } = process.cpuUsage(before);
      seconds = (user + system) / 1e6;
    });
    process.send({ seconds, bytes });
  });
}

/** What each of the cases took in each run: they take turns, each in its own process, since what one has taught the compiler says nothing of another. */
async function measure(names) {
  const children = names.map((name) => fork(import.meta.filename, ['--requests', values.requests, '--alone', name]));
  const measured = names.map(() => []);
  for (let i = 0; i < runs; i++) {
    for (const [at, child] of children.entries()) {
      child.send('run');
      const [answer] = await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(([code]) => {
          throw new Error(`the case ${names[at]} exited with ${code}`);
        }),
      ]);
      measured[at].push(answer);
    }
  }
  for (const child of children) child.disconnect();
  return measured;
}

if (values.alone) await serve(cases[values.alone]);
else {
  const names = values.only?.split(',') ?? Object.keys(cases);
  const unknown = names.find((name) => !Object.hasOwn(cases, name));
  if (unknown !== undefined) throw new Error(`there is no case ${unknown}: ${Object.keys(cases).join(', ')}`);
  console.log(`node ${process.version}, medians of ${runs} runs of ${requests.toLocaleString('en-US')} requests\n`);
  console.log('case       CPU s   requests/s  bytes/request  what');
  const measured = await measure(names);
  for (const [at, name] of names.entries()) {
    const seconds = median(measured[at].map((one) => one.seconds));
    const bytes = median(measured[at].map((one) => one.bytes)) / requests;
    const rate = Math.round(requests / seconds).toLocaleString('en-US');
    console.log(
      `${name.padEnd(9)} ${seconds.toFixed(3).padStart(6)} ${rate.padStart(12)} ${bytes.toFixed(1).padStart(14)}  ${cases[name][0]}`,
    );
  }
  const [one, double] = ['one', 'double'].map((name) => measured[names.indexOf(name)]);
  if (one && double) {
    const percent = 100 * (median(double.map(({ seconds }, i) => seconds / one[i].seconds)) - 1);
    console.log(`\nanswers twice as long change the time by ${percent.toFixed(1)} % (median of neighbouring runs)`);
  }
}
