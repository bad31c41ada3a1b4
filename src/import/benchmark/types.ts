/** What the readers of benchmark results hand on: one run with what its file says of it, in the units of measurement tables. */

/** Statistics by the names of measurement tables (`ttft_p99_ms`); only those measured and above 0. */
export type Metrics = Readonly<Record<string, number>>;

/** How the client sent its requests. */
export interface Sent {
  /** Requests per second; `Infinity` where nothing held the client back. */
  readonly requestRate?: number;
  /** Requests under way at once, at most. */
  readonly concurrency?: number;
  readonly arrivals?: string;
  /** Requests sent, and answered per second. */
  readonly requests?: number;
  readonly answeredPerS?: number;
  /** The backlog never ran dry: the client kept sending until its time was up. */
  readonly isEndless?: boolean;
}

export interface BenchmarkRun {
  /** Where it stands in its file: `benchmarks[2]`; empty for a file of one run. */
  readonly place: string;
  readonly line: number;
  readonly sent: Sent;
  readonly model?: string;
  readonly framework?: string;
  /** Mean lengths, tokens. */
  readonly promptTokens?: number;
  readonly outputTokens?: number;
  readonly sharedPrefixTokens?: number;
  readonly metrics: Metrics;
  /** What the reader had to leave out or reinterpret, in words. */
  readonly notes: readonly string[];
}

/** One document of a file: a JSON or YAML value with the line where it begins, or the cells of a CSV. */
export interface Document {
  /** Path of the file as given. */
  readonly file: string;
  readonly line: number;
  readonly value: unknown;
}

/** A file that is a benchmark's but cannot be used, and what could. */
export interface Unusable {
  readonly message: string;
  readonly hint: string;
}

/** A tool whose results can be read. */
export interface Format {
  /** As shown to people, with the dataset name that its rows get. */
  readonly tool: string;
  readonly dataset: string;
  readonly recognises: (value: unknown) => boolean;
  readonly read: (document: Document, context: readonly Document[]) => readonly BenchmarkRun[] | Unusable;
}

export const isUnusable = (read: readonly BenchmarkRun[] | Unusable): read is Unusable => !Array.isArray(read);
