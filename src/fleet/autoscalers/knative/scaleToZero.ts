/** When a revision that nobody wants is taken to zero. Source: knative/serving pkg/reconciler/autoscaling/kpa/scaler.go (2026). */
export interface ZeroSettings {
  readonly stableWindowS: number;
  /** `scale-to-zero-grace-period`: time for the activator to get into the request path. */
  readonly gracePeriodS: number;
  /** `scale-to-zero-pod-retention-period`: how long the last pod stays at least. */
  readonly podRetentionS: number;
  readonly isScaleToZeroEnabled: boolean;
}

/** How long the revision has been in which phase. */
export interface ZeroState {
  readonly phase: 'active' | 'inactive';
  readonly sinceS: number;
}

export interface ZeroDecision {
  readonly replicas: number;
  readonly state: ZeroState;
  readonly why: string;
}

/** Turns a wish for zero into a count: active for a stable window first, then the grace or retention period. */
export function scaleToZero(
  settings: ZeroSettings,
  state: ZeroState,
  look: { readonly timeS: number; readonly desired: number; readonly minScale: number },
): ZeroDecision {
  const active: ZeroState = state.phase === 'active' ? state : { phase: 'active', sinceS: look.timeS };
  if (look.desired > 0) return { replicas: look.desired, state: active, why: 'pods are wanted' };
  if (look.minScale > 0) return { replicas: look.minScale, state: active, why: 'the minimum scale applies' };
  if (!settings.isScaleToZeroEnabled)
    return { replicas: 1, state: active, why: 'scale to zero is off in this cluster' };
  const inPhaseS = look.timeS - state.sinceS;
  if (state.phase === 'active') {
    if (inPhaseS < settings.stableWindowS) {
      return { replicas: 1, state, why: `active for ${inPhaseS} s, less than the stable window` };
    }
    return {
      replicas: 1,
      state: { phase: 'inactive', sinceS: look.timeS },
      why: 'becomes inactive, the activator takes over',
    };
  }
  const waitS = Math.max(settings.gracePeriodS, settings.podRetentionS);
  if (inPhaseS < waitS) return { replicas: 1, state, why: `inactive for ${inPhaseS} s of ${waitS} s` };
  return { replicas: 0, state, why: 'inactive for longer than the grace and retention periods' };
}
