/** Where something stands in a scenario: keys and list indices from the top. */
export type Path = readonly (string | number)[];

/** `services.chat.batch_time[2].time`. */
export const formatPath = (path: Path): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  );

/** Reads `a.b[2].c` and `a.b.2.c`. Undefined when a part is empty or a bracket is not an index. */
export const parsePath = (text: string): Path | undefined => {
  const parts: (string | number)[] = [];
  for (const piece of text.trim().split('.')) {
    const match = /^([^[\]]*)((?:\[\d+\])*)$/.exec(piece);
    if (match === null || (match[1] === '' && (match[2] === '' || parts.length === 0))) return undefined;
    if (match[1] !== '') parts.push(match[1]!);
    for (const index of match[2]!.matchAll(/\d+/g)) parts.push(Number(index[0]));
  }
  return parts;
};

/** The value at a path of plain data; undefined where nothing stands. Only own keys count. */
export const valueAt = (root: unknown, path: Path): unknown => {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[part];
  }
  return value;
};

/** Every path of plain data that matches a pattern, with its value. */
export const find = (root: unknown, pattern: string): readonly { readonly path: Path; readonly value: unknown }[] => {
  let found: readonly { readonly path: Path; readonly value: unknown }[] = [{ path: [], value: root }];
  for (const part of pattern.split('.')) {
    found = found.flatMap(({ path, value }) => {
      if (typeof value !== 'object' || value === null) return [];
      const keys = part === '*' ? Object.keys(value) : Object.hasOwn(value, part) ? [part] : [];
      return keys.map((key) => ({
        path: [...path, Array.isArray(value) ? Number(key) : key],
        value: (value as Readonly<Record<string, unknown>>)[key],
      }));
    });
  }
  return found;
};
