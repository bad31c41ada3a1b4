import { formatSpan } from '../format/duration.js';
import { ABSENT, formatCount } from '../format/numbers.js';
import { formatBytes, formatRate, formatShare } from '../format/quantity.js';
import { coldStartText } from '../view/coldStart.js';
import { plural } from '../view/labels.js';
import { label, number, type Table } from '../view/table.js';
import {
  headline,
  labelled,
  layoutOf,
  sectionLines,
  type TextOptions,
  tableSection,
  textOf,
  warningLines,
} from './layout.js';

/** What `validate` found in a scenario that is valid. Figures in bytes, tokens and 1/s. */
export interface ValidationReport {
  readonly name: string;
  readonly file: string;
  readonly services: readonly ServiceFacts[];
  readonly pools: readonly PoolFacts[];
  /** Of pools whose replicas vary. */
  /** Batch and training jobs, where there are any. */
  readonly jobs?: readonly JobFacts[];
  readonly autoscalers: readonly AutoscalerFacts[];
  readonly memory: readonly MemoryFit[];
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly string[];
}

export interface ServiceFacts {
  readonly name: string;
  readonly kind: string;
  /** Model name, or what serves instead: `3 servers`. */
  readonly model: string;
  readonly engine: string | null;
  readonly runsOn: string | null;
  /** `null` where users or a trace set the rate. */
  readonly ratePerS: number | null;
  /** How demand is given where there is no rate: `1,200 users`, `trace azure-conv.csv`. */
  readonly demand: string;
}

export interface PoolFacts {
  readonly name: string;
  readonly hardware: string;
  readonly region: string | null;
  /** `tp 2 · pp 1`. */
  readonly parallelism: string;
  readonly replicas: string;
  readonly quotaAccelerators: number | null;
  /** Instance types that stand in for the pool's own, and how often each cannot be had; `null` where neither is said. */
  readonly standIns: string | null;
}

export interface JobFacts {
  readonly name: string;
  readonly kind: string;
  readonly model: string;
  readonly runsOn: string;
  /** `20,000 requests`, `3,000 steps of 16.0 s`. */
  readonly work: string;
  /** `6 × 1 accelerator`: at most, and what each has. */
  readonly workers: string;
  readonly start: string;
  readonly deadlineS: number | null;
}

/** An autoscaler as it was read. Times in seconds. */
export interface AutoscalerFacts {
  readonly pool: string;
  /** `hpa`, `keda`, … */
  readonly policy: string;
  /** The manifest, or the scenario itself. */
  readonly source: string;
  readonly min: number;
  /** `null`: as many as it likes. */
  readonly max: number | null;
  readonly syncS: number;
  /** Between two scrapes of its metrics, and over how long they are averaged; `null` where it reads none. */
  readonly scrapeS: number | null;
  readonly windowS: number;
  /** Before it scales in, at least. */
  readonly scaleInS: number;
  readonly metrics: readonly { readonly name: string; readonly meaning: string; readonly target: string }[];
  readonly coldStart: readonly { readonly part: string; readonly seconds: number; readonly why: string }[];
}

/** Memory of one accelerator of a replica. */
export interface MemoryFit {
  readonly service: string;
  readonly pool: string;
  readonly capacityBytes: number;
  readonly weightsBytes: number;
  readonly activationBytes: number;
  /** Of the adapters that are loaded; 0 without. */
  readonly adapterBytes: number;
  /** What is left for the KV cache; not positive where the service does not fit. */
  readonly kvCacheBytes: number;
  readonly kvCacheTokens: number | null;
  /** Sequences of mean length that the KV cache holds at once. */
  readonly sequences: number | null;
  readonly fits: boolean;
}

/** A default that the scenario did not state. */
export interface Assumption {
  readonly path: string;
  readonly value: string;
  readonly grade: 'measured' | 'vendor' | 'assumed';
  readonly source: string;
  readonly asOf: string | null;
}

/** The answer of `validate` for the terminal. An invalid scenario has located problems instead. */
export function renderValidation(report: ValidationReport, options: TextOptions): string {
  const layout = layoutOf(options);
  const misfits = report.memory.filter((fit) => !fit.fits);
  const verdict =
    misfits.length === 0
      ? 'valid'
      : `valid, but does not fit in memory: ${misfits.map((fit) => `${fit.service} on ${fit.pool}`).join(', ')}`;
  const counts = [
    plural(report.services.length, 'service'),
    plural(report.pools.length, 'pool'),
    gradeCounts(report.assumptions),
  ];
  return textOf([
    ...headline(report.name, [report.file, ...counts], layout),
    '',
    ...labelled('Verdict', verdict, layout, misfits.length === 0 ? 'good' : 'bad'),
    ...tableSection('Services', serviceTable(report.services), layout),
    ...tableSection('Pools', poolTable(report.pools), layout),
    ...report.pools.flatMap(({ standIns }) => (standIns === null ? [] : ['', ...labelled('Stock', standIns, layout)])),
    ...tableSection('Jobs on what services leave', jobTable(report.jobs ?? []), layout),
    ...tableSection('Autoscalers', autoscalerTable(report.autoscalers), layout),
    ...tableSection('Metrics that they read', metricTable(report.autoscalers), layout),
    ...report.autoscalers.flatMap(({ pool, coldStart }) => [
      '',
      ...labelled('Cold start', coldStartText(pool, coldStart), layout),
    ]),
    ...tableSection('Memory of one accelerator', memoryTable(report.memory), layout),
    ...tableSection('Assumed, because the scenario does not say', assumptionTable(report.assumptions), layout),
    ...sectionLines('', warningLines(report.warnings, layout), layout),
  ]);
}

/** `4 assumed, 7 vendor, 9 measured`, the weakest evidence first. */
function gradeCounts(assumptions: readonly Assumption[]): string {
  const grades = ['assumed', 'vendor', 'measured'] as const;
  const counts = grades.map((grade) => [assumptions.filter((one) => one.grade === grade).length, grade] as const);
  const shown = counts.filter(([count]) => count > 0).map(([count, grade]) => `${count} ${grade}`);
  return shown.length === 0 ? 'no assumptions' : shown.join(', ');
}

function serviceTable(services: readonly ServiceFacts[]): Table {
  return {
    columns: [
      label('Service', 10),
      { header: 'Kind' },
      { header: 'Model', shrinks: true, minWidth: 12, cut: 'middle' },
      { header: 'Engine', dropOrder: 1 },
      { header: 'Runs on', shrinks: true, minWidth: 8 },
      { ...number('Demand'), shrinks: true, minWidth: 10 },
    ],
    rows: services.map((service) => [
      service.name,
      service.kind,
      service.model,
      service.engine ?? '',
      service.runsOn ?? '',
      service.ratePerS === null ? service.demand : formatRate(service.ratePerS),
    ]),
  };
}

function jobTable(jobs: readonly JobFacts[]): Table {
  return {
    columns: [
      label('Job', 10),
      { header: 'Kind' },
      { header: 'Model', shrinks: true, minWidth: 12, cut: 'middle' },
      { header: 'Runs on', shrinks: true, minWidth: 8, dropOrder: 1 },
      number('Work'),
      number('Workers'),
      { header: 'Starts' },
      number('Deadline'),
    ],
    rows: jobs.map((job) => [
      job.name,
      job.kind,
      job.model,
      job.runsOn,
      job.work,
      job.workers,
      job.start,
      job.deadlineS === null ? ABSENT : formatSpan(job.deadlineS),
    ]),
  };
}

function poolTable(pools: readonly PoolFacts[]): Table {
  return {
    columns: [
      label('Pool', 10),
      { header: 'Hardware', shrinks: true, minWidth: 12 },
      { header: 'Region', dropOrder: 2 },
      { header: 'Parallelism', dropOrder: 1 },
      number('Replicas'),
      number('Quota'),
    ],
    rows: pools.map((pool) => [
      pool.name,
      pool.hardware,
      pool.region ?? '',
      pool.parallelism,
      pool.replicas,
      pool.quotaAccelerators === null ? '' : formatCount(pool.quotaAccelerators),
    ]),
  };
}

function autoscalerTable(autoscalers: readonly AutoscalerFacts[]): Table {
  return {
    columns: [
      label('Pool', 10),
      { header: 'Policy' },
      { header: 'Read from', shrinks: true, minWidth: 12, cut: 'middle' },
      number('Replicas'),
      number('Looks every'),
      number('Metrics every', 2),
      number('Scale-in waits', 1),
    ],
    rows: autoscalers.map((one) => [
      one.pool,
      one.policy,
      one.source,
      `${one.min} … ${one.max ?? 'any'}`,
      formatSpan(one.syncS),
      one.scrapeS === null
        ? ''
        : one.windowS === 0
          ? formatSpan(one.scrapeS)
          : `${formatSpan(one.scrapeS)}, mean of ${formatSpan(one.windowS)}`,
      one.scaleInS === 0 ? '' : formatSpan(one.scaleInS),
    ]),
  };
}

function metricTable(autoscalers: readonly AutoscalerFacts[]): Table {
  return {
    columns: [
      label('Pool', 10),
      { header: 'Metric', shrinks: true, minWidth: 16, cut: 'middle' },
      { header: 'Is here', shrinks: true, minWidth: 24 },
      number('Target'),
    ],
    rows: autoscalers.flatMap(({ pool, metrics }) =>
      metrics.map(({ name, meaning, target }) => [pool, name, meaning, target]),
    ),
  };
}

function memoryTable(fits: readonly MemoryFit[]): Table {
  const adapted = fits.some(({ adapterBytes }) => adapterBytes > 0);
  return {
    columns: [
      label('Service', 10),
      label('Pool', 8),
      number('Memory'),
      number('Weights'),
      number('Activations', 2),
      ...(adapted ? [number('Adapters')] : []),
      number('KV cache'),
      number('of memory', 3),
      number('KV tokens', 1),
      number('Sequences'),
    ],
    rows: fits.map((fit) => [
      fit.service,
      fit.pool,
      formatBytes(fit.capacityBytes),
      formatBytes(fit.weightsBytes),
      formatBytes(fit.activationBytes),
      ...(adapted ? [formatBytes(fit.adapterBytes)] : []),
      fit.fits ? formatBytes(fit.kvCacheBytes) : { text: 'does not fit', tone: 'bad' },
      fit.fits ? formatShare(fit.kvCacheBytes / fit.capacityBytes) : '',
      formatCount(fit.kvCacheTokens),
      formatCount(fit.sequences),
    ]),
  };
}

function assumptionTable(assumptions: readonly Assumption[]): Table {
  return {
    columns: [
      { ...label('Path', 36), cut: 'middle' },
      { header: 'Value', shrinks: true, minWidth: 10 },
      { header: 'Evidence' },
      { header: 'Source', shrinks: true, minWidth: 14 },
      { header: 'As of', dropOrder: 1 },
    ],
    rows: assumptions.map((one) => [
      one.path,
      one.value,
      one.grade === 'assumed' ? { text: one.grade, tone: 'caution' } : one.grade,
      one.source,
      one.asOf ?? '',
    ]),
  };
}
