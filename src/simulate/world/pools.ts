/** Pools joined with the catalogs: hardware, prices, grid. */

import { instancePrices } from '../../billing/instancePrices.js';
import { hoursPerMonth } from '../../billing/price.js';
import { readPurchase } from '../../billing/purchase.js';
import { findAccelerator } from '../../catalog/accelerators.js';
import { findCarbon } from '../../catalog/carbon.js';
import { findInstance } from '../../catalog/instances.js';
import { migAccelerators, migProfile, migProfiles, sliceOf } from '../../catalog/mig.js';
import type { Catalog } from '../../catalog/open.js';
import { spotInterruption } from '../../catalog/spotInterruptions.js';
import type { Pool } from '../../scenario/types.js';
import { prepareConsolidation } from './consolidation.js';
import { prepareScaling } from './scaling.js';
import { type Hardware, hintOf, type PreparedPool, type WorldFinding } from './types.js';

/** A pool with its hardware and prices, and with those that it falls back to; `undefined` where a name is not in the catalog. */
export function preparePool(
  name: string,
  pool: Pool,
  catalog: Catalog,
  findings: WorldFinding[],
  warnings: string[],
): PreparedPool | undefined {
  const alone = onType(name, pool, catalog, findings, warnings);
  const consolidation = prepareConsolidation(name, pool, findings, warnings);
  const own = alone && { ...alone, ...(consolidation && { consolidation }) };
  if (!own || pool.fallback === undefined) return own;
  const { region } = own.hardware;
  const others = pool.fallback.map((instance, i) => {
    const found: WorldFinding[] = [];
    const said: string[] = [];
    const onOther = { ...pool, instance, ...(region !== undefined && { region }) };
    const other = onType(name, onOther, catalog, found, said);
    // What else is wrong with the pool was found with its own type.
    for (const finding of found) {
      if (finding.path[2] === 'instance' || finding.path[2] === 'region' || finding.path[2] === 'fraction')
        findings.push({ ...finding, path: ['pools', name, 'fallback', i] });
    }
    warnings.push(...said.map((text) => text.replace(`pools.${name}:`, `pools.${name}.fallback[${i}]:`)));
    // Commitments are for the pool's own type.
    return other && { ...other, purchase: { ...other.purchase, committed1y: 0, committed3y: 0 } };
  });
  const fallback = others.filter((other) => other !== undefined);
  return fallback.length < others.length ? undefined : { ...own, fallback };
}

/** A pool on the instance type that it names. */
function onType(
  name: string,
  pool: Pool,
  catalog: Catalog,
  findings: WorldFinding[],
  warnings: string[],
): PreparedPool | undefined {
  const whole = wholeHardwareOf(name, pool, catalog, findings);
  const hardware = whole && slicedHardware(name, pool, whole, catalog, findings);
  if (!hardware) return undefined;
  const { purchase, problems } = readPurchase(pool.purchase);
  for (const { field, message, hint } of problems) {
    findings.push({ path: ['pools', name, 'purchase', field], message, ...(hint === undefined ? {} : { hint }) });
  }
  const grid = hardware.instance && findCarbon(catalog, hardware.instance.provider, hardware.instance.region);
  if (hardware.why !== '') warnings.push(`pools.${name}: ${hardware.why}`);
  if (hardware.instance?.priceQuality === 'list_inferred') {
    warnings.push(`pools.${name}: the price of ${pool.instance} is inferred, not read from a price list`);
  }
  const scaling = prepareScaling(['pools', name, 'autoscaler'], pool, findings);
  const stock = pool.stock_outs?.[pool.instance ?? ''];
  const spot = purchase.spot > 0 ? spotOf(name, pool, purchase.spot, hardware, catalog, warnings) : undefined;
  return {
    name,
    pool,
    hardware,
    purchase,
    ...(hardware.instance && { prices: instancePrices(catalog, hardware.instance) }),
    ...(grid?.kind === 'found' && { grid: grid.value }),
    ...(scaling && { scaling }),
    ...(spot && { spot }),
    ...(stock && { stock: { betweenS: stock.mean_time_between, lastsS: stock.mean_duration } }),
  };
}

/** How often spot machines of a pool are taken back: as the scenario says, or as is published for their family. */
function spotOf(
  name: string,
  { failures }: Pool,
  share: number,
  { instance }: Hardware,
  catalog: Catalog,
  warnings: string[],
): NonNullable<PreparedPool['spot']> {
  const known = spotInterruption(catalog, instance?.provider ?? '*', instance?.type ?? '*');
  const monthly = failures?.spot?.interrupted ?? known.monthlyShare;
  const noticeS = failures?.spot?.notice ?? known.noticeS;
  if (failures?.spot?.interrupted === undefined) {
    const grade = known.isAssumed ? 'assumed' : 'published';
    warnings.push(
      `pools.${name}: ${Number((100 * monthly).toPrecision(3))} % of spot machines are interrupted in a month (${grade}: ${known.source}, ${known.asOf}); failures.spot says otherwise`,
    );
  }
  // Exponential: the share that is struck within a month of 730 hours.
  return { share, noticeS, meanS: (hoursPerMonth * 3600) / -Math.log1p(-monthly) };
}

function wholeHardwareOf(name: string, pool: Pool, catalog: Catalog, findings: WorldFinding[]): Hardware | undefined {
  if (pool.instance !== undefined) {
    const found = findInstance(catalog, pool.instance, pool.region);
    if (found.kind === 'not-found') {
      const key = found.what === 'region' ? 'region' : 'instance';
      findings.push({
        path: ['pools', name, key],
        message:
          key === 'region'
            ? `${pool.instance} is not in the catalog for region "${pool.region}"`
            : `no ${found.what} "${found.name}" in the catalog`,
        ...hintOf(found.suggestions),
      });
      return undefined;
    }
    const instance = found.value;
    const accelerator = instance.accelerator === undefined ? undefined : findAccelerator(catalog, instance.accelerator);
    if (accelerator?.kind === 'not-found') {
      findings.push({
        path: ['pools', name, 'instance'],
        message: `${pool.instance} has ${instance.accelerator}, which the accelerator catalog does not know`,
      });
      return undefined;
    }
    if (instance.acceleratorCount > 0 && instance.acceleratorCount < 1) {
      findings.push({
        code: 'E1501',
        path: ['pools', name, 'instance'],
        message: `${pool.instance} has ${instance.acceleratorCount} of a ${instance.accelerator}: fractions of an accelerator are not supported yet`,
        hint: 'choose an instance with whole accelerators',
      });
      return undefined;
    }
    return {
      instance,
      ...(accelerator && { accelerator: accelerator.value }),
      acceleratorsPerInstance: Math.max(1, instance.acceleratorCount),
      region: instance.region,
      why: found.region.why,
    };
  }
  const found = findAccelerator(catalog, pool.accelerator ?? '');
  if (found.kind === 'not-found') {
    findings.push({
      path: ['pools', name, 'accelerator'],
      message: `no accelerator "${found.name}" in the catalog`,
      ...hintOf(found.suggestions),
    });
    return undefined;
  }
  return { accelerator: found.value, acceleratorsPerInstance: 1, region: pool.region, why: '' };
}

/** What a replica has of the hardware where the pool asks for slices of accelerators. */
function slicedHardware(
  name: string,
  { fraction, instance }: Pool,
  hardware: Hardware,
  catalog: Catalog,
  findings: WorldFinding[],
): Hardware | undefined {
  if (fraction === undefined) return hardware;
  const path = ['pools', name, 'fraction'];
  const { accelerator } = hardware;
  const profiles = accelerator ? migProfiles(catalog, accelerator.name) : [];
  if (accelerator === undefined || profiles.length === 0) {
    findings.push({
      code: 'E1501',
      path,
      message: `not supported yet: a fraction of ${accelerator ? `a ${accelerator.name}, which has no MIG profile in the catalog (time-slicing shares without isolation)` : `${instance}, which has no accelerator`}`,
      hint: `MIG profiles are known of ${migAccelerators(catalog).join(', ')}`,
    });
    return undefined;
  }
  const mig = migProfile(profiles, fraction);
  if (mig === undefined) {
    const known = profiles.map(
      ({ profile, computeSlices, ofComputeSlices }) => `${profile} (${computeSlices}/${ofComputeSlices})`,
    );
    findings.push({
      path,
      message: `${accelerator.name} has no MIG profile "${fraction}"`,
      hint: `it has ${known.join(', ')}`,
    });
    return undefined;
  }
  return { ...hardware, accelerator: sliceOf(accelerator, mig), slice: mig };
}
