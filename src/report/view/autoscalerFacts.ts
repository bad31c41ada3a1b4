/** An autoscaler as `validate` read it: bounds, pace, what each metric means in the simulated fleet, and how long a replica takes to start. */
import { syncPeriodS } from '../../fleet/autoscalers/policy.js';
import type { MetricReading } from '../../fleet/scaling/readings.js';
import { scaleInDelayS } from '../../fleet/scaling/settling.js';
import { type ScaleTarget, targetsOf } from '../../fleet/scaling/targets.js';
import { coldStart } from '../../simulate/services/startup.js';
import { onlyPoolFor } from '../../simulate/sharing/shares.js';
import type { World } from '../../simulate/world/world.js';
import type { AutoscalerFacts } from '../text/validation.js';

export function autoscalerFacts(world: World): AutoscalerFacts[] {
  return world.services.flatMap((prepared): AutoscalerFacts[] => {
    const onPool = onlyPoolFor(world, prepared);
    const scaling = onPool?.scaling;
    if (!onPool || !scaling) return [];
    const { policy, readings, scrape, min, max } = scaling;
    const { autoscaler, startup } = onPool.pool;
    const targets = targetsOf(policy, readings);
    return [
      {
        pool: scaling.at[0] === 'services' ? `${onPool.name} · ${prepared.name}` : onPool.name,
        policy: policy.kind,
        source: autoscaler && 'manifest' in autoscaler ? autoscaler.manifest : 'the scenario',
        min,
        max: Number.isFinite(max) ? max : null,
        syncS: syncPeriodS(policy),
        scrapeS: readings.length === 0 ? null : scrape.everyS,
        windowS: scrape.windowS,
        scaleInS: scaleInDelayS(policy),
        metrics: readings.map((reading) => ({
          name: reading.observedAs,
          meaning: meaningInWords(reading),
          target: targetInWords(targets.find((target) => target.reading === reading)),
        })),
        coldStart: coldStart(prepared, onPool, startup!),
      },
    ];
  });
}

const SIGNALS: Readonly<Record<MetricReading['signal'], string>> = {
  waiting: 'requests waiting',
  running: 'requests running',
  'in-flight': 'requests waiting or running',
  kv: 'share of KV memory',
  busy: 'share of time busy',
  rate: 'requests arriving',
};

function meaningInWords({ signal, scale, aggregation, atGateway }: MetricReading): string {
  const unit = signal === 'rate' ? (scale === 60 ? ' a minute' : ' a second') : scale === 100 ? ', in per cent' : '';
  const over = { total: 'in all', mean: 'mean of replicas', max: 'most on a replica' }[aggregation];
  const held = atGateway && signal !== 'kv' && signal !== 'busy' ? ', at the gateway' : '';
  return `${SIGNALS[signal]}${unit}, ${over}${held}`;
}

/** Empty where the policy has no target for the metric. */
function targetInWords(target: ScaleTarget | undefined): string {
  if (target === undefined) return '';
  return `${Number(target.target.toPrecision(4))}${target.perReplica ? ' a replica' : ''}`;
}
