import { describe, expect, it } from 'vitest';
import { isWindowOpen, parseCron } from '../../../src/fleet/autoscalers/cron.js';
import { goDurationS } from '../../../src/fleet/autoscalers/duration.js';
import {
  decidePredictive,
  INITIAL_PREDICTIVE_STATE,
  type PredictivePolicy,
  type PredictiveState,
} from '../../../src/fleet/autoscalers/predictive.js';
import { decideSchedule, type SchedulePolicy } from '../../../src/fleet/autoscalers/schedule.js';

const next = (cron: string, from: string, zone?: string): string | null => {
  const schedule = parseCron(cron, zone);
  if (!schedule.ok) return schedule.error;
  const hit = schedule.nextAfter(Date.parse(from));
  return hit === null ? null : new Date(hit).toISOString();
};

describe('cron', () => {
  it.each([
    ['0 9 * * 1-5', '2026-01-03T00:00:00Z', '2026-01-05T09:00:00.000Z'],
    // a hit at the moment itself is past
    ['0 * * * *', '2026-01-03T10:00:00Z', '2026-01-03T11:00:00.000Z'],
    ['*/20 * * * *', '2026-01-03T10:00:30Z', '2026-01-03T10:20:00.000Z'],
    ['@yearly', '2026-01-03T00:00:00Z', '2027-01-01T00:00:00.000Z'],
    // day of month or day of week
    ['0 0 13 * FRI', '2026-02-01T00:00:00Z', '2026-02-06T00:00:00.000Z'],
    ['0 0 ? * SUN', '2026-01-03T00:00:00Z', '2026-01-04T00:00:00.000Z'],
    ['0 0 30 2 *', '2026-01-03T00:00:00Z', null],
  ])('%s after %s is %s', (cron, from, expected) => {
    expect(next(cron, from)).toBe(expected);
  });

  it('follows a time zone through the change to summer time', () => {
    expect(next('0 9 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
    expect(next('0 9 * * *', '2026-03-27T12:00:00Z', 'Europe/Berlin')).toBe('2026-03-28T08:00:00.000Z');
  });

  it.each([['* * * *'], ['* * * * * *'], ['@every 5m'], ['61 * * * *'], ['nonsense'], ['']])('refuses %s', (cron) => {
    expect(parseCron(cron).ok).toBe(false);
  });

  it('refuses an unknown time zone', () => {
    expect(parseCron('0 9 * * *', 'Mars/Olympus').ok).toBe(false);
  });

  it('opens a window at its hit and closes it strictly before its duration is over', () => {
    const daily = parseCron('0 9 * * *');
    if (!daily.ok) throw new Error(daily.error);
    const isOpen = (time: string): boolean => isWindowOpen(daily, 3_600_000, Date.parse(time));
    expect(isOpen('2026-01-03T08:59:59Z')).toBe(false);
    expect(isOpen('2026-01-03T09:00:00Z')).toBe(true);
    expect(isOpen('2026-01-03T09:59:59Z')).toBe(true);
    expect(isOpen('2026-01-03T10:00:00Z')).toBe(false);
  });
});

describe('Go durations', () => {
  it.each([
    ['1h30m', 5400],
    ['90s', 90],
    ['1.5h', 5400],
    ['500ms', 0.5],
    ['0', 0],
    ['5', null],
    ['', null],
    ['1h ', null],
    ['h', null],
  ])('%s is %s', (text, seconds) => {
    expect(goDurationS(text as string)).toBe(seconds);
  });
});

describe('a schedule', () => {
  const policy: SchedulePolicy = {
    kind: 'schedule',
    originMs: Date.parse('2026-01-05T00:00:00Z'),
    windows: [
      { name: 'day', cron: '0 8 * * 1-5', timeZone: 'UTC', durationS: 36_000, replicas: 6 },
      { name: 'noon', cron: '0 12 * * *', timeZone: 'UTC', durationS: 3600, replicas: 9 },
    ],
    defaultReplicas: 1,
    min: 1,
    max: 8,
  };

  it('holds the largest open window within the bounds', () => {
    const at = (hour: number): number =>
      decideSchedule(
        null,
        { timeS: hour * 3600, currentReplicas: 1, readyReplicas: 1, unreadyReplicas: 0, metrics: {} },
        policy,
      ).desired;
    expect([7, 8, 12, 17, 18, 24 * 5 + 9].map(at)).toEqual([1, 6, 8, 6, 1, 1]);
  });
});

describe('predictive scaling', () => {
  const policy: PredictivePolicy = {
    kind: 'predictive',
    metric: 'load',
    targetPerReplica: 10,
    seasonS: 86_400,
    bucketS: 600,
    leadS: 1200,
    seasons: 3,
    margin: 0,
    min: 1,
    max: 50,
  };

  it('orders replicas a lead time before the load of earlier days returns', () => {
    let state: PredictiveState = INITIAL_PREDICTIVE_STATE;
    const counts: number[] = [];
    for (let timeS = 0; timeS < 2 * 86_400; timeS += 600) {
      const load = timeS % 86_400 >= 43_200 && timeS % 86_400 < 50_400 ? 100 : 10;
      const decision = decidePredictive(
        state,
        { timeS, currentReplicas: 1, readyReplicas: 1, unreadyReplicas: 0, metrics: { load } },
        policy,
      );
      state = decision.state;
      counts.push(decision.desired);
    }
    const noon = 43_200 / 600;
    expect(counts.slice(noon - 3, noon + 1)).toEqual([1, 1, 1, 10]);
    expect(counts.slice(144 + noon - 3, 144 + noon + 1)).toEqual([1, 10, 10, 10]);
  });

  it('stands on the present load where there is no history, and on history where there is no reading', () => {
    const observation = { timeS: 0, currentReplicas: 2, readyReplicas: 2, unreadyReplicas: 0, metrics: { load: 45 } };
    expect(decidePredictive(INITIAL_PREDICTIVE_STATE, observation, policy).desired).toBe(5);
    expect(decidePredictive(INITIAL_PREDICTIVE_STATE, { ...observation, metrics: {} }, policy).desired).toBe(2);
  });
});
