import { setFlagsFromString } from 'node:v8';

/**
 * How much functions take in of those that they call, when they are compiled from now on, in all threads of the process: bytes of bytecode,
 * 920 in V8 unless told. The kernel is many small methods. Answers are the same bytes whatever is chosen.
 */
function inlineUpTo(bytes: number): void {
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${bytes}`);
}

/**
 * For long simulations: an engine's step is complete only at 4,000, and takes 7 to 14 % less time (`npm run bench:engine`). It takes 0.3 s
 * longer to compile, too, which other work should not pay for.
 */
export const inlineDeeply = (): void => inlineUpTo(4000);

/** For a process that ends after a short simulation: before large functions are compiled it would be over (`npm run bench -- --only ten`). */
export const inlineLittle = (): void => inlineUpTo(100);
