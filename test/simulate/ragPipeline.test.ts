/** What the comment of scenarios/rag-pipeline.yaml says is found. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { only, resultOf } from './worlds.js';

const TEXT = readFileSync(new URL('../../scenarios/rag-pipeline.yaml', import.meta.url), 'utf8');
const MORE = 'services.search.traffic.rate=52 /s';
const run = (...set: readonly string[]) => resultOf(TEXT, ['replications=3', ...set]);
const p95 = async (...set: readonly string[]): Promise<number> => only(await run(...set)).e2e_ms.p95!;

it('retrieval is the bottleneck at a load of 75 %, after 1.25 visits a question', async () => {
  const result = await run();
  const { stations, slo_attainment, wait_ms, service_ms } = only(result);
  const { retrieval, rerank } = stations!;
  expect(retrieval!.visits.per_request).toBeCloseTo(1.25, 1);
  expect(rerank!.visits.per_request).toBeCloseTo(1.25, 1);
  expect(retrieval!.load).toBeCloseTo(0.75, 1);
  expect(retrieval!.utilization).toBeCloseTo(0.75, 1);
  expect(result.bottleneck).toMatchObject({ resource: 'services.search.stations.retrieval.servers' });
  expect(slo_attainment['e2e.p95']!.met).toBe(true);
  expect(wait_ms!.mean!).toBeLessThan(0.3 * service_ms!.mean!);
});

it('the reranker is mostly busy and yet far from its limit of 118 visits/s', async () => {
  const { utilization, load } = only(await run()).stations!['rerank']!;
  expect(utilization).toBeGreaterThan(0.85);
  expect(load).toBeCloseTo(50 / (8 / 0.068), 1);
});

it('30 % more questions break the p95; three more workers mend it, a second GPU does not', async () => {
  const [workers, gpu] = ['services.search.stations.retrieval.servers=11', 'services.search.stations.rerank.servers=2'];
  expect(await p95(MORE)).toBeGreaterThan(1200);
  expect(await p95(MORE, workers)).toBeLessThan(900);
  expect(await p95(MORE, gpu)).toBeGreaterThan(1200);
});
