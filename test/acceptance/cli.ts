/** Runs the built command line as a user does: `bin/run.js` in its own process, never a function of ours. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'bin/run.js');

export interface Answer {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Kills the process after this long, so that a hang fails its test and not the suite. */
  readonly timeoutMs?: number;
  /** Called with the process once it runs. */
  readonly whenStarted?: (process: { readonly kill: (signal: NodeJS.Signals) => boolean }) => void;
}

/** Exit code and both streams of one call; the input is closed, no stream is a terminal. */
export function plimsoll(args: readonly string[], options: RunOptions = {}): Promise<Answer> {
  if (!existsSync(join(ROOT, 'dist/cli/main.cjs'))) {
    throw new Error('dist/ is missing: run `npm run build` (npm ci does it) before the acceptance tests');
  }
  const { NODE_ENV: _env, VITEST: _vitest, NODE_OPTIONS: _options, FORCE_COLOR: _colour, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: options.cwd ?? ROOT,
      env: { ...env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.timeoutMs ?? 120_000,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
    options.whenStarted?.(child);
  });
}

/** A folder for one test file, gone when its tests are done. */
export function scratch(): {
  readonly path: (name: string) => string;
  readonly file: (name: string, text: string | Uint8Array) => string;
} {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-acceptance-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    file: (name, text) => {
      writeFileSync(path(name), text);
      return path(name);
    },
  };
}

export const SCENARIOS = [
  'support-assistant',
  'embedding-cpu',
  'tpu-summariser',
  'queue',
  'rag-pipeline',
  'two-regions',
  'disaggregated',
  'chat-hpa',
  'keda-scale-to-zero',
  'spot-fallback',
  'shared-pool',
  'interactive-and-batch',
  'document-reader',
  'adapters-on-slices',
] as const;
export const FLAGSHIP = 'scenarios/support-assistant.yaml';

/** A trace of a stack, wherever it stands: what a user must never see. */
export const STACK = /^\s+at .+:\d+:\d+\)?$/m;
