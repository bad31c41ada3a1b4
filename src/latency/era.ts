import type { EngineName } from '../scenario/types.js';

/** Eras of an engine, oldest first, with the first version of each (major·1000 + minor) and when it came out (years). */
interface Era {
  readonly name: string;
  readonly fromVersion: number;
  readonly fromYear: number;
  /** Of the newest era: the last version that was measured. */
  readonly measuredTo?: number;
}

const eras: Readonly<Partial<Record<EngineName, readonly Era[]>>> = {
  vllm: [
    { name: '2023', fromVersion: 0, fromYear: 0 },
    { name: '2024', fromVersion: 3, fromYear: 2024 },
    { name: '2025', fromVersion: 7, fromYear: 2025 },
    // Asynchronous scheduling came on by default with 0.14 (release notes, 2026-01-20), which is what sets the era apart.
    { name: '0.15', fromVersion: 14, fromYear: 2026, measuredTo: 15 },
  ],
  'tensorrt-llm': [
    { name: '0.5-0.11', fromVersion: 0, fromYear: 0 },
    { name: '2024', fromVersion: 12, fromYear: 2024.6 },
    { name: '1.0', fromVersion: 1000, fromYear: 2025.3 },
    { name: '1.2', fromVersion: 1002, fromYear: 2025.9, measuredTo: 1003 },
  ],
  sglang: [{ name: '0.5', fromVersion: 0, fromYear: 0, measuredTo: 5 }],
};

export interface EraChoice {
  readonly era?: string;
  /** The version was absent or unreadable, so that the newest era was taken. */
  readonly assumed: boolean;
  /** The version is newer than any that was measured: it inherits the newest era. */
  readonly beyond?: true;
}

/** The era of an engine version: `0.15.1`, `v0.6`, `2024` (its end), `(2023-12-04)` or an era's own name. Absent: the newest. */
export const eraOf = (engine: EngineName, version: string | undefined): EraChoice => {
  const known = eras[engine];
  if (known === undefined) return { assumed: false };
  const newest = known[known.length - 1]!;
  if (version === undefined) return { era: newest.name, assumed: true };
  const named = known.find((era) => era.name === version);
  if (named !== undefined) return { era: named.name, assumed: false };
  const date = /(?:^|\D)(20\d\d)(?:-(\d\d))?(?:\D|$)/.exec(version);
  const semantic = /(\d+)\.(\d+)/.exec(version);
  const number = semantic === null ? undefined : Number(semantic[1]) * 1000 + Number(semantic[2]);
  const before = (era: Era): boolean =>
    date !== null
      ? era.fromYear <= Number(date[1]) + (date[2] === undefined ? 0.99 : (Number(date[2]) - 1) / 12)
      : number !== undefined && era.fromVersion <= number;
  const chosen = known.filter(before).at(-1);
  if (chosen === undefined) return { era: newest.name, assumed: true };
  const beyond = date === null && number !== undefined && number > (chosen.measuredTo ?? Number.POSITIVE_INFINITY);
  return { era: chosen.name, assumed: false, ...(beyond ? { beyond } : {}) };
};
