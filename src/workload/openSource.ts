/** Open-loop traffic: arrivals at a rate that may change by the hour, whatever the system does. */
import { type Draw, inBlocks } from '../kernel/variates.js';
import type { Intensity } from './intensity.js';
import type { MediaDraw } from './media.js';
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
  /** Images and audio, which come after the shared prefix; absent where prompts are text. */
  readonly media?: MediaDraw;
  /** Distinct prompts repeated in turn, with the lengths that each has; 0 when every prompt is new. */
  readonly uniquePrompts: number;
  /** Requests after which the source ends; `Infinity` for none. */
  readonly limit: number;
}

/** Content keys start after the shared prefix's. */
const FIRST_KEY = 1;

export function openSource(traffic: OpenTraffic): RequestSource {
  const { ratePerS, intensity, media, uniquePrompts, limit } = traffic;
  const unitGap = inBlocks(traffic.unitGap);
  const promptTokens = inBlocks(traffic.promptTokens);
  const outputTokens = inBlocks(traffic.outputTokens);
  const texts = new Int32Array(uniquePrompts);
  const mediaTokens = new Int32Array(uniquePrompts);
  const encodes = new Float64Array(uniquePrompts);
  for (let turn = 0; turn < uniquePrompts; turn++) {
    media?.next();
    texts[turn] = promptTokens();
    mediaTokens[turn] = media?.tokens ?? 0;
    encodes[turn] = media?.encodeS ?? 0;
  }
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
    encodeS: 0,
    contentKey: -1,
    continues: false,
    startsContent: false,
    user: -1,
    advance() {
      moveOn();
      if (source.time === Infinity) return;
      let text: number;
      if (uniquePrompts > 0) {
        const turn = emitted % uniquePrompts;
        source.contentKey = FIRST_KEY + turn;
        text = texts[turn]!;
        source.promptTokens = text + mediaTokens[turn]!;
        source.encodeS = encodes[turn]!;
      } else if (media === undefined) source.promptTokens = text = promptTokens();
      else {
        media.next();
        text = promptTokens();
        source.promptTokens = text + media.tokens;
        source.encodeS = media.encodeS;
      }
      source.sharedTokens = Math.min(traffic.sharedTokens, text);
      source.outputTokens = outputTokens();
      emitted++;
    },
    answered() {},
    answeredAt: 0,
    answer() {},
  };
  source.advance();
  return source;
}
