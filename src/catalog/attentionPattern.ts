/** Which layers see a window (or keep a constant state), or why that cannot be told. */
export type AttentionPattern =
  | { readonly kind: 'full' }
  | { readonly kind: 'sliding'; readonly window: number; readonly layers: number }
  | { readonly kind: 'unreadable'; readonly why: string };

const partPattern = /^(full|sliding|linear)_attention:(\d+)$/;

interface Counts {
  readonly full: number;
  readonly sliding: number;
  readonly linear: number;
}

const countLayers = (pattern: string, layers: number): Counts | undefined => {
  if (pattern === 'all layers') return { full: 0, sliding: layers, linear: 0 };
  // as in Gemma: every sixth layer attends to everything, the rest of an incomplete group does not
  const cycle = /^(\d+) full per (\d+)$/.exec(pattern);
  if (cycle !== null && Number(cycle[2]) > 0) {
    const full = Math.floor(layers / Number(cycle[2])) * Number(cycle[1]);
    return { full, sliding: layers - full, linear: 0 };
  }
  const counts = { full: 0, sliding: 0, linear: 0 };
  for (const part of pattern.split(';')) {
    const match = partPattern.exec(part.trim());
    if (match === null) return undefined;
    counts[match[1] as keyof Counts] += Number(match[2]);
  }
  return counts;
};

/**
 * Reads `sliding_window` and `sliding_pattern` of a card: `all layers` (also when only a window is given), `1 full per 6`,
 * `full_attention:18;sliding_attention:18`, `full_attention:12;linear_attention:36` (linear layers keep a constant state: window 0), or
 * `unknown` (taken as full attention, an upper bound). A window as wide as the context is none.
 */
export const attentionPattern = (
  layers: number,
  window: number | undefined,
  pattern: string | undefined,
  maxContext: number | undefined,
): AttentionPattern => {
  if (pattern === 'unknown' || (window === undefined && pattern === undefined)) return { kind: 'full' };
  const counts = countLayers(pattern ?? 'all layers', layers);
  if (counts === undefined) {
    return {
      kind: 'unreadable',
      why: `"${pattern}" is none of: all layers, N full per M, full_attention:N;sliding_attention:M`,
    };
  }
  if (counts.full + counts.sliding + counts.linear !== layers) {
    return { kind: 'unreadable', why: `"${pattern}" does not add up to ${layers} layers` };
  }
  if (counts.sliding > 0 && counts.linear > 0) {
    return { kind: 'unreadable', why: `"${pattern}" mixes sliding and linear layers, which is not supported yet` };
  }
  if (counts.linear > 0) return { kind: 'sliding', window: 0, layers: counts.linear };
  if (counts.sliding === 0) return { kind: 'full' };
  if (window === undefined) return { kind: 'unreadable', why: `"${pattern}" needs sliding_window` };
  if (maxContext !== undefined && window >= maxContext) return { kind: 'full' };
  return { kind: 'sliding', window, layers: counts.sliding };
};
