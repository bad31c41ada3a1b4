import { known, numberIn, provenanceOf } from './fields.js';
import { matchesWords } from './lookup.js';
import type { Catalog } from './open.js';
import type { Row } from './table.js';
import type { Accelerator, MigProfile } from './types.js';

const profileFromRow = (row: Row): MigProfile => {
  const count = (column: string): number => numberIn(row, column) ?? 1;
  const [sms, ofSms] = [numberIn(row, 'sms'), numberIn(row, 'of_sms')];
  const [computeSlices, ofComputeSlices] = [count('compute_slices'), count('of_compute_slices')];
  return known<MigProfile>({
    ...provenanceOf(row),
    accelerator: row['accelerator'] ?? '',
    profile: row['profile'] ?? '',
    computeSlices,
    ofComputeSlices,
    computeShare: sms !== undefined && ofSms !== undefined ? sms / ofSms : computeSlices / ofComputeSlices,
    memoryShare: count('memory_slices') / count('of_memory_slices'),
    memoryGiB: numberIn(row, 'memory_gib'),
    instances: count('instances'),
  });
};

/** The profiles of an accelerator, smallest first; none where it cannot be cut. */
export const migProfiles = (catalog: Catalog, accelerator: string): readonly MigProfile[] =>
  catalog.rowsOf('mig_profiles', accelerator).map(profileFromRow);

/** Profiles whose accelerator and name contain every word of `text`, in catalog order. */
export const listMigProfiles = (catalog: Catalog, text = ''): readonly MigProfile[] =>
  catalog
    .rows('mig_profiles')
    .map(profileFromRow)
    .filter((each) => matchesWords(`${each.accelerator} ${each.profile}`, text));

/** Accelerators that can be cut. */
export const migAccelerators = (catalog: Catalog): readonly string[] => [
  ...new Set(catalog.rows('mig_profiles').map((row) => row['accelerator'] ?? '')),
];

/** The profile that a scenario names: `3g.40gb`, or `3/7` for the smallest of so many slices of compute. */
export const migProfile = (profiles: readonly MigProfile[], name: string): MigProfile | undefined => {
  const wanted = name.trim().toLowerCase();
  const slices = /^(\d+)\s*\/\s*(\d+)$/.exec(wanted);
  if (slices === null) return profiles.find(({ profile }) => profile === wanted);
  return profiles.find(
    (each) => each.computeSlices === Number(slices[1]) && each.ofComputeSlices === Number(slices[2]),
  );
};

/** A slice as an accelerator of its own: its shares of arithmetic, memory and bandwidth, and no link to others. */
export const sliceOf = ({ linkGBps: _, ...whole }: Accelerator, mig: MigProfile): Accelerator => ({
  ...whole,
  name: `${whole.name} ${mig.profile}`,
  partOf: whole.name,
  tflops: Object.fromEntries(
    Object.entries(whole.tflops).map(([unit, peak]) => [unit, peak * mig.computeShare]),
  ) as Accelerator['tflops'],
  ...known<Pick<Accelerator, 'memoryGiB' | 'bandwidthGBps'>>({
    memoryGiB: mig.memoryGiB ?? (whole.memoryGiB === undefined ? undefined : whole.memoryGiB * mig.memoryShare),
    bandwidthGBps: whole.bandwidthGBps === undefined ? undefined : whole.bandwidthGBps * mig.memoryShare,
  }),
  interconnect: 'none',
  scaleUpDomain: 1,
});
