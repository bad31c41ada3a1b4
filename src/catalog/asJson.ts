const snake = (key: string): string => key.replaceAll(/GiB|GBps|Gbps|GB|[A-Z]/g, (part) => `_${part.toLowerCase()}`);

const snakeKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(snakeKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [snake(key), snakeKeys(each)]));
};

/** The same rows for programs: every field, keys in snake case with their units. */
export const catalogJson = (kind: string, fingerprint: string, rows: readonly object[]): unknown => ({
  schema_version: '1',
  catalog: kind,
  fingerprint,
  count: rows.length,
  rows: rows.map(snakeKeys),
});
