/** Reads drills as they are typed: `zone-loss@10min`, `spot-drought@5min+20min`, `traffic-spike-x3@10min+5min:chat`. */
import { duration } from './quantities.js';
import type { Drill } from './types.js';
import { parseQuantity } from './units.js';

export type ReadDrill =
  | { readonly ok: true; readonly drill: Drill }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const KINDS = ['zone-loss', 'spot-drought', 'stock-out', 'traffic-spike'] as const;
const EXAMPLES =
  'for example zone-loss@10min, spot-drought@5min+20min, stock-out@0min+30min, traffic-spike-x3@10min+5min, zone-loss@10min:us-gpu';

/** WHAT@WHEN, then how long it lasts behind a plus sign, then the pool or service that it strikes behind a colon. */
export function readDrill(text: string): ReadDrill {
  const wrong = (message: string, hint = EXAMPLES): ReadDrill => ({
    ok: false,
    message: `--drill ${text}: ${message}`,
    hint,
  });
  const parts = /^([^@]+)@([^+:]+)(?:\+([^:]+))?(?::(.+))?$/.exec(text.trim());
  if (!parts) return wrong('expected WHAT@WHEN');
  const [, what = '', when = '', long, target] = parts;
  const spike = /^traffic-spike-x(\d+(?:\.\d+)?)$/.exec(what);
  const kind = spike ? 'traffic-spike' : KINDS.find((each) => each === what);
  if (kind === undefined)
    return wrong(
      `no drill is named "${what}"`,
      `there are zone-loss, spot-drought, stock-out and traffic-spike-xN; ${EXAMPLES}`,
    );
  if (kind === 'traffic-spike' && !spike) return wrong('by how much?', 'for example traffic-spike-x3@10min+5min');
  const factor = spike ? Number(spike[1]) : 1;
  if (!(factor > 0 && factor <= 1000)) return wrong('a spike multiplies the rate by more than 0 and at most 1000');
  const at = parseQuantity(duration, when);
  if (!at.ok) return wrong(`when: ${at.message}`);
  if (at.value < 0) return wrong('the time counts from the start of the window and is not negative');
  const lasts = long === undefined ? undefined : parseQuantity(duration, long);
  if (lasts && !lasts.ok) return wrong(`how long: ${lasts.message}`);
  if (lasts?.ok && !(lasts.value > 0)) return wrong('it must last longer than no time');
  if (kind === 'traffic-spike' && !lasts) return wrong('how long?', 'for example traffic-spike-x3@10min+5min');
  return {
    ok: true,
    drill: {
      text: text.trim(),
      kind,
      at: at.value,
      factor,
      ...(lasts?.ok && { lasts: lasts.value }),
      ...(target !== undefined && { target }),
    },
  };
}
