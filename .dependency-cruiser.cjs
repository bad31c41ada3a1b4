/** The import rule of the house: each room may import the rooms named here and whatever those may import. */
const direct = {
  kernel: [],
  catalog: [],
  workload: ['kernel'],
  latency: ['catalog'],
  billing: ['catalog'],
  scenario: ['catalog', 'workload'],
  fleet: ['kernel', 'workload', 'latency', 'billing'],
  simulate: ['scenario', 'fleet'],
  plan: ['simulate'],
  validity: ['simulate'],
  engines: ['simulate'],
  report: ['plan'],
  export: ['plan'],
  import: ['catalog', 'workload'],
  tui: ['plan', 'engines', 'report'],
};
const reach = (room, seen = new Set()) => {
  for (const next of direct[room]) if (!seen.has(next)) (seen.add(next), reach(next, seen));
  return seen;
};
const rules = Object.keys(direct).map((room) => ({
  name: `${room}-imports-leftwards`,
  comment: `src/${room}/ may import ${[...reach(room)].join(', ') || 'nothing of ours'}; types of results may be imported everywhere.`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: [`^src/(${[room, ...reach(room)].join('|')})/`, '^src/(simulate/result|plan/results|latency/types|catalog/types|scenario/types)\\.ts$'],
  },
}));
module.exports = {
  forbidden: [
    ...rules,
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'commands-are-entries', severity: 'error', from: { pathNot: '^src/commands/' }, to: { path: '^src/commands/' } },
    { name: 'ink-only-in-tui', severity: 'error', from: { pathNot: '^src/tui/' }, to: { path: 'node_modules/(ink|react)/' } },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};
