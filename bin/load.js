// Loads the program, which is one script so that V8's compiled code of it can be kept beside it: see compile.js.
const { closeSync, openSync, readSync, statSync } = require('node:fs');
const { createRequire } = require('node:module');
const { dirname, join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { setFlagsFromString } = require('node:v8');
const { Script } = require('node:vm');

const program = join(__dirname, '../dist/cli/main.cjs');

/** Where the compiled code of the program is kept. */
const compiled = `${program}.cache`;

/** What the program exports, and the script that it comes from. Code compiled by another version of Node is passed over. */
function load() {
  const memory = readInto(Buffer.allocUnsafeSlow(statSync(program).size), program);
  const source = memory.latin1Slice();
  // The script keeps the source and copies what it needs of the code: the same memory serves to read both.
  const script = new Script(source, { filename: program, cachedData: kept(memory) });
  const module = { exports: {} };
  const run = script.runInThisContext();
  run(module, module.exports, createRequire(program), program, dirname(program), importModule);
  // From here on garbage is collected a megabyte at a time: memory that a process has not touched yet costs more than collecting does.
  setFlagsFromString('--semi-space-growth-factor=1');
  return { ...module.exports, script };
}

/** What `import()` does in the program: a script whose compiled code is kept cannot import by itself. */
function importModule(specifier) {
  return import(specifier.startsWith('.') ? new URL(specifier, pathToFileURL(program)).href : specifier);
}

/** The compiled code, in `memory` if it fits; nothing if there is none. */
function kept(memory) {
  try {
    const { size } = statSync(compiled);
    return readInto(size <= memory.length ? memory.subarray(0, size) : Buffer.allocUnsafeSlow(size), compiled);
  } catch {
    return undefined;
  }
}

function readInto(buffer, file) {
  const descriptor = openSync(file, 'r');
  try {
    let read = 0;
    while (read < buffer.length) {
      const more = readSync(descriptor, buffer, read, buffer.length - read, null);
      if (more === 0) break;
      read += more;
    }
    return buffer.subarray(0, read);
  } finally {
    closeSync(descriptor);
  }
}

module.exports = { compiled, load };
