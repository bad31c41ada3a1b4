/** As much of JSON Schema draft-07 as our schemas use; small enough to be read, so that the test needs no validator package. */
type Schema = Readonly<Record<string, unknown>>;

const KNOWN = new Set([
  '$schema',
  'title',
  'description',
  'examples',
  'default',
  'type',
  'enum',
  'const',
  'pattern',
  'minLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minItems',
  'maxItems',
  'items',
  'properties',
  'required',
  'additionalProperties',
  'propertyNames',
  'anyOf',
  'oneOf',
]);

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' ? 'object' : typeof value;
};

const isOfType = (value: unknown, type: unknown): boolean =>
  [type].flat().some((name) => name === typeOf(value) || (name === 'integer' && Number.isInteger(value)));

/** Where and why a value breaks the schema; empty when it is valid. Throws for a keyword that this reader does not know. */
export const violations = (schema: Schema, value: unknown, path = ''): readonly string[] => {
  const unknown = Object.keys(schema).filter((key) => !KNOWN.has(key));
  if (unknown.length > 0) throw new Error(`${path}: keyword ${unknown.join(', ')}`);
  const found: string[] = [];
  const check = (holds: boolean, why: string): void => {
    if (!holds) found.push(`${path}: ${why}`);
  };
  const limit = (key: string): number => schema[key] as number;
  if ('type' in schema) check(isOfType(value, schema['type']), `not of type ${String(schema['type'])}`);
  if ('enum' in schema) check((schema['enum'] as readonly unknown[]).includes(value), 'not in enum');
  if ('const' in schema) check(schema['const'] === value, 'not the constant');
  if (typeof value === 'string') {
    if ('pattern' in schema)
      check(new RegExp(schema['pattern'] as string).test(value), `does not match ${String(schema['pattern'])}`);
    if ('minLength' in schema) check(value.length >= limit('minLength'), 'too short');
  }
  if (typeof value === 'number') {
    if ('minimum' in schema) check(value >= limit('minimum'), 'too small');
    if ('maximum' in schema) check(value <= limit('maximum'), 'too large');
    if ('exclusiveMinimum' in schema) check(value > limit('exclusiveMinimum'), 'too small');
    if ('exclusiveMaximum' in schema) check(value < limit('exclusiveMaximum'), 'too large');
  }
  if (Array.isArray(value)) {
    if ('minItems' in schema) check(value.length >= limit('minItems'), 'too few');
    if ('maxItems' in schema) check(value.length <= limit('maxItems'), 'too many');
    if ('items' in schema)
      found.push(...value.flatMap((item, index) => violations(schema['items'] as Schema, item, `${path}[${index}]`)));
  }
  if (typeOf(value) === 'object') {
    const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
    for (const key of (schema['required'] ?? []) as readonly string[])
      check(Object.hasOwn(value as object, key), `${key} is missing`);
    for (const [key, inner] of Object.entries(value as object)) {
      const rest = schema['additionalProperties'];
      if (Object.hasOwn(properties, key)) found.push(...violations(properties[key]!, inner, `${path}.${key}`));
      else if (rest === false) found.push(`${path}: unknown ${key}`);
      else if (typeOf(rest) === 'object') found.push(...violations(rest as Schema, inner, `${path}.${key}`));
      if ('propertyNames' in schema)
        found.push(...violations(schema['propertyNames'] as Schema, key, `${path}.${key}`));
    }
  }
  for (const key of ['anyOf', 'oneOf'] as const) {
    if (!(key in schema)) continue;
    const branches = (schema[key] as readonly Schema[]).map((branch) => violations(branch, value, path));
    const fitting = branches.filter((branch) => branch.length === 0).length;
    check(
      key === 'anyOf' ? fitting >= 1 : fitting === 1,
      `${fitting} branches of ${key} fit (${branches.map((b) => b[0]).join(' / ')})`,
    );
  }
  return found;
};
