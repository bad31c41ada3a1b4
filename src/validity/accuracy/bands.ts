/** Bands from errors of groups left out: what the product states of a question as far from what was measured as they were. */
import type { Band, Distance, Scope } from '../../latency/band.js';
import { leftOutBands } from '../../latency/profiles/bands.js';
import { weightedFactorOf80 } from '../calibrate/conformal.js';
import { type BandKind, bandKindOf } from '../fidelity/bandKind.js';
import type { LeftOutRow } from './leaveOut.js';
import { scoreKey } from './score.js';

/** Fewer rows than this in a scope say nothing: its present band stays. */
const leastRows = 20;
/** Tables of many rows speak louder, but not in proportion: a row weighs the size of its group to this power. */
const crowding = -0.5;

const kinds: readonly BandKind[] = ['tpot', 'ttft', 'e2e'];
const scopes = Object.keys(leftOutBands) as readonly Scope[];

/** The hardest thing about a question. */
const scopeOf = ({ unknownEra, hardware, newModel }: Distance): Scope => {
  if (unknownEra) return 'unknownEra';
  if (newModel) return 'newModel';
  if (hardware === 'other-vendor') return 'otherVendor';
  return hardware === 'new' ? 'newHardware' : 'sameHardware';
};

export interface DerivedBand {
  readonly scope: Scope;
  readonly band: Band;
  /** Rows behind each factor; 0 where the present one stays. */
  readonly rows: Readonly<Record<BandKind, number>>;
}

/** A factor of 80 % for each scope and kind of metric. Rows that no fit may learn from say nothing of bands either. */
export const deriveBands = (rows: readonly LeftOutRow[]): readonly DerivedBand[] => {
  const known = rows.filter(({ logError, learnt }) => Number.isFinite(logError) && learnt);
  const sizes = new Map<string, number>();
  for (const row of known) sizes.set(scoreKey(row), (sizes.get(scoreKey(row)) ?? 0) + 1);
  return scopes.map((scope): DerivedBand => {
    const derived = kinds.map((kind) => {
      const own = known.filter(
        ({ distance, metric }) => distance !== undefined && scopeOf(distance) === scope && bandKindOf(metric) === kind,
      );
      if (own.length < leastRows) return { kind, factor: leftOutBands[scope][kind], count: 0 };
      const factor = weightedFactorOf80(own.map((row) => [row.logError, sizes.get(scoreKey(row))! ** crowding]));
      return { kind, factor: Number(factor.toFixed(2)), count: own.length };
    });
    const record = (of: (each: (typeof derived)[number]) => number): Readonly<Record<BandKind, number>> =>
      Object.fromEntries(derived.map((each) => [each.kind, of(each)])) as Record<BandKind, number>;
    return { scope, band: record(({ factor }) => factor), rows: record(({ count }) => count) };
  });
};

const meanings: Readonly<Record<Scope, string>> = {
  sameHardware: 'Another family of models of a class that was measured with the engine’s era.',
  newHardware: 'Another device of a vendor that was measured with the engine’s era.',
  otherVendor: 'A vendor that was not.',
  newModel: 'A class of models that was not.',
  unknownEra: 'An era of the engine that was not.',
};

const line = ({ scope, band, rows }: DerivedBand): string => {
  const from = kinds.map((kind) => `${kind} ${rows[kind] === 0 ? 'as before' : rows[kind]}`).join(', ');
  const values = kinds.map((kind) => `${kind}: ${band[kind]}`).join(', ');
  return `  /** ${meanings[scope]} Rows: ${from}. */\n  ${scope}: { ${values} },`;
};

/** The source of the file of bands. */
export const bandsSource = (bands: readonly DerivedBand[], date: string): string => `/**
 * How far predictions are off, by how far a question is from what was measured: factors that contain 80 % of measured/predicted on
 * groups that the joint fit did not see. Written by \`npm run accuracy -- --bands FILE\`; ${date}.
 */
export const leftOutBands = {
${bands.map(line).join('\n')}
} as const;
`;
