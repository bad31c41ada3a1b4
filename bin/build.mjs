#!/usr/bin/env node
// Builds dist/: the program with its compiled code, one entry per command (shared code in chunks), the library, the workers, the catalog
// index, the oclif manifest.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { builtinsWhenNeeded, screenApart, verbsInPlainOrder } from './leaner.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const finished = join(root, 'dist');
// A failed build leaves the last good one in place.
const dist = join(root, '.dist-building');

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

// A command is a file with a default export; the others are what commands share.
const commands = walk(join(root, 'src/commands')).filter((file) =>
  /^export default class/m.test(readFileSync(file, 'utf8')),
);
const optional = [
  'src/index.ts',
  'src/validity/accuracy.ts',
  'src/validity/conformance.ts',
  'src/validity/conformanceWorker.ts',
  'src/catalog/buildIndex.ts',
];
const entryPoints = Object.fromEntries([
  ...commands.map((file) => [relative(join(root, 'src'), file).replace(/\.tsx?$/, ''), file]),
  ...optional
    .filter((file) => existsSync(join(root, file)))
    .map((file) => [file.replace(/^.*\//, '').replace(/\.ts$/, ''), join(root, file)]),
  ['simulateWorker', join(root, 'src/engines/simulateWorker.ts')],
  ['whatifWorker', join(root, 'src/tui/world/worker.ts')],
]);

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const settings = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  sourcemap: false,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  // Packages that are large, optional or only used on few paths stay outside and load on demand.
  external: ['typescript', 'piscina', 'vega', 'vega-lite', 'bullmq'],
  alias: {
    'react-devtools-core': join(root, 'bin/empty.mjs'),
    tinyglobby: join(root, 'bin/leftOut.js'),
    minimatch: join(root, 'bin/leftOut.js'),
    'wsl-utils': join(root, 'bin/leftOut.js'),
  },
};

await build({
  ...settings,
  entryPoints,
  outdir: dist,
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  define: { 'process.env.NODE_ENV': '"production"' },
  banner: {
    // CommonJS packages inside an ES module bundle need these three.
    js: "import{createRequire as __cr}from'node:module';import{fileURLToPath as __fu}from'node:url';import{dirname as __dn}from'node:path';const require=__cr(import.meta.url);const __filename=__fu(import.meta.url);const __dirname=__dn(__filename);",
  },
});

// The program: one script, whose compiled code can be kept.
const { outputFiles } = await build({
  ...settings,
  write: false,
  minifyWhitespace: true,
  entryPoints: [join(root, 'src/main.ts')],
  outfile: join(dist, 'cli/main.cjs'),
  format: 'cjs',
  define: { 'process.env.NODE_ENV': '"production"', 'import.meta.url': 'moduleUrl' },
  banner: { js: "const moduleUrl=require('node:url').pathToFileURL(__filename).href;" },
  plugins: [screenApart, builtinsWhenNeeded, verbsInPlainOrder],
});

mkdirSync(join(dist, 'cli'));
// The script is a function that is handed what a module has, and its `import()`: see load.js.
const handed = 'module, exports, require, __filename, __dirname, importModule';
const body = outputFiles[0].text.replaceAll(/\bimport\(/g, 'importModule(');
writeFileSync(join(dist, 'cli/main.cjs'), `(function (${handed}) {${body}\n})`);

if (existsSync(join(dist, 'buildIndex.js'))) {
  const { buildCatalogIndex } = await import(pathToFileURL(join(dist, 'buildIndex.js')).href);
  buildCatalogIndex(root, join(dist, 'catalog'));
}

rmSync(finished, { recursive: true, force: true });
renameSync(dist, finished);

// The manifest spares oclif from loading every command to know its flags.
if (commands.length > 0) {
  const { Plugin } = await import('@oclif/core/config');
  const plugin = new Plugin({
    root,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  writeFileSync(join(root, 'oclif.manifest.json'), JSON.stringify(plugin.manifest, null, 1));
}

// A run that needs what most verbs need compiles it. Without, the build is as good, and its program takes 0.1 s longer to start.
const sample = ['simulate', join(root, 'scenarios/support-assistant.yaml'), '--set', 'window="5 min"', '--quiet'];
spawnSync(process.execPath, [join(root, 'bin/compile.js'), ...sample], { stdio: ['ignore', 'ignore', 'inherit'] });

// Type declarations for those who use Plimsoll as a library.
if (existsSync(join(root, 'src/index.ts')) && existsSync(join(root, 'node_modules/.bin/tsc'))) {
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      '--noEmit',
      'false',
      '--emitDeclarationOnly',
      '--declaration',
      '--rootDir',
      'src',
      '--outDir',
      'dist/types',
      '--allowImportingTsExtensions',
      'false',
      'src/index.ts',
      '--ignoreConfig',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--skipLibCheck',
      '--strict',
      '--types',
      'node',
      '--jsx',
      'react-jsx',
    ],
    { cwd: root, stdio: 'inherit' },
  );
}
