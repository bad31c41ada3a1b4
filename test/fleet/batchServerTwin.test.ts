/** Batch servers against a twin that keeps everything in lists and looks through them anew at each event. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BatchServerConfig,
  type BatchServerOptions,
  type BatchServerRun,
  runBatchServers,
} from '../../src/fleet/batchServer.js';
import type { FleetControl, FleetController, ReplicaState, ReplicaView } from '../../src/fleet/llm/control.js';
import { router } from '../../src/fleet/llm/routing.js';
import { Histogram } from '../../src/kernel/histogram.js';
import { stream } from '../../src/kernel/random.js';
import { constant, exponential } from '../../src/kernel/variates.js';
import { closedSource } from '../../src/workload/closedSource.js';
import { openSource } from '../../src/workload/openSource.js';
import type { RequestSource } from '../../src/workload/source.js';
import { type Act, scriptedControl } from './llm/scriptedControl.js';

const flat = { at: () => ({ factor: 1, until: Infinity }) };
const toTheEnd: BatchServerOptions = { warmupS: 0, untilS: Infinity, batches: 1, batchSize: 0 };

interface Item {
  readonly arrivedAt: number;
  /** When the replica that has it got it. */
  placedAt: number;
  readonly user: number;
  readonly batch: number;
}
interface Running {
  readonly start: number;
  readonly end: number;
  readonly order: number;
  readonly items: readonly Item[];
}
interface Replica {
  readonly group: number;
  state: ReplicaState;
  readonly addedAt: number;
  readonly readyAt: number;
  readonly line: Item[];
  running: Running[];
  busyS: number;
}

/** Everything as lists, looked through anew at each event. */
function runNaive(
  of: BatchServerConfig,
  source: RequestSource,
  { warmupS, untilS, batches, batchSize, controller }: BatchServerOptions,
) {
  const replicas: Replica[] = [];
  const groups = [of, ...(of.others ?? [])];
  const held: Item[] = [];
  const many = (): Histogram[] => Array.from({ length: batches }, () => new Histogram());
  const out = {
    e2e: many(),
    queue: many(),
    arrived: 0,
    completed: 0,
    failed: 0,
    good: 0,
    carriedIn: 0,
    carriedOut: 0,
    inFlight: 0,
    busyInstanceSeconds: 0,
    batchesStarted: 0,
    requestsStarted: 0,
    largestBatch: 0,
    waitingArea: 0,
    inSystemArea: 0,
    untilS: 0,
    replicaSeconds: groups.map(() => ({ provisioned: 0, ready: 0, draining: 0, serving: 0 })),
    servingS: 0,
  };
  const inBatches = ({ running }: Replica): number => running.reduce((sum, { items }) => sum + items.length, 0);
  const waiting = (): number => replicas.reduce((sum, { line }) => sum + line.length, held.length);
  const inSystem = (): number => replicas.reduce((sum, replica) => sum + inBatches(replica), waiting());
  const are = (state: ReplicaState): Replica[] => replicas.filter((replica) => replica.state === state);
  const present = (): Replica[] => replicas.filter(({ state }) => state !== 'gone');
  let now = 0;
  let order = 0;
  let measures = false;
  let arrivals = 0;
  let given = 0;
  const passTo = (time: number): void => {
    const seconds = Math.max(0, time - Math.max(now, warmupS));
    out.waitingArea += seconds * waiting();
    out.inSystemArea += seconds * inSystem();
    for (const replica of present()) {
      out.busyInstanceSeconds += seconds * replica.running.length;
      // Measurement begins in between: what was before is forgotten.
      if (now < warmupS && time >= warmupS) replica.busyS = 0;
      const from = time >= warmupS ? Math.max(now, warmupS) : now;
      replica.busyS += Math.max(0, time - from) * replica.running.length;
    }
    for (const [group, level] of out.replicaSeconds.entries()) {
      const own = (those: Replica[]): number => those.filter((replica) => replica.group === group).length;
      level.provisioned += seconds * own(present());
      level.ready += seconds * own(are('ready'));
      level.draining += seconds * own(are('draining'));
      if (own(are('ready')) > 0) level.serving += seconds;
    }
    if (are('ready').length > 0) out.servingS += seconds;
    now = Math.max(now, time);
  };
  /** When a replica with an idle instance starts its next batch: now, or when its oldest item has waited enough. */
  const startsAt = ({ group, line, running }: Replica): number => {
    if (line.length === 0 || running.length === groups[group]!.instances) return Infinity;
    return line.length >= of.maxBatch ? now : Math.max(now, line[0]!.placedAt + of.maxDelayS);
  };
  const fleet: FleetControl = {
    get replicas() {
      return views();
    },
    get held() {
      return held.length;
    },
    get waiting() {
      return waiting();
    },
    get inSystem() {
      return inSystem();
    },
    get arrived() {
      return arrivals;
    },
    placed: () => given,
    add,
    drain(index) {
      const replica = replicas[index];
      if (replica?.state === 'starting') go(replica);
      if (replica?.state !== 'ready') return;
      replica.state = 'draining';
      goIfDrained();
    },
    remove(index) {
      for (const item of lose(index)) place(item);
    },
    fail(index) {
      const lost = lose(index);
      for (const { user } of lost) {
        if (measures) out.failed++;
        if (user >= 0) source.answered(user, now);
      }
      return lost.length;
    },
  };
  for (let i = 0; i < of.replicas; i++) add(0);
  for (;;) {
    const starts = present().map(startsAt);
    const opens = are('starting').map(({ readyAt }) => readyAt);
    const running = present().flatMap((replica) => replica.running);
    const work = Math.min(source.time, ...starts, ...running.map(({ end }) => end));
    const control = Math.min(controller?.nextAt ?? Infinity, ...opens);
    const matters = work < Infinity || untilS < Infinity || held.length > 0;
    const next = matters ? Math.min(work, control) : Infinity;
    if (next > untilS || next === Infinity) break;
    if (!measures && next >= warmupS) {
      measures = true;
      out.carriedIn = inSystem();
    }
    const ready = present()[starts.indexOf(now)];
    passTo(next);
    // What can start at this moment starts at once; then arrivals, ends in the order of their starts, then delays that run out.
    const ends = running.filter(({ end }) => end === now).sort((a, b) => a.order - b.order);
    if (ready) start(ready);
    else if (control === now) act();
    else if (source.time === now) arrive();
    else if (ends.length > 0) finish(ends[0]!);
    else start(present()[starts.indexOf(now)]!);
  }
  if (!measures) out.carriedIn = inSystem();
  out.inFlight = inSystem();
  passTo(untilS === Infinity ? warmupS : untilS);
  out.untilS = now;
  return out;

  function act(): void {
    for (const replica of are('starting')) if (replica.readyAt <= now) replica.state = 'ready';
    placeHeld();
    if (controller && controller.nextAt <= now) controller.act(now, fleet);
  }
  function add(readyAt: number, group = 0): number {
    const free = replicas.findIndex((each) => each.state === 'gone' && each.group === group);
    const index = free < 0 ? replicas.length : free;
    const state = readyAt > now ? 'starting' : 'ready';
    replicas[index] = { group, state, addedAt: now, readyAt, line: [], running: [], busyS: 0 };
    placeHeld();
    return index;
  }
  function placeHeld(): void {
    if (are('ready').length > 0) for (const item of held.splice(0)) place(item);
  }
  function go(replica: Replica): void {
    replica.state = 'gone';
    controller?.gone?.(replicas.indexOf(replica), now, replica.group);
  }
  function goIfDrained(): void {
    for (const replica of are('draining')) if (replica.line.length + replica.running.length === 0) go(replica);
  }
  /** Takes a replica out: what it had, batches in the order of their starts first. */
  function lose(index: number): Item[] {
    const replica = replicas[index];
    if (!replica || replica.state === 'gone') return [];
    const batches = replica.running.splice(0).sort((a, b) => a.order - b.order);
    go(replica);
    return [...batches.flatMap(({ items }) => items), ...replica.line.splice(0)];
  }
  function views(): ReplicaView[] {
    return replicas.flatMap((replica, index) => {
      const { group, state, addedAt, line, busyS } = replica;
      const view = { index, group, state, addedAtS: addedAt, tokensHeld: 0, tokensRoom: 0, busyS };
      return state === 'gone' ? [] : [{ ...view, waiting: line.length, running: inBatches(replica) }];
    });
  }
  function start({ group, line, running }: Replica): void {
    const items = line.splice(0, of.maxBatch);
    for (const { arrivedAt, batch } of items) if (measures) out.queue[batch]!.add(now - arrivedAt);
    running.push({ start: now, end: now + groups[group]!.batchTimeS[items.length]!, order: order++, items });
    if (!measures) return;
    out.batchesStarted++;
    out.requestsStarted += items.length;
    out.largestBatch = Math.max(out.largestBatch, items.length);
  }
  function arrive(): void {
    arrivals++;
    if (measures) out.arrived++;
    const batch = batchSize > 0 ? Math.max(0, Math.min(batches - 1, Math.floor((out.arrived - 1) / batchSize))) : 0;
    const item = { arrivedAt: now, placedAt: now, user: source.user, batch };
    source.advance();
    place(item);
  }
  function place(item: Item): void {
    const targets = are('ready');
    if (targets.length === 0) {
      held.push(item);
      return;
    }
    const outstanding = targets.map((replica) => ({ outstanding: replica.line.length + inBatches(replica) }));
    const replica = targets[targets.length === 1 ? 0 : of.router(outstanding)]!;
    given++;
    item.placedAt = now;
    replica.line.push(item);
    while (startsAt(replica) === now) start(replica);
  }
  function finish(batch: Running): void {
    for (const replica of present()) replica.running = replica.running.filter((each) => each !== batch);
    for (const { arrivedAt, user, batch: group } of batch.items) {
      if (measures && arrivedAt < warmupS) out.carriedOut++;
      if (measures && arrivedAt >= warmupS) out.completed++;
      if (measures) {
        out.e2e[group]!.add(now - arrivedAt);
        if (now - arrivedAt <= of.e2eLimitS) out.good++;
      }
      if (user >= 0) source.answered(user, now);
    }
    goIfDrained();
  }
}

describe('batch servers and their naive twin', () => {
  const share = fc.integer({ min: 0, max: 999 }).map((n) => n / 1000);
  const spec = fc.record({
    seed: fc.nat({ max: 100_000 }),
    replicas: fc.integer({ min: 1, max: 3 }),
    instances: fc.integer({ min: 1, max: 3 }),
    maxBatch: fc.integer({ min: 1, max: 9 }),
    delay: fc.oneof(fc.constant(0), share),
    perItem: share,
    policy: fc.constantFrom('least-outstanding' as const, 'round-robin' as const, 'random' as const),
    closed: fc.boolean(),
    rate: share,
    requests: fc.integer({ min: 1, max: 150 }),
    warmup: fc.oneof(fc.constant(0), share),
    until: fc.oneof(fc.constant(null), share),
    batches: fc.integer({ min: 1, max: 3 }),
    /** Instances of a second group of replicas, how much slower it is, and which acts add to it. */
    other: fc.option(fc.record({ instances: fc.integer({ min: 1, max: 4 }), slower: share })),
    acts: fc.array(
      fc.record({
        at: share,
        toOther: fc.boolean(),
        what: fc.constantFrom('look' as const, 'add' as const, 'drain' as const, 'remove' as const, 'fail' as const),
        which: share,
        startS: fc.oneof(fc.constant(0), share),
      }),
      { maxLength: 12 },
    ),
  });

  /** The acts of a list, what was seen at each, and who went when. */
  const control = (acts: readonly Act[]) => {
    const { controller: scripted, seen } = scriptedControl(acts);
    const gone: [number, number][] = [];
    const controller: FleetController = {
      get nextAt() {
        return scripted.nextAt;
      },
      act: (now, fleet) => {
        scripted.act(now, fleet);
      },
      gone: (index, now) => gone.push([index, now]),
    };
    return { controller, seen, gone };
  };

  it('agree over random servers', () => {
    fc.assert(
      fc.property(spec, (s) => {
        const of = (): BatchServerConfig => ({
          replicas: s.replicas,
          instances: s.instances,
          maxBatch: s.maxBatch,
          maxDelayS: s.delay * 0.213,
          batchTimeS: Float64Array.from({ length: s.maxBatch + 1 }, (_, n) => 0.0517 + n * 0.0313 * s.perItem),
          router: router(s.policy, stream(s.seed, 0, 'routing')),
          e2eLimitS: 0.3,
          ...(s.other && {
            others: [
              {
                instances: s.other.instances,
                batchTimeS: Float64Array.from(
                  { length: s.maxBatch + 1 },
                  (_, n) => (1 + s.other!.slower) * (0.0517 + n * 0.0313 * s.perItem),
                ),
              },
            ],
          }),
        });
        const source = (): RequestSource => {
          const uniform = stream(s.seed, 0, 'gaps');
          if (!s.closed) {
            const open = {
              intensity: flat,
              promptTokens: constant(1),
              outputTokens: constant(1),
              sharedTokens: 0,
              uniquePrompts: 0,
            };
            return openSource({
              ...open,
              unitGap: exponential(uniform, 1),
              ratePerS: 2 * 100 ** s.rate,
              limit: s.requests,
            });
          }
          return closedSource({
            users: 1 + Math.floor(s.rate * 20),
            thinkS: exponential(uniform, 0.173),
            turns: 1,
            promptTokens: constant(1),
            outputTokens: constant(1),
            sharedTokens: 0,
            maxTokens: Infinity,
            limit: s.requests,
            startTogether: s.batches === 1,
          });
        };
        const whole = runNaive(of(), source(), toTheEnd).untilS;
        const warmupS = s.warmup * whole * 0.9;
        const options = {
          warmupS,
          untilS: s.until === null ? Infinity : warmupS + s.until * (whole - warmupS),
          batches: s.batches,
          batchSize: s.batches > 1 ? Math.ceil(s.requests / s.batches) : 0,
        };
        const acts = s.acts
          .map((act) => ({
            ...act,
            group: s.other && act.toOther ? 1 : 0,
            at: act.at * whole,
            startS: act.startS * 0.31 * whole,
          }))
          .sort((a, b) => a.at - b.at);
        const [slow, fast] = [control(acts), control(acts)];
        const naive = runNaive(of(), source(), { ...options, controller: slow.controller });
        const run = runBatchServers(of(), source(), { ...options, controller: fast.controller });
        expect(round(fast.seen)).toEqual(round(slow.seen));
        expect(round(fast.gone)).toEqual(round(slow.gone));
        for (const [group, seconds] of naive.replicaSeconds.entries()) {
          for (const key of ['provisioned', 'ready', 'draining', 'serving'] as const)
            expect(run.replicaSeconds[group]![key]).toBeCloseTo(seconds[key], 8);
        }
        expect(run.servingS).toBeCloseTo(naive.servingS, 8);
        for (const key of [
          'arrived',
          'completed',
          'failed',
          'good',
          'carriedIn',
          'carriedOut',
          'inFlight',
          'batchesStarted',
          'requestsStarted',
          'largestBatch',
        ] as const) {
          expect([key, run[key]]).toEqual([key, naive[key]]);
        }
        expect(run.untilS).toBeCloseTo(naive.untilS, 9);
        expect(run.busyInstanceSeconds).toBeCloseTo(naive.busyInstanceSeconds, 8);
        expect(run.waiting.integral(run.untilS)).toBeCloseTo(naive.waitingArea, 8);
        expect(run.inSystem.integral(run.untilS)).toBeCloseTo(naive.inSystemArea, 8);
        for (const name of ['e2e', 'queue'] as const)
          run[name].forEach((histogram, b) => {
            same(histogram, naive[name][b]!);
          });
      }),
      { numRuns: 400, seed: 11 },
    );
  });

  /** Numbers to a nanosecond: sums in another order differ in their last digits. */
  const round = (seen: unknown): unknown =>
    JSON.parse(JSON.stringify(seen, (_, value) => (typeof value === 'number' ? Math.round(value * 1e7) / 1e7 : value)));

  const same = (a: BatchServerRun['e2e'][number], b: Histogram): void => {
    expect([a.count, a.min, a.max]).toEqual([b.count, b.min, b.max]);
    expect(a.sum).toBeCloseTo(b.sum, 8);
    for (let bucket = 0; bucket < Histogram.buckets; bucket++) {
      if (a.countIn(bucket) !== b.countIn(bucket))
        expect([bucket, a.countIn(bucket)]).toEqual([bucket, b.countIn(bucket)]);
    }
  };
});
