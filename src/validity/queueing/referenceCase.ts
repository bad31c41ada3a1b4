/** One reference case, as the reference files write it. */
export interface ReferenceCase {
  readonly id: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Something in a case that the runner does not know: the case is skipped with this as the reason, never failed. */
export class UnknownInput extends Error {}

/** Reads parameters by name, and knows afterwards which were not read. */
export class Params {
  private readonly seen = new Set<string>();

  constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  has(name: string): boolean {
    return this.values[name] !== undefined && this.values[name] !== null;
  }

  /** A finite number; the fallback (or a complaint) where it is absent. */
  number(name: string, fallback?: number): number {
    this.seen.add(name);
    const value = this.values[name];
    if ((value === undefined || value === null) && fallback !== undefined) return fallback;
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new UnknownInput(`parameter ${name} is not a number`);
    return value;
  }

  numbers(name: string): readonly number[] {
    this.seen.add(name);
    const value = this.values[name];
    if (!Array.isArray(value) || !value.every(Number.isFinite))
      throw new UnknownInput(`parameter ${name} is not a list of numbers`);
    return value as readonly number[];
  }

  /** A word that must be one of `known`. */
  word<T extends string>(name: string, known: readonly T[]): T {
    this.seen.add(name);
    const value = this.values[name];
    const found = known.find((word) => word === value);
    if (found === undefined)
      throw new UnknownInput(`parameter ${name} is ${JSON.stringify(value)}, known: ${known.join(', ')}`);
    return found;
  }

  objects(name: string): readonly Params[] {
    this.seen.add(name);
    const value = this.values[name];
    if (!Array.isArray(value)) throw new UnknownInput(`parameter ${name} is not a list`);
    return value.map((one) => new Params(one as Readonly<Record<string, unknown>>));
  }

  /** Marks parameters that only restate others. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.seen.add(name);
  }

  /** @throws UnknownInput naming every parameter that nothing has read. */
  finish(): void {
    const unread = Object.keys(this.values).filter((name) => !this.seen.has(name));
    if (unread.length > 0) throw new UnknownInput(`unknown parameter ${unread.join(', ')}`);
  }
}
