import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { shapeNames } from '../workload/shapes.js';
import type { Path } from './path.js';
import { find } from './path.js';
import type { Finding } from './source.js';

/** Files that a scenario refers to, read beforehand or on demand; paths are as written in the scenario. */
export interface Files {
  /** The absolute path, for later readers. */
  readonly resolve: (path: string) => string;
  readonly exists: (path: string) => boolean;
  /** Text of a small file; undefined when it cannot be read. */
  readonly read: (path: string) => string | undefined;
}

/** For parsing without a disk: nothing exists. */
export const noFiles: Files = { resolve: (path) => path, exists: () => false, read: () => undefined };

const REFERENCES = [
  'calibration',
  'services.*.traffic.trace',
  'services.*.traffic.prompt_tokens.histogram',
  'services.*.traffic.output_tokens.histogram',
  'jobs.*.prompt_tokens.histogram',
  'jobs.*.output_tokens.histogram',
  'services.*.service_time.file',
  'services.*.patience.file',
  'services.*.setup_time.file',
  'services.*.stations.*.service_time.file',
  'services.*.stations.*.patience.file',
  'services.*.stations.*.setup_time.file',
  'services.*.traffic.users.think_time.file',
  'pools.*.autoscaler.manifest',
  'services.*.autoscaler.manifest',
  'growth.*.file',
] as const;

/** Whether a shape is given as a file rather than by name. */
export const isShapeFile = (shape: string): boolean => !shapeNames.includes(shape) && /[./\\]/.test(shape);

/** Every file that the scenario names and that is not there. */
export const missingFiles = (data: unknown, files: Files): readonly Finding[] => {
  const references = REFERENCES.flatMap((pattern) => find(data, pattern));
  const shapes = find(data, 'services.*.traffic.shape').filter(
    ({ value }) => typeof value === 'string' && isShapeFile(value),
  );
  const listed = find(data, 'calibration.*').filter(({ path }) => typeof path[1] === 'number');
  return [...references, ...shapes, ...listed].flatMap(({ path, value }) =>
    typeof value === 'string' && !files.exists(value) ? [absent(path, value)] : [],
  );
};

const absent = (path: Path, file: string): Finding => ({
  code: 'E1401',
  path,
  message: `the file "${file}" does not exist`,
  hint: 'paths are relative to the scenario file',
});

/** Reads bytes as UTF-8 text; undefined for binary content. */
export const decode = (bytes: Uint8Array): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Files on disk, relative to the folder of a scenario. */
export const filesBeside = (path: string): Files => {
  const absolute = (file: string): string => resolve(dirname(path), file);
  return {
    resolve: absolute,
    exists: (file) => existsSync(absolute(file)) && statSync(absolute(file)).isFile(),
    read: (file) => {
      try {
        return decode(readFileSync(absolute(file)));
      } catch {
        return undefined;
      }
    },
  };
};
