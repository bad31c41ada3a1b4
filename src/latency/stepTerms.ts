import type { RateTerm } from './costTerms.js';
import { launchShows, type StepCost } from './stepCost.js';
import { type StepTotals, totalsOf } from './stepModel.js';
import type { StepShape, Term } from './types.js';

export const leaf = (name: string, seconds: number, why: string): Term => ({ name, seconds, why });

export const branch = (name: string, why: string, children: readonly Term[]): Term => ({
  name,
  seconds: children.reduce((sum, child) => sum + child.seconds, 0),
  why,
  children,
});

const proportional = (term: RateTerm, units: number, unit: string): readonly Term[] =>
  units === 0 || term.perUnitS === 0
    ? []
    : [
        leaf(
          term.name,
          term.perUnitS * units,
          `${units} ${unit} at ${(term.perUnitS * 1e9).toPrecision(3)} ns; ${term.why}`,
        ),
      ];

const samplingText = ({ tokens, sequences, logits }: StepTotals): string =>
  `${tokens} tokens, ${sequences} sequences that sample${logits === sequences ? '' : ` and verify ${logits - sequences} drafts`}`;

/** The tree of terms behind the time of one step; its leaves add up to what the tables give. */
export const termsOf = (cost: StepCost, shape: StepShape): Term => {
  const totals = totalsOf(shape, cost.windowTokens);
  const byTokens =
    totals.tokens === 0 ? [] : cost.byTokens.map((term) => leaf(term.name, term.seconds(totals.tokens), term.why));
  const busy = byTokens.reduce((sum, term) => sum + term.seconds, 0);
  const launch = totals.tokens === 0 ? 0 : launchShows(busy, cost.launchS);
  const accelerator = branch('accelerator', samplingText(totals), [
    ...byTokens,
    leaf(
      'launch',
      launch,
      `kernels take ${(cost.launchS * 1e3).toFixed(2)} ms to launch; it shows where they are shorter`,
    ),
    leaf('output projection', totals.logits === 0 ? 0 : cost.headS(totals.logits), cost.headWhy),
    ...proportional(cost.perContextToken, totals.contextTokens, 'context tokens'),
    ...proportional(cost.perWindowToken, totals.windowTokens, 'context tokens in the window'),
    ...proportional(cost.perPair, totals.pairs, 'token pairs'),
    ...proportional(cost.perWindowPair, totals.windowPairs, 'token pairs in the window'),
    ...(cost.adapters !== undefined && totals.sequences > 0
      ? [leaf('reading adapters', cost.adapters.readS(totals.sequences), cost.adapters.readWhy)]
      : []),
    ...(totals.pairs > 0
      ? [leaf('prefill launch', cost.prefillStepS, 'a step that holds prefill does not replay a recorded graph')]
      : []),
  ]);
  const host = leaf(
    'host',
    cost.hostPerStepS + cost.hostPerSequenceS * totals.sequences,
    `scheduler, launch and sampling: ${(cost.hostPerStepS * 1e3).toFixed(2)} ms a step and ${(cost.hostPerSequenceS * 1e6).toFixed(0)} µs a sequence`,
  );
  return branch('step', 'one engine step', [accelerator, host]);
};
