/** The kinds of quantity that a scenario may hold, with the units that each accepts. */

/** One kind of quantity: what it is called, which units it accepts, and what they are worth in the canonical unit. */
export interface Quantity {
  readonly name: string;
  /** The canonical unit, for documentation. */
  readonly canonical: string;
  readonly examples: readonly string[];
  /** Spelling → worth in the canonical unit. Spellings are compared after removing spaces. */
  readonly units: Readonly<Record<string, number>>;
}

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

/** US dollars per 10⁶ tokens. */
export const tokenPrice: Quantity = {
  name: 'price of tokens',
  canonical: 'USD/Mtok',
  examples: ['0.60 USD/Mtok'],
  units: { 'USD/Mtok': 1, 'USD/ktok': 1000 },
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
