import * as z from 'zod';
import { once } from '../../../catalog/kept.js';
import {
  type Behavior,
  CONTROLLER_DEFAULTS,
  DEFAULT_SCALE_DOWN,
  DEFAULT_SCALE_UP,
  type ScalingRules,
  type Tolerance,
} from '../hpa/types.js';
import { quantity } from './quantity.js';

/** `behavior` of an HPA or a ScaledObject. Ranges as the API server checks them. */
const scalingRules = () =>
  z.strictObject({
    stabilizationWindowSeconds: z.number().int().min(0).max(3600).optional(),
    selectPolicy: z.enum(['Max', 'Min', 'Disabled']).optional(),
    policies: z
      .array(
        z.strictObject({
          type: z.enum(['Pods', 'Percent']),
          value: z.number().int().positive(),
          periodSeconds: z.number().int().positive().max(1800),
        }),
      )
      .min(1)
      .optional(),
    tolerance: quantity().optional(),
  });

export const behaviorSchema = once(() =>
  z.strictObject({ scaleUp: scalingRules().optional(), scaleDown: scalingRules().optional() }),
);
export const BEHAVIOR_KEYS = [
  'scaleUp',
  'scaleDown',
  'stabilizationWindowSeconds',
  'selectPolicy',
  'policies',
  'tolerance',
  'periodSeconds',
] as const;

type BehaviorSpec = z.output<ReturnType<typeof behaviorSchema>>;

/** Fills the API defaults in; without `behavior` there is none, and the controller's older rules apply. */
export function toBehavior(spec: BehaviorSpec | undefined): Behavior | null {
  if (spec === undefined) return null;
  return {
    scaleUp: withDefaults(spec.scaleUp, DEFAULT_SCALE_UP),
    scaleDown: withDefaults(spec.scaleDown, DEFAULT_SCALE_DOWN),
  };
}

function withDefaults(
  rules: z.output<ReturnType<typeof scalingRules>> | undefined,
  defaults: ScalingRules,
): ScalingRules {
  return {
    stabilizationWindowSeconds: rules?.stabilizationWindowSeconds ?? defaults.stabilizationWindowSeconds,
    selectPolicy: rules?.selectPolicy ?? defaults.selectPolicy,
    policies: rules?.policies ?? defaults.policies,
  };
}

/** Tolerances of the manifest over the controller's. */
export function toTolerance(spec: BehaviorSpec | undefined): Tolerance {
  return {
    scaleUp: spec?.scaleUp?.tolerance ?? CONTROLLER_DEFAULTS.tolerance.scaleUp,
    scaleDown: spec?.scaleDown?.tolerance ?? CONTROLLER_DEFAULTS.tolerance.scaleDown,
  };
}
