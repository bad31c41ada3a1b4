/** Workers bundled from today's sources, as the build does it: a thread cannot load TypeScript. */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '..', '..');
// Inside the package, so that the worker finds its catalogs.
const FOLDER = join(ROOT, 'node_modules', '.plimsoll-test');

/** Bundles a source file of this repository and answers where the bundle is. */
export async function bundled(source: string, name: string): Promise<URL> {
  mkdirSync(FOLDER, { recursive: true });
  const outfile = join(FOLDER, `${name}-${process.pid}.mjs`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, source)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  return pathToFileURL(outfile);
}

export function discard(bundle: URL): void {
  rmSync(fileURLToPath(bundle), { force: true });
}
