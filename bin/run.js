#!/usr/bin/env node
// CommonJS, as package.json of this folder says: Node's loader of ES modules alone takes longer to start than a scenario to read.
const { join } = require('node:path');
const { load } = require('./load.js');

process.env.NODE_ENV ??= 'production';
load().main(join(__dirname, '..'));
