/** How near a fleet is to the most that it could serve. */
import { expect, it } from 'vitest';
import { CHAT, only, resultOf } from './worlds.js';

const loadUnder = async (warmup: string) => {
  const result = await resultOf(CHAT, ['services.chat.traffic.rate=40 /s', `warmup=${warmup}`]);
  return { load: result.bottleneck!.utilization, requests: only(result).requests };
};

it('counts what comes in, not what has waited since the warm-up', async () => {
  const [none, long] = await Promise.all([loadUnder('0 s'), loadUnder('20 min')]);
  expect(none.load).toBeGreaterThan(1.2);
  // The backlog of the warm-up is in the counts, so that they add up ...
  expect(long.requests.arrived).toBeGreaterThan(1.3 * none.requests.arrived);
  // ... and not in the demand.
  expect(long.load / none.load).toBeGreaterThan(0.97);
  expect(long.load / none.load).toBeLessThan(1.03);
});
