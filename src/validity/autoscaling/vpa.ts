import * as z from 'zod';
import {
  confidence,
  integerCpu,
  oomBump,
  scaleAmount,
  withConfidence,
  withMargin,
} from '../../fleet/autoscalers/vpa/estimators.js';
import { Histogram } from '../../fleet/autoscalers/vpa/histogram.js';
import {
  exponentialOptions,
  type HistogramOptions,
  linearOptions,
} from '../../fleet/autoscalers/vpa/histogramOptions.js';
import { recommend } from '../../fleet/autoscalers/vpa/recommend.js';
import { type Evaluator, readInput } from './case.js';

const options = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('linear'), maxValue: z.number(), bucketSize: z.number(), epsilon: z.number() }),
    z.strictObject({
      type: z.literal('exponential'),
      maxValue: z.number(),
      firstBucketSize: z.number(),
      ratio: z.number(),
      epsilon: z.number(),
    }),
  ])
  .transform(
    (read): HistogramOptions =>
      read.type === 'linear'
        ? linearOptions(read.maxValue, read.bucketSize, read.epsilon)
        : exponentialOptions(read.maxValue, read.firstBucketSize, read.ratio, read.epsilon),
  );

const histogramInput = z.strictObject({
  options,
  halfLifeSeconds: z.number().nullable().optional(),
  samples: z.array(
    z.strictObject({
      value: z.number(),
      weight: z.number(),
      t: z.number().optional(),
      subtract: z.boolean().optional(),
    }),
  ),
});
const histogramExpected = z.looseObject({ percentiles: z.array(z.looseObject({ p: z.number() })).optional() });

export const evaluateHistogram: Evaluator = (raw, kase) => {
  const input = readInput(histogramInput, raw);
  const histogram = new Histogram(input.options, input.halfLifeSeconds ?? null);
  for (const { t, subtract, ...sample } of input.samples) {
    if (subtract === true) histogram.subtract({ ...sample, timeS: t ?? 0 });
    else histogram.add({ ...sample, timeS: t ?? 0 });
  }
  const asked = readInput(histogramExpected, kase.expected).percentiles ?? [];
  return {
    got: { percentiles: asked.map(({ p }) => ({ p, value: histogram.percentile(p) })), isEmpty: histogram.isEmpty },
    expected: kase.expected,
  };
};

const optionsInput = z.strictObject({ options });
const optionsExpected = z.looseObject({
  bucketStart: z.record(z.string(), z.number()).default({}),
  findBucket: z.array(z.tuple([z.number(), z.number()])).default([]),
});

export const evaluateHistogramOptions: Evaluator = (raw, kase) => {
  const input = readInput(optionsInput, raw);
  const asked = readInput(optionsExpected, kase.expected);
  return {
    got: {
      numBuckets: input.options.bucketCount,
      bucketStart: Object.fromEntries(
        Object.keys(asked.bucketStart).map((bucket) => [bucket, input.options.startOf(Number(bucket))]),
      ),
      findBucket: asked.findBucket.map(([value]) => [value, input.options.bucketOf(value)]),
    },
    expected: kase.expected,
  };
};

const base = { baseCpuMilli: z.number(), baseMemoryBytes: z.number() };
const confidenceInput = z.strictObject({
  multiplier: z.number(),
  exponent: z.number(),
  totalSamples: z.number(),
  lifespanSeconds: z.number(),
  confidenceIntervalSeconds: z.number(),
  ...base,
});

export const evaluateConfidence: Evaluator = (raw, kase) => {
  const input = readInput(confidenceInput, raw);
  const days = confidence(input.lifespanSeconds, input.totalSamples, input.confidenceIntervalSeconds);
  return {
    got: {
      confidence: days,
      cpuMilli: withConfidence(input.baseCpuMilli, input.multiplier, input.exponent, days),
      memoryBytes: withConfidence(input.baseMemoryBytes, input.multiplier, input.exponent, days),
    },
    expected: kase.expected,
  };
};

const marginInput = z
  .strictObject({
    ...base,
    marginFraction: z.number(),
    margin: z.number(),
    safetyMarginFraction: z.number(),
    fraction: z.number(),
  })
  .partial();

export const evaluateMargin: Evaluator = (raw, kase) => {
  const input = readInput(marginInput, raw);
  const share = input.marginFraction ?? input.safetyMarginFraction ?? input.margin ?? input.fraction ?? 0;
  return {
    got: {
      cpuMilli: withMargin(input.baseCpuMilli ?? 0, share),
      memoryBytes: withMargin(input.baseMemoryBytes ?? 0, share),
    },
    expected: kase.expected,
  };
};

export const evaluateIntegerCpu: Evaluator = (raw, kase) => {
  const input = readInput(z.strictObject({ cpuMilli: z.number() }), raw);
  return { got: { cpuMilli: integerCpu(input.cpuMilli) }, expected: kase.expected };
};

const oomInput = z.strictObject({
  memoryUsedBytes: z.number(),
  oomBumpUpRatio: z.number(),
  oomMinBumpUpBytes: z.number(),
});

export const evaluateOomBump: Evaluator = (raw, kase) => {
  const input = readInput(oomInput, raw);
  return {
    got: { memoryBytes: oomBump(input.memoryUsedBytes, input.oomBumpUpRatio, input.oomMinBumpUpBytes) },
    expected: kase.expected,
  };
};

const recommendInput = z.strictObject({
  cpuSamples: z.array(z.strictObject({ t: z.number(), cores: z.number() })),
  memoryPeaks: z.array(z.strictObject({ t: z.number(), bytes: z.number() })),
  cpuSampleWeight: z.number(),
  memorySampleWeight: z.number(),
});

export const evaluateRecommend: Evaluator = (raw, kase) => {
  const input = readInput(recommendInput, raw);
  const got = recommend({
    cpu: input.cpuSamples.map(({ t, cores }) => ({ timeS: t, cores })),
    memoryPeaks: input.memoryPeaks.map(({ t, bytes }) => ({ timeS: t, bytes: scaleAmount(bytes, 1) })),
    cpuSampleWeight: input.cpuSampleWeight,
    memorySampleWeight: input.memorySampleWeight,
  });
  return { got, expected: kase.expected };
};
