import type { Hash } from 'node:crypto';

/** A new SHA-256. Node loads its cryptography at the first call: most commands need none. */
export const sha256 = (): Hash => process.getBuiltinModule('node:crypto').createHash('sha256');
