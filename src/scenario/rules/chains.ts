import { formatPath, type Path } from '../path.js';
import type { Finding } from '../source.js';
import { didYouMean } from '../suggest.js';
import { type Data, has, isMap, maps, type Rule } from './rule.js';
import { shareOf } from './shares.js';

/** Keys of a service that describe its only station. */
const OF_ONE_STATION = [
  'service_time',
  'servers',
  'discipline',
  'capacity',
  'patience',
  'setup_time',
  'sharing_limit',
  'load_dependent_rate',
  'batching',
  'feedback',
] as const;

/** A queue is one station, described by the keys of the service, or several under `stations`. */
export const oneOrSeveralStations: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    if (value['kind'] !== 'queue') return [];
    if (!has(value, 'stations')) return singleStation(path, value);
    if (isMap(value['stations']) && Object.keys(value['stations']).length === 0) {
      const at: Path = [...path, 'stations'];
      return [{ code: 'E1201', path: at, at: 'key', message: `${formatPath(at)} has no stations`, hint: EXAMPLE }];
    }
    return OF_ONE_STATION.filter((key) => has(value, key)).map((key): Finding => {
      const hint =
        key === 'feedback'
          ? 'write next: { NAME: 0.2 } at the station from which requests return'
          : 'move it into the stations';
      const message = `"${key}" belongs to each of the stations of ${formatPath(path)}`;
      return { code: 'E1303', path: [...path, key], at: 'key', message, hint };
    });
  });

const EXAMPLE = 'for example stations: { search: { service_time: 80 ms, next: rank }, rank: { service_time: 30 ms } }';

const singleStation = (path: Path, value: Data): readonly Finding[] => {
  const missing: Finding = {
    code: 'E1201',
    path: [...path, 'service_time'],
    at: 'key',
    message: `"service_time" is missing in ${formatPath(path)}`,
    hint: 'expected a distribution such as { distribution: exponential, mean: 100 ms }, a plain duration, or stations',
  };
  const lonely: Finding = {
    code: 'E1303',
    path: [...path, 'entry'],
    at: 'key',
    message: 'entry has an effect only with stations',
  };
  return [...(has(value, 'service_time') ? [] : [missing]), ...(has(value, 'entry') ? [lonely] : [])];
};

/** One `next` or `entry`: where it stands, and the probability of each station that it names. */
interface Towards {
  readonly path: Path;
  readonly isName: boolean;
  readonly shares: ReadonlyMap<string, number>;
}

/** Stations exist by the names that requests are sent to, probabilities add up, everybody can come and leave. */
export const routesAreWhole: Rule = (data) =>
  maps(data, 'services.*').flatMap(({ path, value }): readonly Finding[] => {
    const { stations, entry } = value;
    const names = isMap(stations) ? Object.keys(stations) : [];
    if (!isMap(stations) || names.length === 0) return [];
    const onward = new Map(
      Object.entries(stations).map(([name, station]) => [
        name,
        towards([...path, 'stations', name, 'next'], isMap(station) ? station['next'] : undefined),
      ]),
    );
    const first = towards([...path, 'entry'], entry ?? names[0]);
    const all = [first, ...onward.values()];
    // What is no probability is reported by the schema, and has no sum.
    if (all.some(({ shares }) => [...shares.values()].some((share) => !(share > 0 && share <= 1)))) return [];
    const wrong = all.flatMap((each) => [...unknownNames(each, names), ...sums(each)]);
    const total = sumOf(first);
    if (wrong.length === 0 && total < 1 - TOLERANCE) {
      const message = `the probabilities of entry sum to ${shown(total)}, not 1`;
      return [{ code: 'E1303', path: first.path, message, hint: 'everybody has to come in somewhere' }];
    }
    return wrong.length > 0 ? wrong : reachability([...path, 'stations'], first, onward);
  });

/** Room for rounding in probabilities that are to sum to one. */
const TOLERANCE = 1e-6;

/** What cannot be read has no shares: the schema reports it. */
const towards = (path: Path, stated: unknown): Towards => {
  if (typeof stated === 'string') return { path, isName: true, shares: new Map([[stated, 1]]) };
  const entries = isMap(stated) ? Object.entries(stated) : [];
  return { path, isName: false, shares: new Map(entries.map(([name, share]) => [name, shareOf(share)])) };
};

const unknownNames = ({ path, isName, shares }: Towards, names: readonly string[]): readonly Finding[] =>
  [...shares.keys()]
    .filter((name) => !names.includes(name))
    .map((name) => ({
      code: 'E1302',
      ...(isName ? { path } : { path: [...path, name], at: 'key' }),
      message: `no station is named "${name}"`,
      hint: didYouMean(name, names, 'stations'),
    }));

const sumOf = ({ shares }: Towards): number => [...shares.values()].reduce((sum, share) => sum + share, 0);

const shown = (total: number): number => Number(total.toPrecision(6));

const sums = (each: Towards): readonly Finding[] => {
  const total = sumOf(each);
  if (!(total > 1 + TOLERANCE)) return [];
  const message = `the probabilities in ${formatPath(each.path)} sum to ${shown(total)}, more than 1`;
  return [{ code: 'E1303', path: each.path, message, hint: 'what is left to 1 leaves the system' }];
};

const reachability = (path: Path, first: Towards, onward: ReadonlyMap<string, Towards>): readonly Finding[] => {
  const leaving = [...onward].filter(([, each]) => !(sumOf(each) >= 1 - TOLERANCE)).map(([name]) => name);
  const sendersTo = (name: string): string[] =>
    [...onward].flatMap(([from, { shares }]) => (shares.has(name) ? [from] : []));
  const reached = closure([...first.shares.keys()], (name) => [...(onward.get(name)?.shares.keys() ?? [])]);
  const freed = closure(leaving, sendersTo);
  const idle = [...onward.keys()].filter((name) => !reached.has(name));
  const [trap] = [...reached].filter((name) => !freed.has(name));
  return [
    ...idle.map(
      (name): Finding => ({
        code: 'E1303',
        path: [...path, name],
        at: 'key',
        message: `no request ever comes to "${name}"`,
        hint: 'name it in the next of a station or in entry, or remove it',
      }),
    ),
    ...(trap === undefined ? [] : [noExit([...path, trap, 'next'], trap)]),
  ];
};

const noExit = (path: Path, name: string): Finding => ({
  code: 'E1303',
  path,
  message: `requests that come to "${name}" never leave`,
  hint: 'leave next out at the last station, or let its probabilities sum to less than 1',
});

/** All that can be come to from `start`. */
const closure = (start: readonly string[], from: (name: string) => readonly string[]): ReadonlySet<string> => {
  const found = new Set(start);
  for (const name of found) for (const next of from(name)) found.add(next);
  return found;
};
