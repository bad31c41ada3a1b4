import { CLASS_FIELD, classField, FIELD, SIZE_FIELD, sizeField } from '../../fleet/stations/fields.js';
import type { PlannedValue, RecordFunction, Target } from './plan.js';

/** What the meaning of a key depends on. */
export interface KeyContext {
  readonly servers: number;
  /** Requirements watched (for W_given_size_x), in order. */
  readonly sizes: readonly number[];
  readonly levels: number;
}

const field =
  (at: number): RecordFunction =>
  (record) =>
    record[at]!;
const ratio =
  (above: RecordFunction, below: RecordFunction): RecordFunction =>
  (record) =>
    above(record) / below(record);

const duration = field(FIELD.duration);
const completed = field(FIELD.completed);
const offered = field(FIELD.offered);
const perTime = (at: number): RecordFunction => ratio(field(at), duration);
const perRequest = (at: number): RecordFunction => ratio(field(at), completed);

const one: RecordFunction = () => 1;
const meanLength = perTime(FIELD.inSystem);
const meanSojourn = ratio(field(FIELD.inSystem), offered);
const rate = perTime(FIELD.offered);

const probability = (of: RecordFunction): Target => ({ kind: 'sums', of, scale: one });
const length = (of: RecordFunction): Target => ({ kind: 'sums', of, scale: meanLength });
const time = (of: RecordFunction): Target => ({ kind: 'sums', of, scale: meanSojourn });
const perSecond = (of: RecordFunction): Target => ({ kind: 'sums', of, scale: rate });
const number = (of: RecordFunction): Target => ({ kind: 'sums', of, scale: of });

/** Keys that mean the same under every model. Times are of completed requests, lengths over time. */
const FIXED: Readonly<Record<string, (context: KeyContext) => Target>> = {
  L: () => length(meanLength),
  Lq: () => length(perTime(FIELD.waiting)),
  Lq_beyond_service: () => length(perTime(FIELD.waiting)),
  varL: () => ({
    kind: 'sums',
    of: (record) => perTime(FIELD.inSystemSquared)(record) - meanLength(record) ** 2,
    scale: (record) => meanLength(record) + meanLength(record) ** 2,
  }),
  W: () => time(perRequest(FIELD.sojournSum)),
  R: () => time(perRequest(FIELD.sojournSum)),
  W_total: () => time(perRequest(FIELD.sojournSum)),
  W_perVisit: () => time(ratio(field(FIELD.inSystem), field(FIELD.visits))),
  Wq: () => time(perRequest(FIELD.waitSum)),
  Wq_all: () => time(ratio(field(FIELD.waiting), offered)),
  avgServiceTime: () =>
    time((record) => (record[FIELD.sojournSum]! - record[FIELD.waitSum]!) / record[FIELD.completed]!),
  avgInService: () => length((record) => (record[FIELD.inSystem]! - record[FIELD.waiting]!) / record[FIELD.duration]!),
  P0: () => probability(perTime(FIELD.empty)),
  P_wait: () => probability(ratio(field(FIELD.delayed), offered)),
  P_Wq_0: () => probability((record) => 1 - record[FIELD.delayed]! / record[FIELD.offered]!),
  P_block: () => probability(ratio(field(FIELD.rejected), offered)),
  P_abandon: () => probability(ratio(field(FIELD.abandoned), offered)),
  throughput: () => perSecond(perTime(FIELD.completed)),
  effectiveLambda: () => perSecond(perTime(FIELD.visits)),
  carried: () => length(perTime(FIELD.busy)),
  meanBusyServers: () => length(perTime(FIELD.busy)),
  meanServersInSetup: () => length(perTime(FIELD.settingUp)),
  utilization: ({ servers }) => probability((record) => record[FIELD.busy]! / record[FIELD.duration]! / servers),
  rho: ({ servers }) => probability((record) => record[FIELD.busy]! / record[FIELD.duration]! / servers),
  fractionOff: ({ servers }) => probability(offShare(servers)),
  meanServersOffFraction: ({ servers }) => probability(offShare(servers)),
  fractionSetup: ({ servers }) => probability((record) => record[FIELD.settingUp]! / record[FIELD.duration]! / servers),
  fractionBusy: ({ servers }) => probability((record) => record[FIELD.busy]! / record[FIELD.duration]! / servers),
  meanBusyPeriod: () =>
    number((record) => (record[FIELD.duration]! - record[FIELD.empty]!) / record[FIELD.busyPeriods]!),
  meanVisits: () => number(ratio(field(FIELD.visits), completed)),
  meanBatch: () => number(ratio(field(FIELD.batchItems), field(FIELD.batches))),
  meanSlowdown: () => number(perRequest(FIELD.slowdownSum)),
};

/** Constants derived on the way to a reference value, and checks of it: not quantities of the station. */
const DERIVED = /^(sigma|r0|check.*)$/;

export function isDerivedConstant(key: string): boolean {
  return DERIVED.test(key);
}

/** An approximation or a bound: nothing that a simulation must reproduce. */
export function isApproximation(key: string): boolean {
  return /(approx|_upper|_lower|bound)/i.test(key);
}

/** The target of a key, `undefined` when the runner does not know it. */
export function targetOf(key: string, context: KeyContext): Target | undefined {
  const quantile = /^(Wq|W|R|L|N)_p(\d+(?:\.\d+)?)$/.exec(key);
  if (quantile !== null) return quantileTarget(quantile[1]!, levelOf(quantile[2]!), context);
  const share = /^(?:serviceLevel|P)_(Wq|W)_le_(\d+(?:\.\d+)?)$/.exec(key);
  if (share !== null)
    return { kind: 'share', histogram: share[1] === 'Wq' ? 'wait' : 'sojourn', limit: Number(share[2]) };
  const size = sizeOf(key);
  if (size !== undefined) return sizeTarget(size, context);
  const level = /^P_?([1-9]\d*)$/.exec(key);
  if (level !== null)
    return Number(level[1]) < context.levels ? probability(perTime(levelsAt(context) + Number(level[1]))) : undefined;
  const crowd = /^P_[LN]_(le|lt|gt|ge)_(\d+)$/.exec(key);
  if (crowd !== null) return crowdTarget(crowd[1] as Comparison, Number(crowd[2]), context);
  return Object.hasOwn(FIXED, key) ? FIXED[key]!(context) : undefined;
}

/** The size that a key such as `W_given_size_5` is conditioned on. */
export function sizeOf(key: string): number | undefined {
  const match = /^W_given_size_(\d+(?:\.\d+)?)$/.exec(key);
  return match === null ? undefined : Number(match[1]);
}

/** Whether a key asks for the distribution of the number in the system. */
export function needsLevels(key: string): boolean {
  return /^(?:[LN]_p\d|P_?[1-9]\d*$|P_[LN]_(?:le|lt|gt|ge)_\d)/.test(key);
}

/** Per-class means, for expectations given as a list by class. */
export function classTarget(cls: number, of: 'Wq' | 'W'): Target {
  const at = classField(cls, 0);
  const sum = at + (of === 'Wq' ? CLASS_FIELD.waitSum : CLASS_FIELD.sojournSum);
  return time(ratio(field(sum), field(at + CLASS_FIELD.completed)));
}

export interface KeyedValues {
  readonly values: readonly PlannedValue[];
  /** Keys that nothing is known about. */
  readonly unknown: readonly string[];
}

/** Targets for every scalar expectation; derived constants and empty (null) references are left out. */
export function planValues(expected: Readonly<Record<string, unknown>>, context: KeyContext): KeyedValues {
  const values: PlannedValue[] = [];
  const unknown: string[] = [];
  for (const [label, value] of Object.entries(expected)) {
    if (value === null || isDerivedConstant(label)) continue;
    const target = typeof value === 'number' ? targetOf(label, context) : undefined;
    if (target === undefined) unknown.push(label);
    else values.push({ label, expected: value as number, target });
  }
  return { values, unknown };
}

function levelOf(digits: string): number {
  const percent = Number(digits);
  return percent < 100 ? percent / 100 : Number(`0.${digits}`);
}

function quantileTarget(of: string, p: number, context: KeyContext): Target {
  if (of === 'L' || of === 'N') return { kind: 'level', p, at: levelsAt(context), levels: context.levels };
  return { kind: 'quantile', histogram: of === 'Wq' ? 'wait' : 'sojourn', p };
}

type Comparison = 'le' | 'lt' | 'gt' | 'ge';

/** Share of time with so many in the system. */
function crowdTarget(comparison: Comparison, limit: number, context: KeyContext): Target | undefined {
  const upTo = comparison === 'le' || comparison === 'gt' ? limit : limit - 1;
  if (upTo >= context.levels) return undefined;
  const at = levelsAt(context);
  const within = (record: Float64Array): number => {
    let sum = 0;
    for (let n = 0; n <= upTo; n++) sum += record[at + n]!;
    return sum / record[FIELD.duration]!;
  };
  const beyond = comparison === 'gt' || comparison === 'ge';
  return probability(beyond ? (record) => 1 - within(record) : within);
}

function sizeTarget(size: number, context: KeyContext): Target | undefined {
  const index = context.sizes.indexOf(size);
  if (index < 0) return undefined;
  const at = sizeField(0, index, 0);
  return number((record) => (size * record[at + SIZE_FIELD.slowdownSum]!) / record[at + SIZE_FIELD.completed]!);
}

function levelsAt(context: KeyContext): number {
  return sizeField(0, context.sizes.length, 0);
}

function offShare(servers: number): RecordFunction {
  return (record) => 1 - (record[FIELD.busy]! + record[FIELD.settingUp]!) / record[FIELD.duration]! / servers;
}
