/** What is counted of some of a service's requests: those of one origin, or of one tenant. */
import { Histogram } from '../../kernel/histogram.js';

/** Latencies of an answered request, seconds; an object, of which a hot loop needs only one (see `Clock`). */
export interface Latencies {
  readonly ttftS: number;
  readonly e2eS: number;
}

export class Breakdown {
  readonly ttft = new Histogram();
  readonly e2e = new Histogram();
  arrived = 0;
  completed = 0;
  rejected = 0;
  /** Answered by each group of replicas: requests, and tokens of their answers. */
  readonly answeredBy: number[];
  readonly tokensFrom: number[];

  constructor(groups: number) {
    this.answeredBy = new Array<number>(groups).fill(0);
    this.tokensFrom = new Array<number>(groups).fill(0);
  }

  arrives(): void {
    this.arrived++;
  }

  answered(group: number, outputTokens: number, latencies: Latencies): void {
    this.completed++;
    this.answeredBy[group] = this.answeredBy[group]! + 1;
    this.tokensFrom[group] = this.tokensFrom[group]! + outputTokens;
    this.ttft.value = latencies.ttftS;
    this.ttft.insert(1);
    this.e2e.value = latencies.e2eS;
    this.e2e.insert(1);
  }

  restart(): void {
    this.arrived = this.completed = this.rejected = 0;
    this.answeredBy.fill(0);
    this.tokensFrom.fill(0);
    this.ttft.clear();
    this.e2e.clear();
  }
}
