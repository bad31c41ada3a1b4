#!/usr/bin/env node
process.env.NODE_ENV ??= 'production';
const { main } = await import('../dist/main.js');
await main(import.meta.url);
