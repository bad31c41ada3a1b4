// Benchmarks: whole processes on the built program, medians of several runs. Figures only; nothing here passes or fails.
// Usage: npm run bench [-- --runs 5] [-- --only azure,million]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    only: { type: 'string' },
    trace: {
      type: 'string',
      default: process.env.PLIMSOLL_AZURE_TRACE ?? join(root, '../shared/data/traces/azure-llm-2023-conversation.csv'),
    },
  },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));

const LLM = ({
  traffic,
  replicas = 1,
  accelerator = 'A100-80GB',
  model = 'meta-llama/Meta-Llama-3-8B',
  tensor = 1,
  extra = '',
}) => `version: 1
name: bench
seed: 1
services:
  chat:
    kind: llm
    model: ${model}
    engine: vllm
    batching: { max_num_seqs: 256, max_num_batched_tokens: 2048 }
    traffic: ${traffic}
    runs_on: gpu
pools:
  gpu: { accelerator: ${accelerator}, price: 2 USD/h, replicas: ${replicas}, parallelism: { tensor: ${tensor} } }
${extra}`;
const lengths = 'prompt_tokens: { mean: 900, cv: 1.2 }, output_tokens: { mean: 200, cv: 0.8 }';

/** A working day under an HPA on running requests; the week's load levels for the month's bill are simulated too. */
const DAY = `version: 1
name: day
seed: 7
window: 24 h
warmup: 30 min
replications: 1
services:
  chat:
    kind: llm
    model: meta-llama/Meta-Llama-3.1-8B
    traffic: { rate: 200 /s, shape: office-hours, ${lengths} }
    runs_on: gpu
pools:
  gpu:
    accelerator: A100-80GB
    price: 2 USD/h
    replicas: { min: 10, max: 80, initial: 50 }
    autoscaler: { policy: hpa, metrics: [{ name: "vllm:num_requests_running", per: replica, target: 40 }] }
`;

/** name → [what it is, arguments of plimsoll, requests (for a rate)] */
const cases = {
  start: ['bare start: --version', ['--version'], 0],
  azure: [
    'the Azure 2023 conversation trace, Llama-3.1-8B on one A100-80GB',
    scenario('azure', LLM({ model: 'meta-llama/Meta-Llama-3.1-8B', traffic: `{ trace: ${values.trace} }` })),
    19366,
    values.trace,
  ],
  azure70: [
    'the same trace, Llama-2-70B on 8×H100 (tensor 8)',
    scenario(
      'azure70',
      LLM({
        model: 'meta-llama/Llama-2-70b-hf',
        accelerator: 'H100-SXM',
        tensor: 8,
        traffic: `{ trace: ${values.trace} }`,
      }),
    ),
    19366,
    values.trace,
  ],
  ten: [
    '10,000 requests at 6.45/s, Llama-3-8B on one A100-80GB',
    scenario(
      'ten',
      LLM({
        traffic: `{ rate: 6.45 /s, requests: 10000, prompt_tokens: { mean: 1155, cv: 0.96 }, output_tokens: { mean: 211, cv: 0.77 } }`,
      }),
    ),
    10000,
  ],
  million: [
    '1,000,000 Poisson requests at 6.45/s, one replica',
    scenario('million', LLM({ traffic: `{ rate: 6.45 /s, requests: 1000000, ${lengths} }` })),
    1e6,
  ],
  double: [
    'the same with answers twice as long',
    scenario(
      'double',
      LLM({
        traffic: `{ rate: 6.45 /s, requests: 1000000, prompt_tokens: { mean: 900, cv: 1.2 }, output_tokens: { mean: 400, cv: 0.8 } }`,
      }),
    ),
    1e6,
  ],
  fleet: [
    '1,000,000 requests at 100/s over 16 replicas, least outstanding',
    scenario('fleet', LLM({ replicas: 16, traffic: `{ rate: 100 /s, requests: 1000000, ${lengths} }` })),
    1e6,
  ],
  hundred: [
    '100,000,000 requests at 100/s over 16 replicas',
    scenario('hundred', LLM({ replicas: 16, traffic: `{ rate: 100 /s, requests: 100000000, ${lengths} }` })),
    1e8,
  ],
  day: [
    '24 h of an autoscaled fleet of 47 replicas on average (10 to 80) at 200/s over the week: 22,600,000 requests',
    scenario('day', DAY),
    22_648_836,
  ],
};

function scenario(name, text) {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return ['simulate', path];
}

/** One run of the program with `args`, with more options of Node; the wall seconds that it took. */
function time(args, options = []) {
  const before = process.hrtime.bigint();
  const run = spawnSync(process.execPath, [...options, join(root, 'bin/run.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const wall = Number(process.hrtime.bigint() - before) / 1e9;
  if (run.status !== 0) throw new Error(`plimsoll ${args.join(' ')} exited with ${run.status}: ${run.stderr}`);
  return wall;
}

/** One run that is watched from inside: user + system seconds and peak resident megabytes, and its wall seconds. */
function watch(args) {
  const usage = join(folder, 'usage.json');
  const probe = join(folder, 'probe.cjs');
  writeFileSync(
    probe,
    `process.on('exit', () => {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      // Linux hands the parent's maxRSS on to a child; VmHWM is the process's own.
      const own = /VmHWM:\\s+(\\d+)/.exec(require('node:fs').readFileSync('/proc/self/status', 'utf8'));
      require('node:fs').writeFileSync(${JSON.stringify(usage)}, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1e6, rss: (own ? Number(own[1]) : maxRSS) / 1024 }));
    });`,
  );
  const wall = time(args, ['--require', probe]);
  return { wall, ...JSON.parse(readFileSync(usage, 'utf8')) };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const wanted = values.only?.split(',');

/** Wall seconds of a process that does nothing: what part of each figure is Node's, and how fast this machine is at the moment. */
function empty() {
  const before = process.hrtime.bigint();
  spawnSync(process.execPath, ['-e', '0']);
  return Number(process.hrtime.bigint() - before) / 1e9;
}

const nothing = median(Array.from({ length: 2 * runs }, empty)).toFixed(3);
console.log(`node ${process.version}, medians of ${runs} runs, whole process; an empty one takes ${nothing} s\n`);
console.log('case      wall s   CPU s  peak MB     requests/s  what');
try {
  for (const [name, [what, args, requests, needs]] of Object.entries(cases)) {
    if (wanted ? !wanted.includes(name) : name === 'hundred' || name === 'day') continue;
    if (needs && !existsSync(needs)) {
      console.log(`${name.padEnd(8)}  skipped: ${needs} is not here (give --trace FILE)`);
      continue;
    }
    const watched = Array.from({ length: requests >= 1e7 ? 1 : runs }, () => watch(args));
    const [cpu, rss] = ['cpu', 'rss'].map((key) => median(watched.map((one) => one[key])));
    const wall = median(requests >= 1e7 ? watched.map((one) => one.wall) : watched.map(() => time(args)));
    const rate = requests > 0 ? Math.round(requests / wall).toLocaleString('en-US') : '–';
    console.log(
      `${name.padEnd(8)} ${wall.toFixed(2).padStart(7)} ${cpu.toFixed(2).padStart(7)} ${rss.toFixed(0).padStart(8)} ${rate.padStart(14)}  ${what}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
