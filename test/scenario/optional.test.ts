import { describe, expect, it } from 'vitest';
import { count, optional, strict, text } from '../../src/scenario/schema/primitives.js';

describe('a key that may be absent', () => {
  const made: string[] = [];
  const noting = <T>(name: string, schema: T): T => {
    made.push(name);
    return schema;
  };
  const schema = strict({
    name: text(),
    pool: optional(() => noting('pool', strict({ replicas: count(1), zone: optional(() => noting('zone', text())) }))),
  });

  it('has its schema made only when it is there', () => {
    expect(schema.parse({ name: 'a' })).toEqual({ name: 'a' });
    expect(made).toEqual([]);
    expect(schema.parse({ name: 'a', pool: { replicas: 2 } })).toEqual({ name: 'a', pool: { replicas: 2 } });
    expect(made).toEqual(['pool']);
    schema.parse({ name: 'a', pool: { replicas: 2, zone: 'b' } });
    expect(made).toEqual(['pool', 'zone']);
  });

  it.each([
    ['a value of the wrong type', { name: 'a', pool: 3 }, ['pool']],
    ['nothing', { name: 'a', pool: null }, ['pool']],
    ['a value out of its limits', { name: 'a', pool: { replicas: 0 } }, ['pool', 'replicas']],
    ['a map without what it needs', { name: 'a', pool: {} }, ['pool', 'replicas']],
    ['a key that is not known', { name: 'a', pool: { replicas: 1, colour: 'red' } }, ['pool']],
  ])('refuses %s, and says where', (_, value, path) => {
    const { success, error } = schema.safeParse(value);
    expect(success).toBe(false);
    expect(error?.issues.map((issue) => issue.path)).toEqual([path]);
  });
});
