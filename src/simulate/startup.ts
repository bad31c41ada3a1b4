/** How long a new replica of a service takes to serve, in its named parts. */
import type { StartupParts } from '../fleet/scaling/startup.js';
import { coldStartParts } from '../latency/coldStart.js';
import type { Startup } from '../scenario/types.js';
import type { PreparedPool, PreparedService } from './worldTypes.js';

/** The parts of a cold start of `prepared` on `pool`; `auto` parts follow from the weights, their storage and the host link. */
export function startupParts(prepared: PreparedService, { hardware }: PreparedPool, startup: Startup): StartupParts {
  const { provision, pull, load, init, storage, loader } = startup;
  const pcie = hardware.accelerator?.pcieGBps;
  const auto = coldStartParts({
    weightBytes: weightBytesOf(prepared),
    storage,
    loader,
    servingEngine: prepared.kind === 'llm',
    ...(pcie === undefined ? {} : { pcieGBps: pcie }),
  });
  return {
    provisionS: provision,
    pullS: pull,
    loadS: load === 'auto' ? auto.weightsS : load,
    initS: init === 'auto' ? auto.engineS + auto.firstInferenceS : init,
  };
}

/** Bytes that a replica reads: the weights of all its accelerators. */
function weightBytesOf(prepared: PreparedService): number {
  if (prepared.kind !== 'llm') return 0;
  return prepared.plan.memory.weightBytes * prepared.plan.acceleratorsPerReplica;
}
