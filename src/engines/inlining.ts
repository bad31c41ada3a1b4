import { setFlagsFromString } from 'node:v8';

/**
 * How much functions take in of those that they call, in bytes of bytecode. The kernel is many small methods.
 *
 * - `little`: for a process that ends after a short simulation, which would be over before large functions are compiled
 *   (`npm run bench -- --only ten`).
 * - `usual`: V8's own limit.
 * - `deep`: for long simulations. An engine's step is complete only here, and takes 7 to 14 % less time (`npm run bench:engine`). It takes
 *   0.3 s longer to compile, too, which other work should not pay for.
 */
const BYTES = { little: 100, usual: 920, deep: 4000 } as const;

let current: keyof typeof BYTES = 'usual';

/** Has functions compiled so from now on, in all threads of the process. Answers are the same bytes whatever is chosen. */
export function inline(depth: keyof typeof BYTES): void {
  if (depth === current) return;
  current = depth;
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${BYTES[depth]}`);
}
