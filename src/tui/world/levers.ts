/** The sliders of a scenario: what a planner turns first, in the order of the file. */
import { findAccelerator } from '../../catalog/accelerators.js';
import { listInstances } from '../../catalog/instances.js';
import type { Catalog } from '../../catalog/open.js';
import { visitedStations } from '../../fleet/stations/visits.js';
import { poolsOf } from '../../scenario/runsOn.js';
import type { Deployment, Pool, QueueService, Scenario, Service } from '../../scenario/types.js';
import type { ChoiceLever, NumberLever, WhatIfLever } from '../session.js';

/** Instances offered on a slider, cheapest first, the present one always among them. */
const OFFERED = 12;

export function leversOf(scenario: Scenario, catalog: Catalog): readonly WhatIfLever[] {
  const services = Object.entries(scenario.services);
  const several = services.length > 1;
  return [
    ...services.flatMap(([name, service]) => demandLevers(name, service, several)),
    ...growthLevers(scenario),
    ...services.flatMap(([name, service]) => serviceLevers(name, service, scenario, catalog, several)),
  ];
}

function demandLevers(name: string, { traffic }: Service, several: boolean): readonly NumberLever[] {
  const path = `services.${name}.traffic`;
  const suffix = several ? ` ${name}` : '';
  if (traffic.users) {
    const { concurrent } = traffic.users;
    const lever = geometric(`${name}-users`, `users${suffix}`, `${path}.users.concurrent`, concurrent, 'count');
    return [{ ...lever, min: Math.max(1, Math.floor(lever.min)) }];
  }
  return traffic.rate === undefined
    ? []
    : [geometric(`${name}-rate`, `requests${suffix}`, `${path}.rate`, traffic.rate, 'per-second')];
}

function geometric(id: string, label: string, path: string, value: number, format: NumberLever['format']): NumberLever {
  return {
    kind: 'number',
    id,
    label,
    path,
    value,
    min: value / 20,
    max: value * 50,
    step: { kind: 'multiply', by: 1.1 },
    format,
  };
}

function growthLevers({ growth }: Scenario): readonly NumberLever[] {
  const names = { users: 'growth /mo', data: 'data /mo', model: 'model /mo' } as const;
  return (['users', 'data', 'model'] as const).flatMap((driver) => {
    const curve = growth[driver];
    if (curve && curve.model !== 'exponential') return [];
    if (!curve && driver !== 'users') return [];
    const value = curve?.rate ?? 0;
    return [
      {
        kind: 'number' as const,
        id: `growth-${driver}`,
        label: names[driver],
        path: `growth.${driver}`,
        value,
        min: -0.5,
        max: 1,
        step: { kind: 'add' as const, by: 0.01 },
        format: 'percent' as const,
        write: (rate: number) => `${Number((rate * 100).toPrecision(6))} % / month`,
      },
    ];
  });
}

function serviceLevers(
  name: string,
  service: Service,
  scenario: Scenario,
  catalog: Catalog,
  several: boolean,
): readonly WhatIfLever[] {
  const suffix = several ? ` ${name}` : '';
  if (service.kind === 'queue') return serversLevers(name, service, suffix);
  const pools = poolsOf(service);
  return [
    ...pools.flatMap((each) =>
      pools.length === 1
        ? poolLevers(name, suffix, each, scenario, catalog, service, isFirstOn(scenario, each, name))
        : poolLevers(`${name}-${each}`, ` ${each}`, each, scenario, catalog).map((lever) => ({
            ...lever,
            label: shortened(lever.label),
          })),
    ),
    ...(service.kind === 'llm' ? [precisionLever(name, suffix, service.weights)] : []),
  ];
}

function poolLevers(
  id: string,
  suffix: string,
  name: string,
  scenario: Scenario,
  catalog: Catalog,
  own: Deployment = {},
  showsInstance = true,
): readonly WhatIfLever[] {
  const pool = scenario.pools[name];
  if (!pool) return [];
  const path = `pools.${name}`;
  return [
    ...(showsInstance ? instanceLever(`${id}-instance`, `instance${suffix}`, path, pool, catalog) : []),
    ...replicasLever(id, suffix, own.replicas ? `services.${id}` : path, { ...pool, ...own }),
  ];
}

/** The machines of a pool that several services share are shown with the first of them. */
const isFirstOn = ({ services }: Scenario, pool: string, name: string): boolean =>
  Object.entries(services).find(([, service]) => poolsOf(service).includes(pool))?.[0] === name;

/** The number of replicas; with an autoscaler the most that it may start, where the scenario sets that. */
function replicasLever(
  name: string,
  suffix: string,
  path: string,
  pool: Pick<Pool, 'replicas' | 'autoscaler'>,
): readonly NumberLever[] {
  const { min, max, initial } = pool.replicas;
  const common = { kind: 'number', step: { kind: 'add', by: 1 }, format: 'count' } as const;
  if (pool.autoscaler === undefined) {
    const id = `${name}-replicas`;
    const most = Math.max(64, initial * 20);
    return [{ ...common, id, label: `replicas${suffix}`, path: `${path}.replicas`, value: initial, min: 1, max: most }];
  }
  // A manifest, or a policy with bounds of its own, is edited where it stands.
  if (min === max || 'manifest' in pool.autoscaler || 'max' in pool.autoscaler.inline) return [];
  return [
    {
      ...common,
      id: `${name}-max-replicas`,
      label: shortened(`max repl.${suffix}`),
      path: `${path}.replicas.max`,
      value: max,
      min: Math.max(1, min, initial),
      max: Math.max(64, max * 20),
    },
  ];
}

/** Columns that the panel of levers has for a label. */
const LABEL_WIDTH = 14;

/** The servers of a station are shown under its name, as far as that fits. */
const shortened = (name: string): string => (name.length > LABEL_WIDTH ? `${name.slice(0, LABEL_WIDTH - 1)}…` : name);

/** Servers of each station that has a number of them to turn. */
function serversLevers(name: string, service: QueueService, suffix: string): readonly NumberLever[] {
  return visitedStations(service).flatMap(({ name: at, station }): readonly NumberLever[] => {
    const { servers, capacity, load_dependent_rate } = station;
    // A station has room for those whom it serves, and does not keep servers that could never share.
    const most = Math.min(servers * 20, capacity, station.sharing_limit ?? Infinity);
    if (!Number.isFinite(servers) || most <= 1 || load_dependent_rate) return [];
    return [
      {
        kind: 'number',
        id: at === undefined ? `${name}-servers` : `${name}-${at}-servers`,
        label: at === undefined ? `servers${suffix}` : shortened(at),
        path: at === undefined ? `services.${name}.servers` : `services.${name}.stations.${at}.servers`,
        value: servers,
        min: 1,
        max: most,
        step: { kind: 'add', by: 1 },
        format: 'count',
      },
    ];
  });
}

function precisionLever(name: string, suffix: string, weights: string): ChoiceLever {
  const known = ['bf16', 'fp8', 'int8', 'int4'];
  const options = (known.includes(weights) ? known : [weights, ...known]).map((value) => ({ value, label: value }));
  return {
    kind: 'choice',
    id: `${name}-weights`,
    label: `precision${suffix}`,
    path: `services.${name}.weights`,
    value: weights,
    options,
  };
}

/** Machines of the same provider and region that could take over, by price, with the present one among them. */
function instanceLever(id: string, label: string, path: string, pool: Pool, catalog: Catalog): readonly ChoiceLever[] {
  if (pool.instance === undefined) return [];
  const [provider = ''] = pool.instance.split('/');
  const sold = listInstances(catalog, { provider, ...(pool.region === undefined ? {} : { region: pool.region }) });
  const own = sold.find((each) => `${each.provider}/${each.type}`.toLowerCase() === pool.instance?.toLowerCase());
  const device = own?.accelerator === undefined ? undefined : findAccelerator(catalog, own.accelerator);
  const kind = device?.kind === 'found' ? device.value.kind : undefined;
  const alike = sold.filter((each) => {
    if (each.onDemandUsdPerHour === undefined || each.priceQuality === 'dws') return false;
    if (each.acceleratorCount > 0 && each.acceleratorCount < 1) return false;
    if (kind === undefined) return each.accelerator === undefined;
    const other = each.accelerator === undefined ? undefined : findAccelerator(catalog, each.accelerator);
    return other?.kind === 'found' && other.value.kind === kind;
  });
  // One machine a device and count: the cheapest host is the one of interest.
  const cheapest = new Map<string, (typeof alike)[number]>();
  for (const each of [...alike].sort((a, b) => a.onDemandUsdPerHour! - b.onDemandUsdPerHour!)) {
    const key = kind === undefined ? each.type : `${each.accelerator}×${each.acceleratorCount}`;
    if (!cheapest.has(key)) cheapest.set(key, each);
  }
  if (own) cheapest.set(kind === undefined ? own.type : `${own.accelerator}×${own.acceleratorCount}`, own);
  const sorted = [...cheapest.values()].sort((a, b) => (a.onDemandUsdPerHour ?? 0) - (b.onDemandUsdPerHour ?? 0));
  const at = own ? sorted.indexOf(own) : 0;
  const from = Math.max(0, Math.min(at - OFFERED / 2, sorted.length - OFFERED));
  const options = sorted.slice(from, from + OFFERED).map((each) => ({
    value: `${each.provider}/${each.type}`,
    label:
      each.accelerator === undefined
        ? each.type
        : each.acceleratorCount > 1
          ? `${each.acceleratorCount}×${each.accelerator}`
          : each.accelerator,
  }));
  return options.length > 1
    ? [{ kind: 'choice', id, label, path: `${path}.instance`, value: pool.instance, options }]
    : [];
}
