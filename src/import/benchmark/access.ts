/** Looks into values of unknown shape: what is not there, or of another type, is undefined. */

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

/** The value at a path of keys. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => {
    const fields = fieldsOf(inner);
    return fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined;
  }, value);

/** A number, also written as text (`"inf"`, `"1,234.5"`); NaN counts as absent. */
export const numberOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const text = value.trim();
  if (/^\+?inf(inity)?$/i.test(text)) return Infinity;
  const number = Number(text.replaceAll(',', ''));
  return Number.isNaN(number) ? undefined : number;
};

export const numberAt = (value: unknown, ...path: readonly string[]): number | undefined =>
  numberOf(at(value, ...path));

export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

export const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] | undefined => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : undefined;
};

/** Numbers of a list; undefined when one is none. */
export const numbersOf = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.every((each) => typeof each === 'number') ? (value as readonly number[]) : undefined;

/** The first value under a key of this name, at any depth: for configurations whose nesting changed between versions. */
export const anywhere = (value: unknown, key: string, accepts: (found: unknown) => boolean): unknown => {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = anywhere(item, key, accepts);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const fields = fieldsOf(value);
  if (fields === undefined) return undefined;
  if (Object.hasOwn(fields, key) && accepts(fields[key])) return fields[key];
  for (const inner of Object.values(fields)) {
    const found = anywhere(inner, key, accepts);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** Leaves out keys whose value is undefined. */
export const given = <T extends object>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
