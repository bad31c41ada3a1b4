/** llm-d Workload Variant Autoscaler, replica targets for each variant. Source: llm-d internal/saturation/analyzer.go (2026). */
export interface Variant {
  readonly name: string;
  readonly cost: number;
  /** Replicas that report metrics. */
  readonly replicaCount: number;
}

export interface VariantState {
  readonly name: string;
  readonly current: number;
  /** 0: none set yet. */
  readonly desired: number;
  readonly pending: number;
}

const NO_STATE: Omit<VariantState, 'name'> = { current: 0, desired: 0, pending: 0 };

/**
 * One step at a time: the cheapest variant grows by one, the dearest shrinks by one. While any variant is in transition
 * (its desired or reporting count differs from the current one) nothing is decided for the whole model.
 */
export function variantTargets(
  analysis: { readonly shouldScaleUp: boolean; readonly scaleDownSafe: boolean },
  variants: readonly Variant[],
  states: readonly VariantState[],
): Readonly<Record<string, number>> {
  if (variants.length === 0) return Object.fromEntries(states.map((state) => [state.name, state.current]));
  const stateOf = (name: string): Omit<VariantState, 'name'> => states.find((state) => state.name === name) ?? NO_STATE;
  const isScaling = (name: string): boolean =>
    stateOf(name).desired !== 0 && stateOf(name).desired !== stateOf(name).current;
  const isInTransition = variants.some(
    ({ name, replicaCount }) => isScaling(name) || replicaCount !== stateOf(name).current,
  );
  if (isInTransition) {
    return Object.fromEntries(
      variants.map(({ name }) => [name, isScaling(name) ? stateOf(name).desired : stateOf(name).current]),
    );
  }
  const chosen = analysis.shouldScaleUp
    ? extreme(
        variants.filter(({ name }) => stateOf(name).pending <= 0),
        cheaper,
      )
    : analysis.scaleDownSafe
      ? extreme(
          variants.filter(({ replicaCount }) => replicaCount > 1),
          dearer,
        )
      : undefined;
  const step = analysis.shouldScaleUp ? 1 : -1;
  return Object.fromEntries(
    variants.map(({ name, replicaCount }) => [name, replicaCount + (name === chosen?.name ? step : 0)]),
  );
}

function extreme(variants: readonly Variant[], isBetter: (a: Variant, b: Variant) => boolean): Variant | undefined {
  return variants.reduce<Variant | undefined>(
    (best, variant) => (best === undefined || isBetter(variant, best) ? variant : best),
    undefined,
  );
}

/** Ties go by name, so that the choice is stable. */
function cheaper(a: Variant, b: Variant): boolean {
  return a.cost < b.cost || (a.cost === b.cost && a.name < b.name);
}

function dearer(a: Variant, b: Variant): boolean {
  return a.cost > b.cost || (a.cost === b.cost && a.name > b.name);
}
