import { describe, expect, it } from 'vitest';
import { allReduce, allToAll, pointToPoint } from '../../src/latency/link.js';
import { baseCoefficients } from '../../src/latency/profiles/base.js';
import { a100 } from './cards.js';

const nvlink = { accelerator: a100, networkGBps: 12.5 };
const { linkGBps: _none, ...bare } = a100;
const pcie = { accelerator: { ...bare, interconnect: 'none', scaleUpDomain: 1 }, networkGBps: 12.5 };

describe('collectives', () => {
  it('cost nothing on one rank', () => {
    expect(allReduce(nvlink, 1, baseCoefficients)).toMatchObject({ floorS: 0, perByteS: 0 });
    expect(allToAll(nvlink, 1, baseCoefficients)).toMatchObject({ floorS: 0, perByteS: 0 });
  });

  it('move 2(n−1)/n of the message over the link, after a floor that grows with log₂ of the ranks', () => {
    const { floorS, perByteS } = allReduce(nvlink, 8, baseCoefficients);
    expect(perByteS).toBeCloseTo(1.75 / (300e9 * baseCoefficients.allReduceLink * 1.2), 20);
    expect(floorS).toBeCloseTo(baseCoefficients.allReduceFloorS * (1 + 0.57 * 2), 12);
  });

  it('never move more than 95 % of a link in either direction', () => {
    const { perByteS } = allReduce(nvlink, 8, { ...baseCoefficients, allReduceLink: 0.95 });
    expect(1.75 / perByteS / 300e9).toBeCloseTo(0.95, 9);
  });

  it('fall back to PCIe where there is no link, and cross hosts over the network beyond eight devices', () => {
    expect(allReduce(pcie, 4, baseCoefficients).why).toContain('PCIe');
    const across = allReduce(nvlink, 16, baseCoefficients);
    expect(across.why).toContain('2 groups over network');
    expect(across.perByteS).toBeGreaterThan(allReduce(nvlink, 8, baseCoefficients).perByteS);
    expect(allReduce(pcie, 16, baseCoefficients).perByteS).toBeGreaterThan(across.perByteS);
  });

  it('hand a pipeline stage over inside the host when the replica fits in it', () => {
    expect(pointToPoint(nvlink, 8, baseCoefficients).why).toContain('NVLink3');
    expect(pointToPoint(nvlink, 16, baseCoefficients).why).toContain('network');
  });
});
