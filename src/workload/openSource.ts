/** Open-loop traffic: arrivals at a rate that may change by the hour, whatever the system does. */
import { type Draw, inBlocks } from '../kernel/variates.js';
import type { Intensity } from './intensity.js';
import type { RequestSource } from './source.js';

export interface OpenTraffic {
  /** Time between arrivals in units of the mean gap: a renewal process of rate one, stretched by the intensity. */
  readonly unitGap: Draw;
  /** Mean arrivals per second. */
  readonly ratePerS: number;
  readonly intensity: Intensity;
  readonly promptTokens: Draw;
  readonly outputTokens: Draw;
  readonly sharedTokens: number;
  /** Distinct prompts repeated in turn, with the lengths that each has; 0 when every prompt is new. */
  readonly uniquePrompts: number;
  /** Requests after which the source ends; `Infinity` for none. */
  readonly limit: number;
}

/** Content keys start after the shared prefix's. */
const FIRST_KEY = 1;

export function openSource(traffic: OpenTraffic): RequestSource {
  const { unitGap, ratePerS, intensity, uniquePrompts, limit } = traffic;
  const promptTokens = inBlocks(traffic.promptTokens);
  const outputTokens = inBlocks(traffic.outputTokens);
  const prompts = Array.from({ length: uniquePrompts }, () => promptTokens());
  let emitted = 0;
  let segment = intensity.at(0);

  /** Puts `source.time` to when somebody arrives next. */
  const moveOn = (): void => {
    let now = emitted < limit && ratePerS > 0 ? source.time : Infinity;
    let work = now < Infinity ? unitGap() : 0;
    while (now < Infinity) {
      if (now >= segment.until) segment = intensity.at(now);
      const rate = ratePerS * segment.factor;
      const capacity = rate > 0 ? rate * (segment.until - now) : 0;
      // A gap may be 0 (a gamma draw of a high cv underflows), but not where nobody arrives.
      if (rate > 0 && work <= capacity) {
        now += work / rate;
        break;
      }
      work -= capacity;
      now = segment.until;
    }
    source.time = now;
  };

  const source: RequestSource = {
    time: 0,
    promptTokens: 0,
    outputTokens: 0,
    sharedTokens: traffic.sharedTokens,
    contentKey: -1,
    continues: false,
    startsContent: false,
    user: -1,
    advance() {
      moveOn();
      if (source.time === Infinity) return;
      if (uniquePrompts > 0) {
        const turn = emitted % uniquePrompts;
        source.contentKey = FIRST_KEY + turn;
        source.promptTokens = prompts[turn]!;
      } else source.promptTokens = promptTokens();
      source.outputTokens = outputTokens();
      source.sharedTokens = Math.min(traffic.sharedTokens, source.promptTokens);
      emitted++;
    },
    answered() {},
    answeredAt: 0,
    answer() {},
  };
  source.advance();
  return source;
}
