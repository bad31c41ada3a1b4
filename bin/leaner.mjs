// Plugins of esbuild for the program: what it need not load to start.
import { readFileSync } from 'node:fs';

/** The screen stays a module of its own: it needs modules that wait while they load, which a script cannot. */
export const screenApart = {
  name: 'screen apart',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\/commands\/whatif\.js$/ }, () => ({ path: '../commands/whatif.js', external: true })),
};

/** Of Node itself, oclif asks for more than a run of a verb comes to use. */
export const builtinsWhenNeeded = {
  name: 'builtins when needed',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(child_process|perf_hooks|readline)$/ }, ({ path, importer }) =>
      importer.includes('@oclif') ? { path, namespace: 'when-needed' } : undefined,
    );
    onLoad({ filter: /./, namespace: 'when-needed' }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get: (_, key) => process.getBuiltinModule('${path}')[key] });`,
    }));
  },
};

/** oclif sorts the verbs at each start as a language would, and has the rules of the language read for it: a thirtieth of a short run. */
export const verbsInPlainOrder = {
  name: 'verbs in plain order',
  setup: ({ onLoad }) =>
    onLoad({ filter: /@oclif\/core\/lib\/config\/plugin\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace('a.id.localeCompare(b.id)', 'a.id < b.id ? -1 : 1');
      if (contents.includes('localeCompare'))
        throw new Error(`${path} sorts the verbs in another way than this build knows`);
      return { contents };
    }),
};
