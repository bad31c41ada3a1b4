import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/load.js';

const two = (chat: string, pool: string, runsOn = 'gpu'): string => `version: 1
services:
  chat:
    kind: llm
    model: m
    traffic: { rate: 5 /s, prompt_tokens: 9, output_tokens: 2 }
    runs_on: ${runsOn}
    ${chat}
  embed:
    kind: inference
    model: e
    traffic: { rate: 5 /s }
    runs_on: gpu
pools:
  gpu: { instance: x/a${pool} }
  other: { instance: x/b }
`;
const alone = (chat: string, pool: string): string => two(chat, pool).replace(/ {2}embed:[\s\S]*?pools:/, 'pools:');

/** What may be wrong with services that share a pool: code, path, and part of message and hint. */
const CASES: readonly (readonly [text: string, code: string, path: string, says: RegExp])[] = [
  [two('', ', replicas: 3'), 'E1303', 'pools.gpu.replicas', /chat and embed share.*services\.chat\.replicas/],
  [two('', ', autoscaler: { policy: hpa }'), 'E1303', 'pools.gpu.autoscaler', /services\.chat\.autoscaler/],
  [alone('replicas: 2', ', replicas: 3'), 'E1303', 'services.chat.replicas', /also given at pools\.gpu\.replicas/],
  [two('replicas: 0', ''), 'E1101', 'services.chat.replicas', /at least 1/],
  [two('replicas: { min: 3, max: 1 }', ''), 'E1303', 'services.chat.replicas.max', /less than min/],
  [two('replicas: { min: 1, max: 3 }', ''), 'E1303', 'services.chat.replicas', /nothing varies/],
  [two('replicas: two', ''), 'E1102', 'services.chat.replicas', /whole number/],
  [two('parallelism: { tensors: 2 }', ''), 'E1203', 'services.chat.parallelism.tensors', /tensor/],
  [two('autoscaler: { manifest: none.yaml }', ''), 'E1401', 'services.chat.autoscaler.manifest', /does not exist/],
  [two('', ', failures: { mtbf: 30 d, repair: 1 h }'), 'E1501', 'pools.gpu.failures', /several services share/],
  [two('', ', purchase: { spot: 30 % }'), 'E1501', 'pools.gpu.purchase.spot', /several services share/],
  [two('', '', '[gpu, other]'), 'E1501', 'services.chat.runs_on', /several pools/],
  [two('replicas: 2', '', '[gpu, other]'), 'E1501', 'services.chat.replicas', /several pools.*give each pool/],
  [
    two('autoscaler: { policy: hpa }', ', startup: { warm_nodes: 1 }'),
    'E1501',
    'pools.gpu.startup.warm_nodes',
    /raise min/,
  ],
  [two('', ', startup: { provision: 9 s }'), 'E1303', 'pools.gpu.startup', /no replica of this pool starts later/],
  [alone('priority: 3', ''), 'E1303', 'services.chat.priority', /no other service/],
  [two('priority: -1', ''), 'E1101', 'services.chat.priority', /at least 0/],
  [two('', ', fallback: [x/b]'), 'E1501', 'pools.gpu.fallback', /several services share/],
];

describe('mistakes about pools that services share', () => {
  it.each(CASES)('%#: %s', (text, code, path, says) => {
    const loaded = parseScenario(text, 's.yaml');
    const found = loaded.ok ? [] : loaded.problems.filter((problem) => problem.path === path);
    expect(found.map((problem) => problem.code)).toContain(code);
    expect(found.map(({ message, hint }) => `${message} ${hint ?? ''}`).join('\n')).toMatch(says);
  });

  it('refuses a queue beside another service', () => {
    const text = two('', '').replace(/kind: inference\n {4}model: e/, 'kind: queue\n    service_time: 1 s');
    const loaded = parseScenario(text, 's.yaml');
    expect(loaded.ok ? [] : loaded.problems.map((each) => `${each.code} ${each.path}`)).toEqual([
      'E1501 services.embed.runs_on',
    ]);
  });

  it('gives every service of a shared pool one replica unless it says more, and lists that', () => {
    const loaded = parseScenario(two('', ''), 's.yaml');
    if (!loaded.ok) throw new Error(loaded.problems.map((each) => each.message).join());
    const { services } = loaded.scenario;
    expect(Object.values(services).map((each) => each.kind !== 'queue' && each.replicas)).toEqual([
      { min: 1, max: 1, initial: 1 },
      { min: 1, max: 1, initial: 1 },
    ]);
    const assumed = loaded.assumptions.map(({ path }) => path);
    expect(assumed).toEqual(expect.arrayContaining(['services.chat.replicas', 'services.embed.replicas']));
    expect(assumed).not.toContain('pools.gpu.replicas');
  });
});
