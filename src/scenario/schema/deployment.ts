import * as z from 'zod';
import { count, either, optional, strict, text } from './primitives.js';

/** How a service stands on a pool's machines: said of the pool, or of each service where several share it. */
export const parallelism = () =>
  strict({
    tensor: optional(() => count(1, 1024).describe('ranks that share each layer')),
    pipeline: optional(() => count(1, 1024).describe('stages of layers')),
    expert: optional(() => count(1, 1024).describe('ranks that share the experts')),
    data: optional(() => count(1, 1024).describe('data-parallel engines in one replica')),
    context: optional(() => count(1, 1024).describe('ranks that share a sequence')),
  });

export const replicas = () =>
  either('expected a number of replicas, or { min, max, initial }', [
    count(1, 100_000).describe('a fixed number'),
    strict({
      min: count(0, 100_000).describe('fewest replicas; only here zero is allowed'),
      max: count(1, 100_000).describe('most replicas'),
      initial: optional(() => count(0, 100_000).describe('replicas at the start')),
    }),
  ]);

export const autoscaler = () =>
  either('expected { manifest: FILE }, or an inline policy such as { policy: hpa, … }', [
    strict({ manifest: text().describe('HorizontalPodAutoscaler or ScaledObject, relative to this file') }),
    z.record(z.string(), z.unknown()).describe('inline policy'),
  ]);

/** The same as keys of a service. */
export const deploymentKeys = () => ({
  replicas: optional(() => replicas().describe('copies of this service, where it shares its pool with others')),
  priority: optional(() =>
    count(0, 1_000_000_000).describe(
      'on a pool whose quota services contend for: higher preempts lower, as a PriorityClass does',
    ),
  ),
  autoscaler: optional(() => autoscaler().describe('what changes the number of copies of this service')),
  parallelism: optional(() =>
    parallelism().describe("how one replica of this service is spread over accelerators; the pool's unless given"),
  ),
});
