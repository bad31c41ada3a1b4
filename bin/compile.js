#!/usr/bin/env node
// Runs the program as its arguments say and keeps the code that was compiled for it, which later starts of the same Node need not compile.
import { writeFileSync } from 'node:fs';
import { compiled, load } from './load.js';

const { main, script } = load();
process.once('exit', (code) => {
  if (code === 0) writeFileSync(compiled, script.createCachedData());
});
await main(import.meta.url);
