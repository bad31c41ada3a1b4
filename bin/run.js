#!/usr/bin/env node
import { load } from './load.js';

process.env.NODE_ENV ??= 'production';
await load().main(import.meta.url);
