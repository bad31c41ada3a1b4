import { describe, expect, it } from 'vitest';
import { listAccelerators } from '../../src/catalog/accelerators.js';
import { catalogJson } from '../../src/catalog/asJson.js';
import { listInstances } from '../../src/catalog/instances.js';
import { openCatalog } from '../../src/catalog/open.js';
import { renderCatalog } from '../../src/report/catalogLayout.js';
import { acceleratorTable, instanceTable } from '../../src/report/catalogTables.js';

const catalog = openCatalog();
const hoppers = acceleratorTable(listAccelerators(catalog, { text: 'hopper' }));

describe('a catalog as text', () => {
  it('shows every row with its date, the number of its source, and the sources below', () => {
    const lines = renderCatalog(hoppers, 120, 0).split('\n');
    expect(lines[0]).toMatch(/^accelerator +kind +GiB .* as of +source +flags$/);
    expect(lines.find((line) => line.startsWith('H200-NVL'))).toMatch(/2026-11 +\[\d\] +medium conf\.$/);
    expect(lines.filter((line) => /^\[\d\] NVIDIA datasheet$/.test(line))).toHaveLength(1);
  });

  it('explains the flags that occur and no others', () => {
    const text = renderCatalog(
      instanceTable(listInstances(catalog, { provider: 'gcp', text: 'a3-highgpu', region: 'asia-northeast1' })),
      140,
      0,
    );
    expect(text).toMatch(/gcp\/a3-highgpu-8g .*dws only/);
    expect(text).toContain('dws only: only a Dynamic Workload Scheduler price is published');
    expect(text).not.toContain('inferred:');
  });

  it('says how many rows it leaves out', () => {
    expect(renderCatalog(hoppers, 120, 2)).toContain('… 4 more (--limit 0 shows all)');
  });

  it('lists instances cheapest first, unpriced last', () => {
    const p5 = instanceTable(listInstances(catalog, { provider: 'aws', text: 'p5' })).rows.map((row) => row[0]);
    expect(p5).toEqual(['aws/p5.4xlarge', 'aws/p5.48xlarge', 'aws/p5en.48xlarge', 'aws/p5e.48xlarge']);
  });

  it('is for programs a document with units in its keys', () => {
    const json = JSON.parse(
      JSON.stringify(catalogJson('accelerators', 'abc', listAccelerators(catalog, { text: 'H100-SXM' }))),
    );
    expect(json).toMatchObject({
      schema_version: '1',
      catalog: 'accelerators',
      count: 1,
      rows: [
        {
          name: 'H100-SXM',
          memory_gib: 80,
          bandwidth_gbps: 3350,
          scale_up_domain: 8,
          tflops: { bf16: 989.4 },
          as_of: '2026-11',
        },
      ],
    });
  });
});
