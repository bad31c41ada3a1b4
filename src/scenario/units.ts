/**
 * Quantities as people write them (`800 ms`, `4 TB`, `45_000 USD`, `18 /s`, `9 % / month`) and their canonical numbers.
 * A quantity is a table of unit spellings and factors; the first spelling of a factor is the one we print.
 */

/** One kind of quantity: what it is called, which units it accepts, and what they are worth in the canonical unit. */
export interface Quantity {
  readonly name: string;
  /** The canonical unit, for documentation. */
  readonly canonical: string;
  readonly examples: readonly string[];
  /** Spelling → worth in the canonical unit. Spellings are compared after removing spaces. */
  readonly units: Readonly<Record<string, number>>;
}

export type ParsedQuantity =
  | { readonly ok: true; readonly value: number }
  | {
      readonly ok: false;
      readonly reason: 'no-unit' | 'wrong-unit' | 'not-a-quantity';
      readonly message: string;
      readonly hint: string;
    };

const minute = 60;
const hour = 3600;
const day = 86_400;

/** Seconds. Calendar units (months, years) are not durations: a month has no fixed length. */
export const duration: Quantity = {
  name: 'duration',
  canonical: 's',
  examples: ['800 ms', '45 s', '5 min', '1 h', '30 d'],
  units: {
    ms: 1e-3,
    us: 1e-6,
    µs: 1e-6,
    ns: 1e-9,
    s: 1,
    min: minute,
    h: hour,
    d: day,
    w: 7 * day,
    msec: 1e-3,
    sec: 1,
    second: 1,
    seconds: 1,
    minute,
    minutes: minute,
    hour,
    hours: hour,
    day,
    days: day,
    week: 7 * day,
    weeks: 7 * day,
  },
};

/** Whole months of the calendar. */
export const months: Quantity = {
  name: 'number of months',
  canonical: 'months',
  examples: ['12 months', '2 years'],
  units: { months: 1, month: 1, years: 12, year: 12, y: 12 },
};

/** Bytes, decimal and binary. */
export const size: Quantity = {
  name: 'size',
  canonical: 'B',
  examples: ['4 TB', '16 GiB', '500 MB'],
  units: {
    B: 1,
    kB: 1e3,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    TB: 1e12,
    PB: 1e15,
    KiB: 2 ** 10,
    MiB: 2 ** 20,
    GiB: 2 ** 30,
    TiB: 2 ** 40,
    PiB: 2 ** 50,
  },
};

/** Events per second. */
export const rate: Quantity = {
  name: 'rate',
  canonical: '/s',
  examples: ['18 /s', '100 /min', '2_000 /h'],
  units: {
    '/s': 1,
    '/min': 1 / minute,
    '/h': 1 / hour,
    '/d': 1 / day,
    '/sec': 1,
    '/second': 1,
    '/minute': 1 / minute,
    '/hour': 1 / hour,
    '/day': 1 / day,
    'req/s': 1,
    'req/min': 1 / minute,
    'req/h': 1 / hour,
    'requests/s': 1,
    'requests/min': 1 / minute,
    'requests/h': 1 / hour,
    rps: 1,
    qps: 1,
  },
};

/** US dollars. */
export const money: Quantity = {
  name: 'amount of money',
  canonical: 'USD',
  examples: ['45_000 USD'],
  units: { USD: 1 },
};

/** US dollars per month. */
export const monthlyMoney: Quantity = {
  name: 'amount of money',
  canonical: 'USD',
  examples: ['45_000 USD'],
  units: { USD: 1, 'USD/month': 1, 'USD/mo': 1, 'USD/year': 1 / 12 },
};

/** US dollars per hour. */
export const hourlyPrice: Quantity = {
  name: 'price per hour',
  canonical: 'USD/h',
  examples: ['3.20 USD/h'],
  units: { 'USD/h': 1, 'USD/hour': 1, 'USD/hr': 1, 'USD/month': 1 / 730, 'USD/year': 1 / 8760 },
};

/** US dollars per 10⁹ bytes and month. */
export const storagePrice: Quantity = {
  name: 'storage price',
  canonical: 'USD/GB-month',
  examples: ['0.023 USD/GB-month', '20 USD/TB-month'],
  units: {
    'USD/GB-month': 1,
    'USD/GB/month': 1,
    'USD/TB-month': 1e-3,
    'USD/TB/month': 1e-3,
    'USD/GiB-month': 1e9 / 2 ** 30,
    'USD/GiB/month': 1e9 / 2 ** 30,
    'USD/TiB-month': 1e9 / 2 ** 40,
    'USD/TiB/month': 1e9 / 2 ** 40,
  },
};

/** A fraction of one, written as a percentage. */
export const percent: Quantity = {
  name: 'percentage',
  canonical: '1',
  examples: ['30 %', '99.9 %'],
  units: { '%': 0.01 },
};

/** A share added to something every month, without compounding. */
export const monthlyShare: Quantity = {
  name: 'share per month',
  canonical: '1/month',
  examples: ['5 % / month'],
  units: { '%/month': 0.01, '%/mo': 0.01, '%/quarter': 0.01 / 3, '%/year': 0.01 / 12 },
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
  return Object.entries(quantity.units).flatMap(([unit, worth]) => (seen.has(worth) ? [] : (seen.add(worth), [unit])));
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
      message: `expected ${article} ${quantity.name}, got ${JSON.stringify(input)}`,
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
