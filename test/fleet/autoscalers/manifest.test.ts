import { describe, expect, it } from 'vitest';
import { bindMetrics } from '../../../src/fleet/autoscalers/bindMetrics.js';
import { decide, initialState } from '../../../src/fleet/autoscalers/decide.js';
import { type ManifestResult, policyFromManifest } from '../../../src/fleet/autoscalers/manifest/policyFromManifest.js';
import { parseQuantity } from '../../../src/fleet/autoscalers/manifest/quantity.js';
import type { AutoscalerPolicy } from '../../../src/fleet/autoscalers/policy.js';

function policyOf(text: string): AutoscalerPolicy {
  const result = policyFromManifest(text);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.policy;
}

/** Problems as `code line:column path`. */
function problemsOf(text: string): readonly string[] {
  const result: ManifestResult = policyFromManifest(text, 'policy.yaml');
  return result.ok
    ? []
    : result.problems.map((problem) => `${problem.code} ${problem.line}:${problem.column} ${problem.path}`);
}

const HPA = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: chat }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: chat }
  minReplicas: 2
  maxReplicas: 9
  metrics:
    - type: Resource
      resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } }
    - type: ContainerResource
      containerResource: { name: memory, container: app, target: { type: AverageValue, averageValue: 2Gi } }
    - type: Pods
      pods: { metric: { name: waiting }, target: { type: AverageValue, averageValue: 2500m } }
    - type: Object
      object:
        metric: { name: hits, selector: { matchLabels: { a: b } } }
        describedObject: { apiVersion: networking.k8s.io/v1, kind: Ingress, name: main }
        target: { type: Value, value: 2k }
    - type: External
      external: { metric: { name: lag }, target: { type: AverageValue, averageValue: 30 } }
  behavior:
    scaleUp: { tolerance: 50m, policies: [{ type: Pods, value: 1, periodSeconds: 60 }] }
    scaleDown: { selectPolicy: Disabled }
`;

describe('a HorizontalPodAutoscaler', () => {
  it('is read with every source, quantities in full, and the defaults of the API', () => {
    expect(policyOf(HPA)).toMatchObject({
      kind: 'hpa',
      minReplicas: 2,
      maxReplicas: 9,
      metrics: [
        { name: 'cpu', source: 'Resource', target: { type: 'Utilization', percent: 60 } },
        { name: 'app/memory', source: 'ContainerResource', resource: 'memory', target: { value: 2 ** 31 } },
        { name: 'waiting', source: 'Pods', target: { value: 2.5 } },
        { name: 'hits', source: 'Object', target: { type: 'Value', value: 2000 } },
        { name: 'lag', source: 'External', target: { type: 'AverageValue', value: 30 } },
      ],
      tolerance: { scaleUp: 0.05, scaleDown: 0.1 },
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: 'Max',
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
        scaleDown: {
          stabilizationWindowSeconds: 300,
          selectPolicy: 'Disabled',
          policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
        },
      },
    });
  });

  it('without metrics follows 80 % of the CPU request, without behavior the older rules', () => {
    const bare = policyOf(
      'apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nspec: {scaleTargetRef: {kind: Deployment, name: a}, maxReplicas: 3}',
    );
    expect(bare).toMatchObject({ minReplicas: 1, behavior: null, metrics: [{ name: 'cpu', target: { percent: 80 } }] });
  });

  it('reports every problem with its place', () => {
    const broken = HPA.replace('maxReplicas: 9', 'maxReplica: 9')
      .replace('averageValue: 2500m', 'averageValue: lots')
      .replace('periodSeconds: 60', 'periodSeconds: 0');
    expect(problemsOf(broken).toSorted()).toEqual(
      [
        'E1201 5:3 spec.maxReplicas',
        'E1203 7:3 spec.maxReplica',
        'E1102 14:86 spec.metrics.2.pods.target.averageValue',
        'E1101 23:82 spec.behavior.scaleUp.policies.0.periodSeconds',
      ].toSorted(),
    );
  });

  it('offers the key that was meant', () => {
    const result = policyFromManifest(HPA.replace('minReplicas', 'minReplica'));
    expect(result.ok ? [] : result.problems.map((problem) => problem.hint)).toEqual(['did you mean "minReplicas"?']);
  });

  it('of an older API is refused, not guessed', () => {
    expect(problemsOf(HPA.replace('autoscaling/v2', 'autoscaling/v1'))).toEqual(['E1501 1:13 apiVersion']);
  });
});

const SCALED_OBJECT = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: chat
  annotations: { autoscaling.keda.sh/paused-scale-in: "true" }
spec:
  scaleTargetRef: { name: chat }
  minReplicaCount: 1
  idleReplicaCount: 0
  fallback: { failureThreshold: 3, replicas: 2 }
  advanced:
    scalingModifiers: { formula: "waiting + running ?? 0", target: "12", activationTarget: "2" }
  triggers:
    - type: prometheus
      name: waiting
      metadata: { serverAddress: "http://p:9090", query: "sum(waiting)", threshold: "5", activationThreshold: "1.5" }
    - type: rabbitmq
      name: running
      metadata: { queueName: q, mode: QueueLength, value: "20" }
`;

describe('a ScaledObject', () => {
  it('is read with its defaults, annotations and modifiers', () => {
    expect(policyOf(SCALED_OBJECT)).toMatchObject({
      kind: 'keda',
      pollingIntervalS: 30,
      cooldownPeriodS: 300,
      minReplicaCount: 1,
      maxReplicaCount: 100,
      idleReplicaCount: 0,
      fallback: { failureThreshold: 3, replicas: 2, behavior: 'static' },
      scalingModifiers: {
        formula: 'waiting + running ?? 0',
        target: 12,
        activationTarget: 2,
        metricType: 'AverageValue',
      },
      pause: { isScaleInPaused: true, isPaused: false },
      triggers: [
        { name: 'waiting', target: 5, activationThreshold: 1.5, metricType: 'AverageValue' },
        { name: 'running', target: 20, activationThreshold: 0 },
      ],
    });
  });

  it('checks what the schema of the cluster misses', () => {
    expect(problemsOf(SCALED_OBJECT.replace('threshold: "5", ', ''))).toEqual(['E1201 16:17 spec.triggers.0.metadata']);
    expect(problemsOf(SCALED_OBJECT.replace('waiting + running', 'waiting + runing'))).toEqual([
      'E1302 12:34 spec.advanced.scalingModifiers.formula',
    ]);
    expect(problemsOf(SCALED_OBJECT.replace('running ?? 0', 'running ?? '))).toEqual([
      'E1302 12:34 spec.advanced.scalingModifiers.formula',
    ]);
    expect(problemsOf(SCALED_OBJECT.replace('idleReplicaCount: 0', 'idleReplicaCount: 1'))).toEqual([
      'E1303 9:21 spec.idleReplicaCount',
    ]);
    expect(problemsOf(SCALED_OBJECT.replace('type: rabbitmq', 'type: cron'))).toEqual([
      'E1501 19:17 spec.triggers.1.metadata',
    ]);
  });
});

describe('Knative annotations', () => {
  const service = (annotations: string): string => `apiVersion: serving.knative.dev/v1
kind: Service
spec:
  template:
    metadata:
      annotations:
        autoscaling.knative.dev/target: "40"
${annotations}
    spec: { containerConcurrency: 30 }
`;

  it('are read from a Service, with the hard limit of the container', () => {
    const policy = policyOf(
      service('        autoscaling.knative.dev/window: 90s\n        autoscaling.knative.dev/maxScale: "5"'),
    );
    expect(policy).toMatchObject({
      kind: 'knative',
      maxScale: 5,
      minScale: 0,
      panicWindowS: 9,
      spec: { targetValue: 21, totalValue: 30, stableWindowSeconds: 90 },
    });
  });

  it('are read from a bare map too', () => {
    expect(policyOf('autoscaling.knative.dev/metric: rps\nautoscaling.knative.dev/target: "50"')).toMatchObject({
      metric: 'rps',
      spec: { targetValue: 35 },
    });
  });

  it('are checked, since the cluster takes any text', () => {
    expect(problemsOf(service('        autoscaling.knative.dev/window: 90'))).toEqual([
      'E1102 8:41 spec.template.metadata.annotations.autoscaling.knative.dev/window',
    ]);
    expect(problemsOf(service('        autoscaling.knative.dev/min-scal: "1"'))).toEqual([
      'E1203 8:9 spec.template.metadata.annotations.autoscaling.knative.dev/min-scal',
    ]);
    expect(problemsOf(service('        autoscaling.knative.dev/class: hpa.autoscaling.knative.dev'))).toEqual([
      'E1501 8:40 spec.template.metadata.annotations.autoscaling.knative.dev/class',
    ]);
  });
});

describe('a Ray Serve autoscaling_config', () => {
  const config =
    'min_replicas: 0\n  max_replicas: 6\n  target_ongoing_requests: 3\n  upscaling_factor: 0.5\n  downscale_to_zero_delay_s: 900';

  it('is read alone, from a Serve config file, and from a RayService', () => {
    const expected = {
      kind: 'ray',
      config: {
        minReplicas: 0,
        maxReplicas: 6,
        targetOngoingRequests: 3,
        upscalingFactor: 0.5,
        downscalingFactor: 1,
        downscaleToZeroDelayS: 900,
      },
    };
    expect(policyOf(`autoscaling_config:\n  ${config}`)).toMatchObject(expected);
    const file = `applications:\n- name: a\n  deployments:\n  - {name: x, num_replicas: 2}\n  - name: y\n    autoscaling_config: {min_replicas: 0, max_replicas: 6, target_ongoing_requests: 3, upscaling_factor: 0.5, downscale_to_zero_delay_s: 900}\n`;
    expect(policyOf(file)).toMatchObject(expected);
    expect(policyOf(`kind: RayService\nspec:\n  serveConfigV2: |\n${file.replaceAll(/^/gm, '    ')}`)).toMatchObject(
      expected,
    );
  });

  it('takes the older smoothing names for factors', () => {
    expect(
      policyOf('autoscaling_config: {smoothing_factor: 0.6, downscale_smoothing_factor: 0.3, max_replicas: 4}'),
    ).toMatchObject({
      config: { upscalingFactor: 0.6, downscalingFactor: 0.3 },
    });
  });

  it('knows what auto stands for', () => {
    expect(policyOf('deployments:\n- {name: x, num_replicas: auto}')).toMatchObject({
      config: { minReplicas: 1, maxReplicas: 100 },
    });
  });

  it('reports unknown keys in their place', () => {
    expect(problemsOf('autoscaling_config:\n  max_replica: 6')).toEqual(['E1203 2:3 autoscaling_config.max_replica']);
  });
});

const INLINE: Readonly<Record<string, string>> = {
  hpa: 'policy: hpa\nmax: 8\nmetrics: [{name: q, per: replica, target: 5}]',
  keda: 'policy: keda\nmax: 8\nmetric: q\ntarget: 5\ncooldown: 5 min',
  knative: 'policy: knative\nmax: 8\ntarget: 10',
  ray: 'policy: ray\nmax: 8\ntarget: 2\nupscale_delay: 0',
  'aws-target': 'policy: target-tracking\nmax: 8\nmetric: q\ntarget: 5\nservice: ec2',
  'aws-step': 'policy: step\nmax: 8\nmetric: q\nthreshold: 5\nsteps: [{from: 0, by: 1}]',
  'gcp-mig': 'policy: mig\nmax: 8\nmetric: q\ntarget: 5\nscale_in: {window: 10 min, max: 10 %}',
  schedule:
    'policy: schedule\nmax: 8\ndefault: 1\nstart: 2027-01-04T00:00:00Z\nwindows: [{cron: "0 0 * * *", duration: 2 h, replicas: 4}]',
  predictive: 'policy: predictive\nmax: 8\nmetric: q\ntarget: 5\nlead: 5 min',
  wva: 'policy: wva\nmax: 8',
};

describe('the inline form', () => {
  it.each(Object.entries(INLINE))('%s decides on its own metrics, within its bounds', (kind, text) => {
    const policy = policyOf(text);
    expect(policy.kind).toBe(kind);
    const metrics = { q: 50, concurrency: 50, ongoing_requests: 50, kv_cache_usage: 0.9, queue_length: 9 };
    const observation = { timeS: 0, currentReplicas: 2, readyReplicas: 2, unreadyReplicas: 0, metrics };
    const decision = decide(policy, initialState(policy, observation), observation);
    expect(decision.desired).toBeGreaterThanOrEqual(2);
    expect(decision.desired).toBeLessThanOrEqual(8);
    expect(decision.state.kind).toBe(kind);
    expect(decision.explanation.words).toMatch(/^(2 → \d+|stays at 2)/);
  });

  it('needs units, bounds in order, a metric and schedules that can be read', () => {
    expect(problemsOf('policy: keda\nmax: 8\nmetric: q\ntarget: 5\ncooldown: 30')).toEqual(['E1102 5:11 cooldown']);
    expect(problemsOf('policy: hpa\nmin: 4\nmax: 3\nmetric: q\ntarget: 5')).toEqual(['E1303 3:6 max']);
    expect(problemsOf('policy: hpa\nmax: 3')).toEqual(['E1201 1:1 ']);
    expect(problemsOf(INLINE['schedule']!.replace('0 0 * * *', '0 25 * * *'))).toEqual(['E1102 5:18 windows.0.cron']);
    expect(problemsOf('policy: hpaa\nmax: 3')).toEqual(['E1105 1:9 policy']);
  });
});

describe('any other text', () => {
  it('is refused with its place', () => {
    expect(problemsOf('a: [1')).toEqual([expect.stringMatching(/^E1003 1:/)]);
    expect(problemsOf('')).toEqual(['E1402 1:1 ']);
    expect(problemsOf('- 1')).toEqual(['E1402 1:1 kind']);
    expect(problemsOf('kind: NodePool')).toEqual(['E1402 1:7 kind']);
    expect(problemsOf('a: 1\na: 2')[0]).toMatch(/^E1003 2:/);
  });

  it('that unfolds without end is refused', () => {
    const bomb = [
      'a0: &a0 [x, x, x, x, x, x, x, x, x]',
      ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${new Array(9).fill(`*a${i}`).join(', ')}]`),
    ].join('\n');
    expect(problemsOf(bomb)[0]).toMatch(/^E1005/);
  });

  it('may stand before the autoscaler in the same file', () => {
    expect(policyOf(`kind: Deployment\n---\n${HPA}`).kind).toBe('hpa');
  });
});

describe('quantities', () => {
  it.each([
    ['5', 5],
    ['500m', 0.5],
    ['1.5k', 1500],
    ['2Gi', 2 ** 31],
    ['1e3', 1000],
    ['-1', -1],
    ['5x', null],
    ['', null],
    ['Gi', null],
  ])('%s is %s', (text, value) => {
    expect(parseQuantity(text as string)).toBe(value);
  });
});

describe('columns of a recorded series', () => {
  it('feed the metrics of a policy by name, by name without punctuation, or as the only one', () => {
    const policy = policyOf(INLINE['hpa']!);
    expect(bindMetrics(policy, ['q', 'other'])).toEqual([{ observedAs: 'q', column: 'q' }]);
    expect(bindMetrics(policy, ['anything'])).toEqual([{ observedAs: 'q', column: 'anything' }]);
    expect(bindMetrics(policy, ['a', 'b'])).toEqual([{ observedAs: 'q', column: null }]);
    const vllm = policyOf('policy: hpa\nmax: 3\nmetric: vllm_num_requests_waiting\ntarget: 5');
    expect(bindMetrics(vllm, ['x', 'vllm:num_requests_waiting'])).toEqual([
      { observedAs: 'vllm_num_requests_waiting', column: 'vllm:num_requests_waiting' },
    ]);
    expect(bindMetrics(policyOf(SCALED_OBJECT), ['running', 'sum(waiting)']).map(({ column }) => column)).toEqual([
      'sum(waiting)',
      'running',
    ]);
  });
});
