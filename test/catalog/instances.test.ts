import { describe, expect, it } from 'vitest';
import { findInstance, listInstances } from '../../src/catalog/instances.js';
import { openCatalog } from '../../src/catalog/open.js';

const catalog = openCatalog();

const instance = (name: string, region?: string) => {
  const answer = findInstance(catalog, name, region);
  if (answer.kind !== 'found') throw new Error(`${name} not found: ${JSON.stringify(answer)}`);
  return answer;
};

describe('instances', () => {
  it('are found by provider/type and region, whatever the case', () => {
    const { value, region } = instance('AWS/P5.48xlarge', 'us-west-2');
    expect(value).toMatchObject({
      type: 'p5.48xlarge',
      region: 'us-west-2',
      accelerator: 'H100-SXM',
      acceleratorCount: 8,
      vcpus: 192,
    });
    expect(region).toEqual({ region: 'us-west-2', assumed: false, why: '' });
  });

  it('state the region that was assumed', () => {
    const { value, region } = instance('aws/p5.48xlarge');
    expect(value.onDemandUsdPerHour).toBe(55.04);
    expect(region).toMatchObject({ region: 'us-east-1', assumed: true });
    expect(region.why).toContain('default for aws');
  });

  it('say so when the default region does not sell the type', () => {
    expect(instance('aws/p5e.48xlarge').region).toMatchObject({ region: 'us-west-2', assumed: true });
    expect(instance('aws/p5e.48xlarge').region.why).toContain('not in the catalog for us-east-1');
  });

  it('let a row for all regions stand for any of them', () => {
    const { value, region } = instance('oci/BM.GPU.H100.8', 'eu-frankfurt-1');
    expect(value.accelerator).toBe('H100-SXM');
    expect(region.region).toBe('all-commercial');
  });

  it('miss with the regions that sell the type', () => {
    const miss = findInstance(catalog, 'aws/p5.48xlarge', 'mars-north-1');
    expect(miss).toMatchObject({ kind: 'not-found', what: 'region' });
    expect(miss.kind === 'not-found' && miss.suggestions).toContain('us-east-1');
  });

  it('suggest names for a missing provider, type or prefix', () => {
    const suggested = (name: string) => {
      const miss = findInstance(catalog, name);
      return miss.kind === 'not-found' ? miss.suggestions : [];
    };
    expect(suggested('aws/p5.48xlrge')[0]).toBe('aws/p5.48xlarge');
    expect(suggested('asw/p5.48xlarge')).toEqual(['aws']);
    expect(suggested('p5.48xlarge')[0]).toBe('aws/p5.48xlarge');
  });

  it('have no accelerators where the only device is an FPGA', () => {
    expect(instance('azure/Standard_NP10s').value).toMatchObject({ acceleratorCount: 0 });
    expect(instance('azure/Standard_NP10s').value).not.toHaveProperty('accelerator');
  });

  it('count the chips of a TPU slice, whose v5p names count cores', () => {
    expect(instance('gcp/tpu-v5litepod-8').value.acceleratorCount).toBe(8);
    expect(instance('gcp/tpu-v5p-8').value.acceleratorCount).toBe(4);
  });

  it('are listed once a type, in the default region or the one asked for', () => {
    const listed = listInstances(catalog, { provider: 'aws', accelerator: 'h100-sxm' });
    expect(listed.map((each) => [each.type, each.region])).toEqual([
      ['p5.48xlarge', 'us-east-1'],
      ['p5.4xlarge', 'us-east-1'],
    ]);
    expect(listInstances(catalog, { provider: 'aws', text: 'p5.48xlarge', region: 'all' }).length).toBeGreaterThan(1);
  });

  it('filter by memory, accelerator memory and price', () => {
    const large = listInstances(catalog, { minAcceleratorMemoryGiB: 640, maxUsdPerHour: 60, provider: 'aws' });
    expect(large.map((each) => each.type)).toContain('p5.48xlarge');
    expect(large.every((each) => (each.onDemandUsdPerHour ?? 0) <= 60)).toBe(true);
  });

  it('name accelerators that the accelerator catalog knows', () => {
    const names = new Set(catalog.rows('accelerators').map((row) => row['accelerator']));
    const unknown = listInstances(catalog, { region: 'all' }).filter(
      (each) => each.accelerator !== undefined && !names.has(each.accelerator),
    );
    expect(unknown).toEqual([]);
  });

  it('come with a source and a date in every row', () => {
    const rows = listInstances(catalog, { region: 'all' });
    expect(rows).toHaveLength(5689);
    expect(rows.filter((each) => each.source === '' || each.asOf === '')).toEqual([]);
  });
});
