/** Quantities that bands are stated for. */
export type BandKind = 'ttft' | 'tpot' | 'e2e';

/** Which of them a metric belongs to: to the first token, per token, or of a whole request or of the rate of them. */
export const bandKindOf = (metric: string): BandKind =>
  /^ttft|^prompt_time|^prefill/.test(metric) ? 'ttft' : /^tpot|^itl|^token_time|^decode/.test(metric) ? 'tpot' : 'e2e';
