import { describe, expect, it } from 'vitest';
import { baseCoefficients } from '../../../src/latency/profiles/base.js';
import { amplifications } from '../../../src/validity/accuracy/amplification.js';

describe('the amplification of a run', () => {
  it('is one for a latency or a rate that follows its steps, whatever they are made of', () => {
    const seconds = amplifications(
      (c) => [
        Math.log(c.hostPerStepS + 1e-3 / c.gemmMemory + 2e-3 / c.attentionCompute),
        -Math.log(c.launchPerLayerS),
        Math.log(5 + c.requestS),
      ],
      baseCoefficients,
    );
    for (const each of seconds) expect(each).toBeCloseTo(1, 9);
  });

  it('is the elasticity of a wait that grows faster, and one where there is no prediction', () => {
    const [wait, none] = amplifications((c) => [6 * Math.log(c.hostPerStepS), Number.NaN], baseCoefficients);
    expect(wait).toBeCloseTo(6, 9);
    expect(none).toBe(1);
  });
});
