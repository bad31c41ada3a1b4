/**
 * Where KEDA scalers keep their target and activation threshold in the trigger's metadata (keda.sh/docs, scalers, read
 * 2026). The first key that is present counts.
 */
export interface TriggerKeys {
  readonly target: readonly string[];
  readonly activation: readonly string[];
  /** The scaler's default target; null: the key is required. */
  readonly defaultTarget: number | null;
}

const keys = (target: string, activation: string, defaultTarget: number | null = null): TriggerKeys => ({
  target: [target],
  activation: [activation],
  defaultTarget,
});

const SCALERS: Readonly<Record<string, TriggerKeys>> = {
  prometheus: keys('threshold', 'activationThreshold'),
  'metrics-api': keys('targetValue', 'activationTargetValue'),
  external: keys('targetValue', 'activationTargetValue'),
  'external-push': keys('targetValue', 'activationTargetValue'),
  kafka: keys('lagThreshold', 'activationLagThreshold', 10),
  'apache-kafka': keys('lagThreshold', 'activationLagThreshold', 10),
  rabbitmq: keys('value', 'activationValue'),
  redis: keys('listLength', 'activationListLength', 5),
  'redis-streams': {
    target: ['pendingEntriesCount', 'streamLength', 'lagCount'],
    activation: ['activationLagCount'],
    defaultTarget: 5,
  },
  'nats-jetstream': keys('lagThreshold', 'activationLagThreshold', 10),
  'aws-sqs-queue': keys('queueLength', 'activationQueueLength', 5),
  'aws-cloudwatch': keys('targetMetricValue', 'activationTargetMetricValue'),
  'azure-servicebus': keys('messageCount', 'activationMessageCount', 5),
  'azure-queue': keys('queueLength', 'activationQueueLength', 5),
  'gcp-pubsub': { target: ['value', 'subscriptionSize'], activation: ['activationValue'], defaultTarget: 10 },
  postgresql: keys('targetQueryValue', 'activationTargetQueryValue'),
  mysql: keys('queryValue', 'activationQueryValue'),
  datadog: { target: ['queryValue', 'targetValue'], activation: ['activationQueryValue'], defaultTarget: null },
  'kubernetes-workload': keys('value', 'activationValue'),
  cpu: keys('value', 'activationValue'),
  memory: keys('value', 'activationValue'),
};

/** Scalers not named above: the spellings that most of them use. */
const USUAL: TriggerKeys = {
  target: ['threshold', 'targetValue', 'value', 'targetMetricValue', 'queryValue', 'queueLength', 'lagThreshold'],
  activation: [
    'activationThreshold',
    'activationTargetValue',
    'activationValue',
    'activationQueryValue',
    'activationLagThreshold',
  ],
  defaultTarget: null,
};

export function triggerKeys(type: string): TriggerKeys {
  return Object.hasOwn(SCALERS, type) ? SCALERS[type]! : USUAL;
}
