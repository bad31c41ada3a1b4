import { describe, expect, it } from 'vitest';
import { billedSeconds, meterRule } from '../../src/billing/meter.js';

describe('billed seconds of one start', () => {
  it('have a minimum of a minute and then count each second on EC2', () => {
    const rule = meterRule('aws');
    expect([1, 59.2, 60, 60.001, 61, 3599.5].map((runtime) => billedSeconds(rule, runtime))).toEqual([
      60, 60, 60, 61, 61, 3600,
    ]);
  });

  it('round up to whole minutes at Lambda and CoreWeave', () => {
    expect([1, 61, 120].map((runtime) => billedSeconds(meterRule('lambda'), runtime))).toEqual([60, 120, 120]);
    expect(billedSeconds(meterRule('coreweave'), 121)).toBe(180);
  });

  it('have no minimum for Azure and for TPU slices', () => {
    expect(billedSeconds(meterRule('azure'), 5)).toBe(5);
    expect(billedSeconds(meterRule('gcp', 'tpu-v5litepod-8'), 5)).toBe(5);
    expect(billedSeconds(meterRule('gcp', 'a2-highgpu-1g'), 5)).toBe(60);
  });

  it('are zero for nothing, and unmoved by floating-point dust', () => {
    expect(billedSeconds(meterRule('aws'), 0)).toBe(0);
    expect(billedSeconds(meterRule('aws'), 100 + 1e-10)).toBe(100);
  });

  it('say where the rule comes from, also where none was found', () => {
    for (const provider of ['aws', 'nebius', 'elsewhere']) expect(meterRule(provider).source).not.toBe('');
    expect(meterRule('nebius').grade).toBe('assumed');
  });
});
