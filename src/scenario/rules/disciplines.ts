import type { Path } from '../path.js';
import type { Finding } from '../source.js';
import { type Data, has, isMap, maps, type Rule } from './rule.js';
import { eachStation } from './stations.js';

/** Why a key of a station has no effect beside the others, where it has none. */
interface Idle {
  readonly key: string;
  readonly when: (station: Data) => boolean;
  readonly message: string;
  readonly hint: string;
}

const isSharing = ({ discipline }: Data): boolean => discipline === 'ps';
/** Everybody is served at once, so that nobody waits. */
const isEndless = (station: Data): boolean => station['servers'] === 'infinite' && !has(station, 'setup_time');

const IDLE: readonly Idle[] = [
  ...['sharing_limit', 'load_dependent_rate'].map((key) => ({
    key,
    when: (station: Data) => !isSharing(station),
    message: `${key} has an effect only with discipline: ps`,
    hint: 'add discipline: ps',
  })),
  {
    key: 'servers',
    when: (station) => isSharing(station) && has(station, 'load_dependent_rate'),
    message: 'load_dependent_rate says how fast the station is: servers have no effect beside it',
    hint: 'remove servers',
  },
  {
    key: 'sharing_limit',
    when: (station) =>
      isSharing(station) &&
      !has(station, 'load_dependent_rate') &&
      Number(station['sharing_limit']) < Number(station['servers'] ?? 1),
    message: 'fewer requests may share than there are servers, so that some servers are never used',
    hint: 'write servers no greater than sharing_limit',
  },
  {
    key: 'patience',
    when: (station) => isSharing(station) && !has(station, 'sharing_limit'),
    message: 'patience has no effect: under processor sharing nobody waits',
    hint: 'remove it, or use fcfs',
  },
  {
    key: 'patience',
    when: isEndless,
    message: 'patience has no effect: before infinite servers nobody waits',
    hint: 'remove it, or give a number of servers',
  },
  {
    key: 'batching',
    when: isEndless,
    message: 'batching has no effect: before infinite servers nobody waits to be taken together',
    hint: 'give a number of servers',
  },
  {
    key: 'discipline',
    when: (station) =>
      isEndless(station) &&
      station['discipline'] !== 'fcfs' &&
      !(isSharing(station) && (has(station, 'sharing_limit') || has(station, 'load_dependent_rate'))),
    message: 'the discipline has no effect: before infinite servers nobody waits',
    hint: 'remove it, or give a number of servers',
  },
  {
    key: 'discipline',
    when: (station) =>
      has(station, 'batching') &&
      ['ps', 'preemptive-lcfs', 'preemptive-priority'].includes(String(station['discipline'])),
    message: 'a batch is served as a whole: it is neither shared nor interrupted',
    hint: 'use fcfs, lcfs or priority with batching',
  },
];

/** Keys that would have no effect on their station are refused. */
export const idleStationKeys: Rule = (data) =>
  eachStation(data).flatMap(({ path, value }) =>
    IDLE.filter(({ key, when }) => has(value, key) && when(value)).map(
      ({ key, message, hint }): Finding => ({ code: 'E1303', path: [...path, key], at: 'key', message, hint }),
    ),
  );

/** What a queue cannot make of a closed population. */
export const closedPopulations: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const [traffic] = maps(value, 'traffic');
    const [users] = maps(value, 'traffic.users');
    if (value['kind'] !== 'queue' || !traffic || !users) return [];
    const at: Path = [...path, 'traffic'];
    const findings: Finding[] = [];
    if (has(traffic.value, 'batch_size')) {
      const message = 'users ask one request at a time: batch_size belongs to a rate';
      findings.push({ code: 'E1303', path: [...at, 'batch_size'], at: 'key', message, hint: 'remove it' });
    }
    if (has(users.value, 'turns')) {
      const message = 'turns have an effect only on prompts (kind: llm)';
      findings.push({ code: 'E1303', path: [...at, 'users', 'turns'], at: 'key', message, hint: 'remove it' });
    }
    if (!isNoTime(users.value['think_time'] ?? 0)) return findings;
    const stations = eachStation(data).filter((station) => station.path[1] === path[1]);
    const full = stations.find(({ value: { capacity } }) => Number(capacity) < Number(users.value['concurrent']));
    if (full !== undefined) {
      const message = 'users who are turned away ask again at once, for ever: they need a think_time';
      const hint = 'add think_time to users, or leave capacity out';
      findings.push({ code: 'E1303', path: [...full.path, 'capacity'], at: 'key', message, hint });
    }
    if (stations.length > 0 && stations.every((station) => isNoTime(station.value['service_time']))) {
      const message = 'users who are served in no time and do not think ask for ever at time 0';
      const hint = 'give users a think_time, or the service a service_time';
      findings.push({ code: 'E1303', path: [...at, 'users'], at: 'key', message, hint });
    }
    return findings;
  });

/** A duration, or a distribution with a mean, that is zero. */
const isNoTime = (stated: unknown): boolean => {
  const mean = isMap(stated) ? stated['mean'] : stated;
  return (typeof mean === 'string' || typeof mean === 'number') && Number.parseFloat(String(mean)) === 0;
};
