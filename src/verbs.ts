import type { Command } from '@oclif/core/command';

/** The verbs that are built, by oclif's id (a verb and its topic are joined by a colon). Each is loaded when it is called. */
export const BUILT: Readonly<Record<string, () => Promise<{ readonly default: Command.Class }>>> = {
  'autoscaler:replay': () => import('./commands/autoscaler/replay.js'),
  calibrate: () => import('./commands/calibrate.js'),
  'catalog:accelerators': () => import('./commands/catalog/accelerators.js'),
  'catalog:instances': () => import('./commands/catalog/instances.js'),
  'catalog:mig': () => import('./commands/catalog/mig.js'),
  'catalog:models': () => import('./commands/catalog/models.js'),
  'catalog:prices': () => import('./commands/catalog/prices.js'),
  'catalog:regions': () => import('./commands/catalog/regions.js'),
  compare: () => import('./commands/compare.js'),
  explain: () => import('./commands/explain.js'),
  fidelity: () => import('./commands/fidelity.js'),
  forecast: () => import('./commands/forecast.js'),
  gate: () => import('./commands/gate.js'),
  'import:benchmark': () => import('./commands/import/benchmark.js'),
  recommend: () => import('./commands/recommend.js'),
  report: () => import('./commands/report.js'),
  schema: () => import('./commands/schema.js'),
  simulate: () => import('./commands/simulate.js'),
  validate: () => import('./commands/validate.js'),
  whatif: () => import('./commands/whatif.js'),
};
