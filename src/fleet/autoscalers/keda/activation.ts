/** KEDA's own part: between zero (or idle) and the minimum. Source: kedacore/keda pkg/scaling/executor/scale_scaledobjects.go (2026). */

export interface ActivationPolicy {
  readonly minReplicaCount: number;
  /** Null: no idle mode. */
  readonly idleReplicaCount: number | null;
  readonly cooldownPeriodS: number;
  readonly initialCooldownPeriodS: number;
  /** Replicas of the fallback; null without one. */
  readonly fallbackReplicas: number | null;
  readonly pause: PauseAnnotations;
}

/** `autoscaling.keda.sh/paused*` and `force-activation`, read. */
export interface PauseAnnotations {
  readonly isPaused: boolean;
  /** The count to hold while paused; null leaves the current one. */
  readonly pausedReplicas: number | null;
  readonly isScaleInPaused: boolean;
  readonly isScaleOutPaused: boolean;
  readonly isActivationForced: boolean;
}

export interface ActivationLook {
  readonly currentReplicas: number;
  readonly isActive: boolean;
  /** At least one trigger failed. */
  readonly isError: boolean;
  /** Null: never active. */
  readonly lastActiveSecondsAgo: number | null;
  readonly createdSecondsAgo: number;
}

export interface Activation {
  readonly replicas: number;
  /** Whether this look counts as activity for the cooldown. */
  readonly marksActive: boolean;
  readonly why: string;
}

/** What a poll does to the replica count. Between the minimum and the maximum the HPA decides, KEDA leaves it alone. */
export function requestScale(policy: ActivationPolicy, look: ActivationLook): Activation {
  const current = look.currentReplicas;
  const stay = (why: string, marksActive = false): Activation => ({ replicas: current, marksActive, why });
  const { pause } = policy;
  if (pause.pausedReplicas !== null)
    return { replicas: pause.pausedReplicas, marksActive: false, why: 'paused at a fixed count' };
  if (pause.isPaused) return stay('paused');

  if (look.isActive || pause.isActivationForced) {
    const isIdle = policy.idleReplicaCount !== null && current < policy.minReplicaCount;
    if (isIdle || current === 0) {
      if (pause.isScaleOutPaused) return stay('active, but scale-out is paused');
      const replicas = policy.minReplicaCount > 0 ? policy.minReplicaCount : 1;
      return { replicas, marksActive: true, why: look.isActive ? 'a trigger is active' : 'activation is forced' };
    }
    if (look.isError) return stay('active, but a trigger failed');
    return stay('active: the HPA decides', true);
  }

  if (look.isError && policy.fallbackReplicas !== null && policy.fallbackReplicas !== 0) {
    return stay('a trigger failed: left to the fallback, which needs replicas to scale');
  }
  if (look.isError && policy.fallbackReplicas === null)
    return stay('a trigger failed and there is no fallback: no scale-in');
  const { idleReplicaCount } = policy;
  if ((idleReplicaCount !== null && current > idleReplicaCount) || (current > 0 && policy.minReplicaCount === 0)) {
    return scaleIn(policy, look, stay);
  }
  if (idleReplicaCount === null && current < policy.minReplicaCount) {
    return { replicas: policy.minReplicaCount, marksActive: false, why: 'below the minimum' };
  }
  return stay('not active, nothing to do');
}

function scaleIn(policy: ActivationPolicy, look: ActivationLook, stay: (why: string) => Activation): Activation {
  if (policy.pause.isScaleInPaused) return stay('not active, but scale-in is paused');
  const { lastActiveSecondsAgo } = look;
  // Strictly longer than the period: an activity exactly one cooldown ago still holds the replicas.
  const isCool =
    lastActiveSecondsAgo === null
      ? look.createdSecondsAgo > policy.initialCooldownPeriodS
      : lastActiveSecondsAgo > policy.cooldownPeriodS;
  if (!isCool) return stay('cooling down');
  return {
    replicas: policy.idleReplicaCount ?? policy.minReplicaCount,
    marksActive: false,
    why: policy.idleReplicaCount === null ? 'not active for longer than the cooldown' : 'not active: idle count',
  };
}

const PREFIX = 'autoscaling.keda.sh/';

/** Reads the pause annotations. A value counts as set unless it says false; `paused-replicas` must be a whole number. */
export function readPauseAnnotations(annotations: Readonly<Record<string, string>>): PauseAnnotations {
  const isSet = (name: string): boolean => {
    const value = Object.hasOwn(annotations, PREFIX + name) ? annotations[PREFIX + name] : undefined;
    return value !== undefined && !['false', 'f', '0'].includes(value.toLowerCase());
  };
  const replicas = Object.hasOwn(annotations, `${PREFIX}paused-replicas`)
    ? annotations[`${PREFIX}paused-replicas`]
    : undefined;
  return {
    isPaused: isSet('paused'),
    pausedReplicas: replicas !== undefined && /^\d+$/.test(replicas) ? Number(replicas) : null,
    isScaleInPaused: isSet('paused-scale-in'),
    isScaleOutPaused: isSet('paused-scale-out'),
    isActivationForced: isSet('force-activation'),
  };
}
