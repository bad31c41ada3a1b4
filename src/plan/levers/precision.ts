import { change, type Lever } from './lever.js';

/** Fewer bits for the weights, where the device computes in them. */
export const precision: Lever = {
  name: 'precision',
  risk: 'quantised weights can change answers',
  check: "compare the quantised model's answers with today's on your own evaluation set before switching",
  propose: ({ service, world }) => {
    if (service.kind !== 'llm') return [];
    const device = world.pools[service.pool]!.hardware.accelerator;
    const smaller =
      service.service.weights === 'bf16' || service.service.weights === 'fp16' ? (['fp8', 'int8'] as const) : [];
    return smaller
      .filter((bits) => device?.tflops[bits] !== undefined)
      .slice(0, 1)
      .map((bits) => ({
        lever: 'precision',
        edits: change(`services.${service.name}.weights`, service.service.weights, bits),
      }));
  },
};
