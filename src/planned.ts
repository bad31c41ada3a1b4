/** Verbs of the interface that are not built yet, by their first or first two words: they say so and exit with 2 instead of pretending. */
export const PLANNED: Readonly<Record<string, string>> = {
  init: 'a commented starter scenario',
  sweep: 'grids and Monte Carlo over scenario values',
  merge: 'joining the shards of a sweep',
  worker: 'a worker of a distributed sweep',
  history: 'growth and seasonality of a recorded series',
  'import prices': 'reading price lists',
  'import trace': 'reading request traces',
  'import bill': 'reading bills',
  'import metrics': 'reading recorded metrics',
  export: 'files for Kubernetes, Terraform and monitoring',
  completion: 'shell completion',
  doctor: 'a check of this installation',
};
