import { planNetwork } from './networkModel.js';
import { poissonStation, renewalStation } from './openModels.js';
import {
  batchingStation,
  closedStation,
  coldServer,
  coldServers,
  feedbackStation,
  impatientStation,
  joinableStation,
  sharingStation,
  stateDependentStation,
} from './otherModels.js';
import { planPriority } from './priorityModels.js';
import type { Params } from './referenceCase.js';
import { type PlannedCase, planStation, type StationModel } from './singleStation.js';

type Planner = (name: string, params: Params, expected: Readonly<Record<string, unknown>>) => PlannedCase;

const single =
  (model: (params: Params) => StationModel): Planner =>
  (name, params, expected) =>
    planStation(name, model(params), expected);

/** How each reference model is simulated. */
export const MODELS: Readonly<Record<string, Planner>> = {
  'M/M/1': single((params) => poissonStation(params)),
  'M/M/c': single((params) => poissonStation(params, { servers: params.number('c') })),
  'M/M/c/c (Erlang B)': single((params) =>
    poissonStation(params, { servers: params.number('c'), capacity: params.number('c') }),
  ),
  'M/M/c/K': single((params) => poissonStation(params, { servers: params.number('c'), capacity: params.number('K') })),
  'M/G/1': single((params) => poissonStation(params, { scv: params.number('scv') })),
  'M/D/1': single((params) => poissonStation(params, { scv: 0 })),
  'M/D/c': single((params) => poissonStation(params, { servers: params.number('c'), scv: 0 })),
  'M/G/inf': single((params) => poissonStation(params, { servers: Infinity, scv: params.number('scv', 1) })),
  'D/M/1': single((params) => renewalStation(params, 'D')),
  'E_k/M/1': single((params) => renewalStation(params, 'E_k')),
  'H2/M/1': single((params) => renewalStation(params, 'H2')),
  'M/G/1-PS': single(sharingStation),
  'M/G/c-PS (rate min(n,c), equal share)': single(sharingStation),
  'M/M/1/K state-dependent (batching)': single(stateDependentStation),
  'M/M/c+M (Erlang A)': single(impatientStation),
  'Jackson open network': planNetwork,
  'Jackson with feedback': single(feedbackStation),
  'M/G/1 priority': planPriority,
  'M/M/c priority nonpreemptive': planPriority,
  'M/M^[b]/1 partial batch (joinable)': single(joinableStation),
  'M^[k]/M/1 batch arrivals': single((params) => poissonStation(params, { groupSize: params.number('batchSize') })),
  'M/G/1 with setup (instant off)': single(coldServer),
  'closed interactive M/M/c//N': single(closedStation),
  'M/M/k with exponential setup, instant off (staggered cold starts)': single(coldServers),
  'dynamic batching M/D(b)/1': single(batchingStation),
};
