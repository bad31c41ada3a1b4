/**
 * Slow, obvious twins of the stations: plain objects, every event found by looking at everything, no clever bookkeeping. They draw at the
 * same points as the stations do (class, requirement and patience of each offered request on arrival).
 */
import type { StationExit, StationSpec } from '../../../src/fleet/stations/types.js';

export interface Left {
  readonly arrivedAt: number;
  readonly wait: number;
  readonly sojourn: number;
  readonly exit: StationExit;
  readonly cls: number;
}

interface Request {
  readonly arrivedAt: number;
  readonly cls: number;
  remaining: number;
  served: number;
  patienceEnds: number;
  /** Order of joining the line, for ties of any kind. */
  joined: number;
}

/** Serves `times` (arrivals, in order) until everybody has left; returns who left in order of leaving. */
export function naiveStation(spec: StationSpec, times: readonly number[]): Left[] {
  if (spec.batching !== undefined) return naiveBatches(spec, times);
  if (spec.discipline === 'ps' || spec.sharing !== undefined) return naiveSharing(spec, times);
  return naiveServers(spec, times);
}

function drawRequest(spec: StationSpec, time: number, joined: number): Request {
  const cls = spec.classes?.pick() ?? 0;
  const service = typeof spec.service === 'function' ? spec.service : spec.service[cls]!;
  const remaining = service();
  const patienceEnds = time + (spec.patience?.() ?? Infinity);
  return { arrivedAt: time, cls, remaining, served: 0, patienceEnds, joined };
}

function naiveServers(spec: StationSpec, times: readonly number[]): Left[] {
  const { discipline, servers, capacity } = spec;
  const left: Left[] = [];
  let waiting: Request[] = [];
  let serving: Request[] = [];
  const wakings: number[] = [];
  let now = 0;
  let at = 0;
  let joins = 0;
  const best = (): Request | undefined => {
    const order = [...waiting].sort((a, b) => {
      if (discipline === 'lcfs' || discipline === 'preemptive-lcfs') return b.joined - a.joined;
      if (discipline !== 'fcfs' && a.cls !== b.cls) return a.cls - b.cls;
      return a.joined - b.joined;
    });
    return order[0];
  };
  const leave = (request: Request, exit: StationExit): void => {
    const sojourn = now - request.arrivedAt;
    const wait = exit === 'rejected' ? 0 : exit === 'abandoned' ? sojourn : sojourn - request.served;
    left.push({ arrivedAt: request.arrivedAt, wait, sojourn, exit, cls: request.cls });
  };
  const serve = (request: Request): void => {
    request.patienceEnds = Infinity;
    serving.push(request);
  };
  const serveNext = (): void => {
    const next = best();
    if (next === undefined) return;
    waiting = waiting.filter((one) => one !== next);
    serve(next);
  };
  const matchWakings = (): void => {
    if (spec.setup === undefined) return;
    const wanted = Math.min(waiting.length, servers - serving.length);
    while (wakings.length < wanted) wakings.push(now + spec.setup());
    while (wakings.length > wanted) wakings.pop();
  };
  for (;;) {
    const ends = serving.map((one) => now + one.remaining);
    const next = Math.min(...ends, ...waiting.map((one) => one.patienceEnds), ...wakings, times[at] ?? Infinity);
    if (next === Infinity) return left;
    for (const one of serving) {
      one.served += next - now;
      one.remaining -= next - now;
    }
    const done = serving.find((_, i) => ends[i] === next);
    now = next;
    const impatient = waiting.find((one) => one.patienceEnds === now);
    if (done !== undefined) {
      serving = serving.filter((one) => one !== done);
      const again = spec.feedback !== undefined && spec.feedback.uniform() < spec.feedback.probability;
      if (again) {
        done.remaining = spec.feedback!.service();
        done.joined = joins++;
        waiting.push(done);
      }
      serveNext();
      matchWakings();
      if (!again) leave(done, 'completed');
    } else if (impatient !== undefined) {
      waiting = waiting.filter((one) => one !== impatient);
      matchWakings();
      leave(impatient, 'abandoned');
    } else if (wakings.includes(now)) {
      wakings.splice(wakings.indexOf(now), 1);
      serveNext();
    } else {
      at++;
      for (let i = 0; i < (spec.groupSize ?? 1); i++) {
        const request = drawRequest(spec, now, joins++);
        const oldest = [...serving].sort(
          (a, b) => a.arrivedAt - b.arrivedAt || serving.indexOf(a) - serving.indexOf(b),
        )[0];
        const weakest = [...serving].sort((a, b) => b.cls - a.cls || serving.indexOf(b) - serving.indexOf(a))[0];
        if (waiting.length + serving.length >= capacity) leave(request, 'rejected');
        else if (spec.setup === undefined && serving.length < servers) serve(request);
        else if (discipline === 'preemptive-priority' && weakest !== undefined && weakest.cls > request.cls) {
          serving = serving.filter((one) => one !== weakest);
          // Before everybody of its class: it was served before them.
          weakest.joined = Math.min(0, ...waiting.map((one) => one.joined)) - 1;
          waiting.push(weakest);
          serve(request);
        } else if (discipline === 'preemptive-lcfs' && oldest !== undefined) {
          serving = serving.filter((one) => one !== oldest);
          // Ahead of all who wait: it was served before them.
          oldest.joined = joins++;
          waiting.push(oldest);
          serve(request);
        } else waiting.push(request);
        matchWakings();
      }
    }
  }
}

function naiveSharing(spec: StationSpec, times: readonly number[]): Left[] {
  const limit = spec.sharing?.limit ?? Infinity;
  const speedOf = spec.sharing?.speed ?? ((sharing: number) => Math.min(1, spec.servers / sharing));
  const left: Left[] = [];
  /** In order of arrival; the first `limit` share. */
  let present: Request[] = [];
  let now = 0;
  let at = 0;
  for (;;) {
    const sharing = present.slice(0, limit);
    const speed = speedOf(sharing.length);
    const first = sharing.length === 0 ? undefined : sharing.reduce((a, b) => (b.remaining < a.remaining ? b : a));
    const end = first === undefined ? Infinity : now + first.remaining / speed;
    const arrival = times[at] ?? Infinity;
    const next = Math.min(end, arrival);
    if (next === Infinity) return left;
    for (const one of sharing) {
      one.remaining -= (next - now) * speed;
      one.served += next - now;
    }
    now = next;
    if (end <= arrival) {
      present = present.filter((one) => one !== first);
      const again = spec.feedback !== undefined && spec.feedback.uniform() < spec.feedback.probability;
      if (again) {
        first!.remaining = spec.feedback!.service();
        present.push(first!);
        continue;
      }
      const sojourn = now - first!.arrivedAt;
      left.push({
        arrivedAt: first!.arrivedAt,
        wait: sojourn - first!.served,
        sojourn,
        exit: 'completed',
        cls: first!.cls,
      });
    } else {
      at++;
      for (let i = 0; i < (spec.groupSize ?? 1); i++) {
        const request = drawRequest(spec, now, 0);
        if (present.length >= spec.capacity)
          left.push({ arrivedAt: now, wait: 0, sojourn: 0, exit: 'rejected', cls: request.cls });
        else present.push(request);
      }
    }
  }
}

function naiveBatches(spec: StationSpec, times: readonly number[]): Left[] {
  const { maxBatch, perItem, joinable } = spec.batching!;
  const service = spec.service as () => number;
  const left: Left[] = [];
  let waiting: { readonly arrivedAt: number; readonly cls: number }[] = [];
  let batches: { end: number; readonly members: { arrivedAt: number; startedAt: number; cls: number }[] }[] = [];
  let now = 0;
  let at = 0;
  const begin = (): void => {
    if (spec.discipline === 'priority') waiting.sort((a, b) => a.cls - b.cls);
    const order = spec.discipline === 'lcfs' ? waiting.toReversed() : waiting;
    const taken = order.slice(0, maxBatch);
    waiting = waiting.filter((one) => !taken.includes(one));
    const end = now + service() + perItem * taken.length;
    batches.push({ end, members: taken.map((one) => ({ ...one, startedAt: now })) });
  };
  for (;;) {
    const end = Math.min(...batches.map((batch) => batch.end));
    const arrival = times[at] ?? Infinity;
    now = Math.min(end, arrival);
    if (now === Infinity) return left;
    if (end <= arrival) {
      const done = batches.find((batch) => batch.end === now)!;
      batches = batches.filter((batch) => batch !== done);
      if (waiting.length > 0) begin();
      for (const { arrivedAt, startedAt, cls } of done.members) {
        left.push({ arrivedAt, wait: startedAt - arrivedAt, sojourn: now - arrivedAt, exit: 'completed', cls });
      }
    } else {
      at++;
      for (let i = 0; i < (spec.groupSize ?? 1); i++) {
        const cls = spec.classes?.pick() ?? 0;
        const inSystem = waiting.length + batches.reduce((sum, batch) => sum + batch.members.length, 0);
        const open = joinable === true ? batches.find((batch) => batch.members.length < maxBatch) : undefined;
        if (inSystem >= spec.capacity) left.push({ arrivedAt: now, wait: 0, sojourn: 0, exit: 'rejected', cls });
        else if (open !== undefined) open.members.push({ arrivedAt: now, startedAt: now, cls });
        else {
          waiting.push({ arrivedAt: now, cls });
          if (batches.length < spec.servers) begin();
        }
      }
    }
  }
}
