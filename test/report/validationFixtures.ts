import type { ValidationReport } from '../../src/report/text/validation.js';

const GIB = 2 ** 30;

export const validation: ValidationReport = {
  name: 'support-assistant',
  file: 'scenarios/support-assistant.yaml',
  services: [
    {
      name: 'chat',
      kind: 'llm',
      model: 'meta-llama/Meta-Llama-3.1-8B',
      engine: 'vllm',
      runsOn: 'us-gpu',
      ratePerS: 6.45,
      demand: '',
    },
    {
      name: 'vision',
      kind: 'inference',
      model: 'resnet-50',
      engine: 'generic',
      runsOn: 'edge',
      ratePerS: null,
      demand: '1,200 users',
    },
    { name: 'callcentre', kind: 'queue', model: '3 servers', engine: null, runsOn: null, ratePerS: 25, demand: '' },
  ],
  pools: [
    {
      name: 'us-gpu',
      hardware: 'aws/p5.48xlarge',
      region: 'us-east-1',
      parallelism: 'tp 1',
      replicas: '3',
      quotaAccelerators: 16,
      standIns: null,
    },
    {
      name: 'edge',
      hardware: 'L4',
      region: null,
      parallelism: 'tp 1',
      replicas: 'from 1',
      quotaAccelerators: null,
      standIns: null,
    },
  ],
  autoscalers: [
    {
      pool: 'edge',
      policy: 'hpa',
      source: 'manifests/vision-hpa.yaml',
      min: 1,
      max: 12,
      syncS: 15,
      scrapeS: 15,
      windowS: 0,
      scaleInS: 300,
      metrics: [
        {
          name: 'nv_inference_pending_request_count',
          meaning: 'requests waiting, mean of replicas',
          target: '4 a replica',
        },
      ],
      coldStart: [
        { part: 'node', seconds: 90, why: '' },
        { part: 'image', seconds: 60, why: '' },
        { part: 'weights', seconds: 0.32, why: '0.102 GB at 0.320 GB/s from block-volume' },
        { part: 'engine', seconds: 2.2, why: 'engine 0 s, first inference 2.2 s' },
      ],
    },
  ],
  memory: [
    {
      ...{
        service: 'chat',
        pool: 'us-gpu',
        capacityBytes: 80 * GIB,
        weightsBytes: 15 * GIB,
        activationBytes: 1.8 * GIB,
        adapterBytes: 0,
      },
      ...{ kvCacheBytes: 55.2 * GIB, kvCacheTokens: 452_000, sequences: 403, fits: true },
    },
    {
      ...{
        service: 'vision',
        pool: 'edge',
        capacityBytes: 24 * GIB,
        weightsBytes: 26 * GIB,
        activationBytes: 0.2 * GIB,
        adapterBytes: 0,
      },
      ...{ kvCacheBytes: -2 * GIB, kvCacheTokens: null, sequences: null, fits: false },
    },
  ],
  assumptions: [
    {
      path: 'services.chat.batching.max_num_seqs',
      value: '256',
      grade: 'vendor',
      source: 'vLLM default',
      asOf: '2026-07-01',
    },
    {
      path: 'pools.us-gpu.startup.provision',
      value: '90 s',
      grade: 'assumed',
      source: 'no measurement for this instance',
      asOf: null,
    },
    {
      path: 'services.chat.traffic.arrivals',
      value: 'poisson',
      grade: 'assumed',
      source: 'independent users',
      asOf: null,
    },
  ],
  warnings: ['vision does not fit on edge: 26.0 GiB of weights in 24.0 GiB of memory'],
};

/** The text of a scenario to embed; it need not be valid. */
export const brokenSource = `version: 1
name: chat
services: {}
fleet:
  - name: a
    count: -3
  - name: b
    cuont: 4
`;
