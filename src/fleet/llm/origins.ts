/**
 * Where requests come from: regions with users, each with its share of the demand, its distance from every group of replicas, and the
 * groups that its data may be sent to.
 */
import type { Uniform } from '../../kernel/random.js';
import type { Intensity } from '../../workload/intensity.js';
import { requestBits, uniformOf } from './requestUniform.js';

export interface OriginSettings {
  /** Share of the demand by origin; they need not sum to one. */
  readonly shares: readonly number[];
  /** How each origin's demand changes with time; the shares are constant unless given. */
  readonly intensities?: readonly Intensity[];
  /** Round trip from an origin to a group of replicas, seconds. */
  readonly rttS: readonly (readonly number[])[];
  /** Whether a group may serve an origin at all. */
  readonly allowed: readonly (readonly boolean[])[];
}

export class Origins {
  readonly rttS: OriginSettings['rttS'];
  readonly allowed: OriginSettings['allowed'];
  /** Whether every group may serve an origin. */
  readonly isFree: readonly boolean[];
  private readonly seed: number;
  private readonly shares: readonly number[];
  private readonly intensities: readonly Intensity[];
  private readonly cumulated: number[];
  /** The cumulated shares hold until then. */
  private until = -Infinity;

  constructor(settings: OriginSettings, uniform: Uniform) {
    this.seed = Math.floor(uniform() * 2 ** 32);
    this.rttS = settings.rttS;
    this.allowed = settings.allowed;
    this.isFree = settings.allowed.map((groups) => groups.every((may) => may));
    this.shares = settings.shares;
    this.intensities = settings.intensities ?? [];
    this.cumulated = settings.shares.map(() => 0);
  }

  get count(): number {
    return this.shares.length;
  }

  /**
   * The origin of a request that arrives now. Poisson arrivals split like this are independent Poisson arrivals of each origin.
   *
   * @param who number of the request, or of the user whose request it is: users stay where they are
   */
  originOf(who: number, now: number): number {
    if (now >= this.until) this.setShares(now);
    const { cumulated } = this;
    const u = uniformOf(requestBits(this.seed, who, 0)) * cumulated[cumulated.length - 1]!;
    let origin = 0;
    while (origin < cumulated.length - 1 && u >= cumulated[origin]!) origin++;
    return origin;
  }

  private setShares(now: number): void {
    let below = 0;
    this.until = Infinity;
    for (let i = 0; i < this.shares.length; i++) {
      const { factor, until } = this.intensities[i]?.at(now) ?? { factor: 1, until: Infinity };
      this.until = Math.min(this.until, until);
      this.cumulated[i] = below += this.shares[i]! * factor;
    }
  }
}
