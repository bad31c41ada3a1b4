/**
 * Quantities as people write them (`800 ms`, `4 TB`, `45_000 USD`, `18 /s`) and their canonical numbers.
 */
import type { Quantity } from './quantities.js';

export type ParsedQuantity =
  | { readonly ok: true; readonly value: number }
  | {
      readonly ok: false;
      readonly reason: 'no-unit' | 'wrong-unit' | 'not-a-quantity';
      readonly message: string;
      readonly hint: string;
    };

const NUMBER = /^([+-]?(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d+)(?:[eE][+-]?\d+)?)(.*)$/;

/** Splits `45_000 USD` into 45000 and `USD`; undefined when the text does not start with a number. Spaces in units are dropped. */
export const splitQuantity = (text: string): { readonly number: number; readonly unit: string } | undefined => {
  const match = NUMBER.exec(text.trim());
  if (match === null) return undefined;
  const number = Number(match[1]!.replaceAll('_', ''));
  return Number.isFinite(number) ? { number, unit: match[2]!.replaceAll(/\s+/g, '') } : undefined;
};

const spoken = (quantity: Quantity): string => quantity.examples.map((example) => `"${example}"`).join(', ');

/** Distinct units by worth, first spelling only: what error messages and the JSON Schema list. */
export const principalUnits = (quantity: Quantity): readonly string[] => {
  const seen = new Set<number>();
  return Object.entries(quantity.units).flatMap(([unit, worth]) => {
    if (seen.has(worth)) return [];
    seen.add(worth);
    return [unit];
  });
};

/**
 * Reads a quantity. Numbers without a unit are refused (also `"45"`), except for zero, which needs none.
 * The value is in the quantity's canonical unit; sign is the caller's business.
 */
export const parseQuantity = (quantity: Quantity, input: string | number): ParsedQuantity => {
  const article = /^[aeiou]/.test(quantity.name) ? 'an' : 'a';
  const accepted = `units: ${principalUnits(quantity).join(', ')}, for example ${spoken(quantity)}`;
  const parts = typeof input === 'number' ? { number: input, unit: '' } : splitQuantity(input);
  if (parts === undefined || !Number.isFinite(parts.number)) {
    return {
      ok: false,
      reason: 'not-a-quantity',
      message: `expected ${article} ${quantity.name}, got ${typeof input === 'number' ? input : JSON.stringify(input)}`,
      hint: accepted,
    };
  }
  if (parts.unit === '') {
    if (parts.number === 0) return { ok: true, value: 0 };
    return {
      ok: false,
      reason: 'no-unit',
      message: `a ${quantity.name} needs a unit, got ${input}`.replace('a a', 'an a'),
      hint: accepted,
    };
  }
  const worth = Object.hasOwn(quantity.units, parts.unit)
    ? quantity.units[parts.unit]!
    : worthIgnoringCase(quantity, parts.unit);
  if (worth === undefined) {
    return {
      ok: false,
      reason: 'wrong-unit',
      message: `"${parts.unit}" is not a unit of ${article} ${quantity.name}`,
      hint: accepted,
    };
  }
  return { ok: true, value: scale(parts.number, worth) };
};

/** `5 Min` and `3 usd` are understood where no other unit differs by case alone. */
const worthIgnoringCase = (quantity: Quantity, unit: string): number | undefined => {
  const worths = new Set(
    Object.entries(quantity.units).flatMap(([name, worth]) =>
      name.toLowerCase() === unit.toLowerCase() ? [worth] : [],
    ),
  );
  return worths.size === 1 ? [...worths][0] : undefined;
};

/** Powers of ten move the decimal point, so that `800 ms` is 0.8 and `99.9 %` 0.999 to the last bit. */
const scale = (number: number, worth: number): number => {
  const shift = Math.round(Math.log10(worth));
  if (Number(`1e${shift}`) === worth) {
    const [digits, exponent = '0'] = String(number).split('e');
    return Number(`${digits}e${Number(exponent) + shift}`);
  }
  const inverse = Math.round(1 / worth);
  return worth < 1 && Math.abs(1 / worth - inverse) < 1e-6 ? number / inverse : number * worth;
};

/** Prints a canonical value so that `parseQuantity` reads it back: the largest unit that leaves a number of at least one. */
export const formatQuantity = (quantity: Quantity, value: number): string => {
  const units = principalUnits(quantity).map((unit) => ({ unit, worth: quantity.units[unit]! }));
  const fitting = units.filter(({ worth }) => Math.abs(value) >= worth).sort((a, b) => b.worth - a.worth);
  const exact = fitting.find(({ worth }) => isShort(value / worth)) ?? fitting[0];
  const { unit, worth } = exact ?? units.reduce((a, b) => (b.worth < a.worth ? b : a));
  return `${tidy(value / worth)} ${unit}`;
};

const isShort = (number: number): boolean => String(tidy(number)).length <= 6;
const tidy = (number: number): number => Number(number.toPrecision(15));
