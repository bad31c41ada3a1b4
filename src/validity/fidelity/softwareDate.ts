/** When software of an unstated version was current, from the newest device and model that the same measurements use. */
import { findAccelerator } from '../../catalog/accelerators.js';
import type { Catalog } from '../../catalog/open.js';
import type { ServingRun } from '../measurements/servingRow.js';

/** First publication of model families, year and month: their model cards and announcements. */
const released: readonly (readonly [pattern: RegExp, month: string])[] = [
  [/gpt-j|gpt-neox|opt-|bloom|pythia/i, '2022-07'],
  [/llama-2|codellama|falcon-(7|40|180)/i, '2023-08'],
  [/mistral-7b|decilm/i, '2023-11'],
  [/mixtral|phi-2/i, '2023-12'],
  [/gemma-(1|7b|2b)|qwen1\.5/i, '2024-02'],
  [/phi-3|llama-3-|llama-3_/i, '2024-04'],
  [/qwen2-|deepseek-v2|gemma-2/i, '2024-06'],
  [/llama-3[._-]1|mistral-large|nemo/i, '2024-07'],
  [/qwen2\.5|llama-3[._-]2/i, '2024-09'],
  [/llama-3[._-]3|deepseek-v3$|phi-4/i, '2024-12'],
  [/deepseek-r1/i, '2025-01'],
  [/gemma-3/i, '2025-03'],
  [/llama-4|qwen3-\d/i, '2025-04'],
  [/kimi-k2|glm-4\.5|qwen3-coder/i, '2025-07'],
  [/gpt-oss/i, '2025-08'],
  [/glm-4\.6|qwen3-vl|minimax-m2$/i, '2025-10'],
  [/deepseek-v3\.2|nemotron-3/i, '2025-12'],
  [/kimi-k2\.5|glm-5|qwen3\.5|minimax-m2\.5|gemma-4|deepseek-v4|minimax-m3|kimi-k3/i, '2026-02'],
];

/** Months from a release to the measurement that used it, about (assumed). */
const lagMonths = 4;

const monthsOf = (text: string): number | undefined => {
  const match = /^(20\d\d)(?:-(\d\d))?/.exec(text);
  return match === null ? undefined : Number(match[1]) * 12 + Number(match[2] ?? '07') - 1;
};

const modelMonth = (model: string): number | undefined => {
  const found = released.filter(([pattern]) => pattern.test(model)).map(([, month]) => monthsOf(month)!);
  return found.length === 0 ? undefined : Math.max(...found);
};

/**
 * The date to assume for each dataset and framework that states no version: a few months after the newest device and model in it.
 *
 * @returns by `dataset/framework`, a date `2024-10` that engines' eras are chosen by
 */
export const softwareDates = (catalog: Catalog, runs: readonly ServingRun[]): ReadonlyMap<string, string> => {
  const newest = new Map<string, number>();
  for (const { conditions } of runs) {
    if (conditions.frameworkVersion !== undefined) continue;
    const device = findAccelerator(catalog, conditions.hardware);
    const months = [
      device.kind === 'found' ? monthsOf(device.value.released) : undefined,
      modelMonth(conditions.model),
    ].filter((month) => month !== undefined);
    const key = dateKey(conditions);
    if (months.length > 0) newest.set(key, Math.max(newest.get(key) ?? 0, ...months));
  }
  return new Map(
    [...newest].map(([key, month]) => {
      const at = month + lagMonths;
      return [key, `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`];
    }),
  );
};

export const dateKey = ({ dataset, framework }: { readonly dataset: string; readonly framework: string }): string =>
  `${dataset}/${framework}`;
