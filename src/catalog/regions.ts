/**
 * The region that is meant when a scenario names none. A convention of this catalog, not a fact about the provider: the region in which
 * the provider's list price is usually quoted, or the only one its rows have.
 */
const defaults: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  azure: 'eastus',
  gcp: 'us-central1',
  lambda: 'us-east-1',
  nebius: 'eu-north1',
  coreweave: 'us',
  crusoe: 'us',
  oci: 'all-commercial',
  runpod: 'any',
};

export const defaultRegion = (provider: string): string | undefined => defaults[provider];

/** Rows that stand for every region: OCI prices are the same in all commercial regions, RunPod's do not depend on one. */
const everywhere = new Set(['all-commercial', 'any']);

export const isEverywhere = (region: string): boolean => everywhere.has(region);

/** `East US` and `eastus` are the same Azure region. */
export const sameRegion = (a: string, b: string): boolean => plainRegion(a) === plainRegion(b);

const plainRegion = (region: string): string => region.toLowerCase().replaceAll(' ', '');

export interface RegionChoice {
  readonly region: string;
  /** True when the scenario named none. */
  readonly assumed: boolean;
  /** Why this one, as a sentence; empty when it was given. */
  readonly why: string;
}

/**
 * The region to price in: the one asked for (or a row that stands for all), the provider's default where none is asked for, and where
 * the type is not sold there, the first in alphabetical order that sells it. `undefined` when the one asked for does not sell it.
 */
export const chooseRegion = (
  provider: string,
  asked: string | undefined,
  sold: readonly string[],
): RegionChoice | undefined => {
  if (asked !== undefined) {
    const region = sold.find((each) => sameRegion(each, asked)) ?? sold.find(isEverywhere);
    return region === undefined ? undefined : { region, assumed: false, why: '' };
  }
  const usual = defaultRegion(provider);
  if (usual !== undefined && sold.includes(usual)) {
    return { region: usual, assumed: true, why: `no region given: ${usual} is the default for ${provider}` };
  }
  const first = [...sold].sort()[0];
  if (first === undefined) return undefined;
  const why = `no region given and not in the catalog for ${usual ?? `a default region of ${provider}`}: ${first} is the first that sells it`;
  return { region: first, assumed: true, why };
};
