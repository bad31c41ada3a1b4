#!/usr/bin/env node
// Runs the program as its arguments say and keeps the code that was compiled for it, which later starts of the same Node need not compile.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setFlagsFromString } = require('node:v8');
const { compiled, load } = require('./load.js');

const { main, script } = load();
process.once('exit', (code) => {
  // The code is kept under the flags of its process, and taken only by one of the same: those of a start, before load.js sets its own.
  setFlagsFromString('--semi-space-growth-factor=2');
  if (code === 0) writeFileSync(compiled, script.createCachedData());
});
main(join(__dirname, '..'));
