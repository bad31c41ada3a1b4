#!/usr/bin/env node
// Runs the program as its arguments say and keeps the code that was compiled for it, which later starts of the same Node need not compile.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const v8 = require('node:v8');

// V8 takes code only under the options that it was kept under: those of a start, before the program sets its own.
v8.setFlagsFromString = () => {};

const { compiled, load } = require('./load.js');
const { main, script } = load();
process.once('exit', (code) => {
  if (code === 0) writeFileSync(compiled, script.createCachedData());
});
main(join(__dirname, '..'));
