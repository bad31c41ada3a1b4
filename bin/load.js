// Loads the program, which is one script so that V8's compiled code of it can be kept beside it: see compile.js.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const url = new URL('../dist/cli/main.cjs', import.meta.url);
const program = fileURLToPath(url);

/** Where the compiled code of the program is kept. */
export const compiled = `${program}.cache`;

/** What the program exports, and the script that it comes from. Code compiled by another version of Node is passed over. */
export function load() {
  const source = readFileSync(program, 'latin1');
  const script = new Script(
    `(function (module, exports, require, __filename, __dirname, importModule) {${source}\n})`,
    { filename: program, cachedData: kept() },
  );
  const module = { exports: {} };
  const run = script.runInThisContext();
  run(module, module.exports, createRequire(program), program, dirname(program), importModule);
  return { ...module.exports, script };
}

/** What `import()` does in the program: a script whose compiled code is kept cannot import by itself. */
const importModule = (specifier) => import(specifier.startsWith('.') ? new URL(specifier, url).href : specifier);

function kept() {
  try {
    return readFileSync(compiled);
  } catch {
    return undefined;
  }
}
