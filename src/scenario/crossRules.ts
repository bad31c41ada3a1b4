import { oneOrSeveralStations, routesAreWhole } from './rules/chains.js';
import { closedPopulations, idleStationKeys } from './rules/disciplines.js';
import { nearestRouting, regionShares, regionsServeModels, tenants } from './rules/fleets.js';
import { gateLimits } from './rules/gate.js';
import { besideJobs, jobPools, trainingRuns } from './rules/jobs.js';
import { inlineModels } from './rules/models.js';
import { hasServices, reservedNames, runsOn } from './rules/names.js';
import {
  failuresAreWhole,
  poolHardware,
  replicaOrder,
  scalingKeys,
  startupOfFixedPool,
  storePrice,
} from './rules/pools.js';
import type { Rule } from './rules/rule.js';
import { priorityLevels, routingWeights, swapSpace } from './rules/serving.js';
import { idlePriority, ownDeployments, ownReplicas, replicasOnce, sharedPools } from './rules/sharing.js';
import { batchTimesAreDistinct, capacityHoldsServers, empiricalSource, priorityClasses } from './rules/stations.js';
import { fallbackTypes } from './rules/stock.js';
import {
  arrivalVariation,
  clientsOfOpenLoops,
  imageSizes,
  oneLoad,
  shapeByName,
  tokenOrder,
  traceIsWhole,
} from './rules/traffic.js';
import type { Finding } from './source.js';

const RULES: readonly Rule[] = [
  reservedNames,
  hasServices,
  runsOn,
  oneLoad,
  clientsOfOpenLoops,
  traceIsWhole,
  arrivalVariation,
  tokenOrder,
  imageSizes,
  shapeByName,
  inlineModels,
  oneOrSeveralStations,
  routesAreWhole,
  idleStationKeys,
  closedPopulations,
  priorityClasses,
  priorityLevels,
  routingWeights,
  swapSpace,
  capacityHoldsServers,
  empiricalSource,
  batchTimesAreDistinct,
  poolHardware,
  replicaOrder,
  scalingKeys,
  failuresAreWhole,
  startupOfFixedPool,
  fallbackTypes,
  storePrice,
  replicasOnce,
  ownDeployments,
  ownReplicas,
  idlePriority,
  sharedPools,
  jobPools,
  trainingRuns,
  besideJobs,
  tenants,
  regionShares,
  nearestRouting,
  regionsServeModels,
  gateLimits,
];

/** Everything that breaks a rule between keys. */
export const crossFindings = (data: unknown): readonly Finding[] => RULES.flatMap((rule) => rule(data));
