/** The profile that a calibration writes: factors, where it was measured, and what rows left out say of its errors. */
import { modelClassOf } from '../../latency/band.js';
import type { CoefficientName } from '../../latency/coefficients.js';
import type { ServingConfig } from '../../latency/config.js';
import { eraOf } from '../../latency/era.js';
import type { ModelClass, Profile, Tested } from '../../latency/profile.js';
import { type BandKind, bandKindOf } from '../fidelity/bandKind.js';
import { factorOf80 } from './conformal.js';
import type { CrossValidation } from './crossValidate.js';
import { folds } from './folds.js';
import type { Item } from './items.js';

/** What was measured: where the profile speaks afterwards. The version is stated where all runs are of one era of one engine. */
const conditionsOf = (items: readonly Item[]): Omit<Tested, 'band80'> => {
  const distinct = <T>(of: (config: ServingConfig) => T): T[] => [...new Set(items.map(({ config }) => of(config)))];
  const engines = distinct(({ engine }) => engine);
  const eras = distinct(({ engine, engineVersion }) => eraOf(engine, engineVersion).era);
  const { engineVersion } = items[0]!.config;
  const isOneEra = engines.length === 1 && eras.length === 1;
  return {
    hardware: distinct(({ accelerator }) => accelerator.name),
    models: distinct(({ model }): ModelClass => modelClassOf(model)),
    engines,
    ...(isOneEra && engineVersion !== undefined ? { engineVersion } : {}),
    weights: distinct(({ weights }) => weights),
  };
};

/** Fewer errors of a kind than this make no band of their own. */
const leastErrors = 5;

/** Factor that contains 80 % of left-out rows, by kind of metric; a kind without rows takes the widest. */
const bandFrom = (
  items: readonly Item[],
  errors: readonly number[],
  order: readonly number[],
): Readonly<Record<BandKind, number>> => {
  const metrics = order.flatMap((at) => items[at]!.run.measurements.map(({ metric }) => metric));
  const rounded = (factor: number | undefined): number | undefined =>
    factor === undefined ? undefined : Number(factor.toFixed(3));
  const of = (kind: BandKind): number | undefined =>
    rounded(
      factorOf80(
        errors.filter((_, at) => bandKindOf(metrics[at]!) === kind),
        leastErrors,
      ),
    );
  const whole = rounded(factorOf80(errors)) ?? 2;
  return { ttft: of('ttft') ?? Math.max(whole, 1.5), tpot: of('tpot') ?? whole, e2e: of('e2e') ?? whole };
};

export const profileOf = (
  names: readonly CoefficientName[],
  runs: readonly Item[],
  items: readonly Item[],
  { x, inSample, left }: CrossValidation,
  { name, asOf }: { readonly name: string; readonly asOf: string },
): Profile => {
  const [scheme] = folds(items, ({ run }) => run.conditions);
  const order = scheme!.groups.flat();
  const words = left.map(({ by, after_pct }) => `${after_pct.toFixed(1)} % with ${by} left out`);
  return {
    name,
    match: {},
    multiply: Object.fromEntries(names.map((each, at) => [each, Number(Math.exp(x[at]!).toPrecision(4))])),
    tested: {
      ...conditionsOf(items),
      // What rows of one run say of each other is no measure of another load: the built-in band stays.
      ...(left[0]!.by === 'row' ? {} : { band80: bandFrom(items, left[0]!.errors, order) }),
    },
    source: `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} (${[...new Set(runs.map(({ run }) => run.conditions.dataset || 'unnamed'))].join(', ')})`,
    asOf,
    grade: 'measured',
    errors: `median error ${inSample.after_pct.toFixed(1)} % in-sample (parents ${inSample.before_pct.toFixed(1)} %), ${words.join(', ')}`,
  };
};
