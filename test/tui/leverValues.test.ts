import { describe, expect, it } from 'vitest';
import {
  canStep,
  editsKey,
  leverPosition,
  mergeEdits,
  numberAt,
  parseNumber,
  shownChange,
  shownValue,
  stepEdit,
  typedEdit,
} from '../../src/tui/leverValues.js';
import type { NumberLever, WhatIfLever } from '../../src/tui/session.js';
import { LEVERS } from './fakeWorld.js';

const lever = (id: string): WhatIfLever => {
  const found = LEVERS.find((one) => one.id === id);
  if (!found) throw new Error(`no lever ${id}`);
  return found;
};
const steps = (id: string, ...directions: (-1 | 1)[]) =>
  directions.reduce<ReturnType<typeof mergeEdits>>((edits, direction) => {
    const edit = stepEdit(lever(id), edits, direction);
    return edit ? mergeEdits(edits, [edit]) : edits;
  }, []);

describe('levers', () => {
  it('step users geometrically, and return to the base without an edit', () => {
    expect(steps('users', 1).map(({ to }) => to)).toEqual([1320]);
    expect(steps('users', 1, 1).map(({ to }) => to)).toEqual([1450]);
    expect(steps('users', 1, -1)).toEqual([]);
  });

  it('always move a small whole number, and stop at the ends', () => {
    const few: NumberLever = { ...(lever('users') as NumberLever), value: 2 };
    expect(stepEdit(few, [], 1)?.to).toBe(3);
    expect(stepEdit({ ...few, value: 1 }, [], -1)).toBeNull();
    expect(canStep(lever('instance'), [], -1)).toBe(false);
    expect(canStep(lever('instance'), [], 1)).toBe(true);
  });

  it('add without rounding dust', () => {
    expect(steps('spot', 1, 1, 1).map(({ to }) => to)).toEqual(['45 %']);
  });

  it('write values as a user would, and read them back', () => {
    const edits = steps('growth', 1);
    expect(edits).toEqual([{ path: 'growth.users.rate', from: '8 % / month', to: '9 % / month' }]);
    expect(numberAt(lever('growth') as NumberLever, edits)).toBeCloseTo(0.09, 12);
    expect(shownValue(lever('growth'), edits)).toBe('9 %');
  });

  it('show the change against the base in the sense of the step', () => {
    expect(shownChange(lever('users'), steps('users', 1))).toBe('+10 %');
    expect(shownChange(lever('replicas'), steps('replicas', -1))).toBe('−1');
    expect(shownChange(lever('growth'), steps('growth', 1))).toBe('+1 pt');
    expect(shownChange(lever('instance'), steps('instance', 1))).toBe('●');
    expect(shownChange(lever('instance'), [])).toBe('');
  });

  it('show a value that is none of the options as it is', () => {
    expect(shownValue(lever('instance'), [{ path: 'pools.us-gpu.instance', from: '', to: 'gcp/a3' }])).toBe('gcp/a3');
  });

  it('stand between their ends, by ratio for geometric steps', () => {
    expect(leverPosition({ ...(lever('users') as NumberLever), min: 1, max: 10_000, value: 100 }, [])).toBeCloseTo(0.5);
    expect(leverPosition(lever('instance'), steps('instance', 1, 1, 1))).toBe(1);
  });

  it.each([
    ['1200', 'count', 1200],
    ['1_200', 'count', 1200],
    ['1.5k', 'count', 1500],
    ['9', 'percent', 0.09],
    ['−2 % / month', 'percent', -0.02],
    ['18 /s', 'per-second', 18],
    ['36 /h', 'per-second', 0.01],
    ['800 ms', 'seconds', 0.8],
    ['5 min', 'seconds', 300],
    ['$45k', 'money', 45_000],
    ['45_000 USD', 'money', 45_000],
    ['fast', 'count', null],
    ['', 'count', null],
    ['9 s', 'percent', null],
    ['5 min', 'count', null],
  ] as const)('read %j typed as %s', (text, format, value) => {
    expect(parseNumber(text, format)).toBe(value);
  });

  it('refuse typed values out of range, of the wrong kind, or unknown', () => {
    expect(typedEdit(lever('replicas'), '65')).toEqual({ ok: false, reason: 'from 1 to 64' });
    expect(typedEdit(lever('replicas'), '2.5')).toEqual({ ok: false, reason: 'a whole number' });
    expect(typedEdit(lever('replicas'), 'many')).toEqual({ ok: false, reason: 'a number, as 1200 or 1.2k' });
    expect(typedEdit(lever('instance'), 'tpu')).toEqual({
      ok: false,
      reason: 'one of H100 p5, H200 p5en, L40S g6e, L4 g6',
    });
  });

  it('find a typed choice by a word, its start, or a part', () => {
    const typed = typedEdit(lever('instance'), 'l4');
    expect(typed.ok && typed.edit.to).toBe('aws/g6.xlarge');
    const part = typedEdit(lever('instance'), 'p5en');
    expect(part.ok && part.edit.to).toBe('aws/p5en.48xlarge');
  });
});

describe('edits', () => {
  it('keep the first value when a path is edited again', () => {
    const edits = mergeEdits([{ path: 'a', from: 1, to: 2 }], [{ path: 'a', from: 2, to: 3 }]);
    expect(edits).toEqual([{ path: 'a', from: 1, to: 3 }]);
  });

  it('have the same key in any order', () => {
    const [a, b] = [
      { path: 'a', from: 1, to: 2 },
      { path: 'b', from: 1, to: { min: 1 } },
    ];
    expect(editsKey([a, b])).toBe(editsKey([b, a]));
    expect(editsKey([a])).not.toBe(editsKey([b]));
  });
});
