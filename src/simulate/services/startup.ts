/** How long a new replica of a service takes to serve, in its named parts. */
import type { StartupParts } from '../../fleet/scaling/startup.js';
import { type ColdStart, coldStartParts, weightReadGBps } from '../../latency/coldStart.js';
import { bytesPerWeight } from '../../latency/precision.js';
import type { Startup } from '../../scenario/types.js';
import type { PreparedPool, PreparedService } from '../world/types.js';

/** The parts of a cold start of `prepared` on `pool`; `auto` parts follow from the weights, their storage and the host link. */
export function startupParts(prepared: PreparedService, onPool: PreparedPool, startup: Startup): StartupParts {
  const { provision, pull, load, init } = startup;
  const auto = coldStartParts(settingOf(prepared, onPool, startup));
  return {
    provisionS: provision,
    pullS: pull,
    loadS: load === 'auto' ? auto.weightsS : load,
    initS: init === 'auto' ? auto.engineS + auto.firstInferenceS : init,
  };
}

/** One part of a cold start, and where an `auto` one comes from. */
export interface ColdStartPart {
  readonly part: 'node' | 'image' | 'weights' | 'engine';
  readonly seconds: number;
  readonly why: string;
}

/** The same in words, in order. */
export function coldStart(prepared: PreparedService, onPool: PreparedPool, startup: Startup): readonly ColdStartPart[] {
  const setting = settingOf(prepared, onPool, startup);
  const { provisionS, pullS, loadS, initS } = startupParts(prepared, onPool, startup);
  const read = `${(setting.weightBytes / 1e9).toPrecision(3)} GB at ${weightReadGBps(setting).toPrecision(3)} GB/s from ${setting.storage}`;
  const { engineS, firstInferenceS } = coldStartParts(setting);
  const begun = `engine ${engineS} s, first inference ${firstInferenceS} s`;
  return [
    { part: 'node', seconds: provisionS, why: '' },
    { part: 'image', seconds: pullS, why: '' },
    { part: 'weights', seconds: loadS, why: startup.load === 'auto' ? read : '' },
    { part: 'engine', seconds: initS, why: startup.init === 'auto' ? begun : '' },
  ];
}

function settingOf(prepared: PreparedService, { hardware }: PreparedPool, { storage, loader }: Startup): ColdStart {
  const pcie = hardware.accelerator?.pcieGBps;
  return {
    weightBytes: weightBytesOf(prepared),
    storage,
    loader,
    servingEngine: prepared.kind === 'llm',
    ...(pcie === undefined ? {} : { pcieGBps: pcie }),
  };
}

/** Bytes that a replica reads: the weights of all its accelerators, or of the model that all its instances share. */
function weightBytesOf(prepared: PreparedService): number {
  switch (prepared.kind) {
    case 'llm':
      // A replica on a slice reads all that the slice holds.
      return prepared.plan.memory.weightBytes * Math.max(1, prepared.plan.acceleratorsPerReplica);
    case 'inference':
      // A measured batch time says nothing of the weights.
      return (
        prepared.plan.weightBytes ||
        prepared.model.paramsTotal * bytesPerWeight(prepared.service.weights, prepared.service.engine)
      );
    case 'queue':
      return 0;
  }
}
