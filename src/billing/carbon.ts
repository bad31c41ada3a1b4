import type { GridCarbon } from '../catalog/carbon.js';

/** kgCO2e of `equipmentKwh` kilowatt-hours drawn by the equipment: energy × PUE × grid intensity. */
export const carbonKg = (equipmentKwh: number, grid: Pick<GridCarbon, 'gramsPerKwh' | 'pue'>): number =>
  (equipmentKwh * grid.pue * grid.gramsPerKwh) / 1000;
