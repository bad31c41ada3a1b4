import { describe, expect, it } from 'vitest';
import { loadGateFile, parseGateFile } from '../../src/scenario/gateFile.js';

describe('a file of gate rules', () => {
  it('gives rules in the unit of their metric, with their place', () => {
    const loaded = parseGateFile(
      'rules:\n  - metric: services.chat.e2e_ms.p99\n    max: 2 s\n    level: warn\n',
      'gate.yaml',
    );
    expect(loaded.ok && loaded.rules).toEqual([
      { metric: 'services.chat.e2e_ms.p99', max: 2000, level: 'warn', decide: 'point', location: 'gate.yaml:2' },
    ]);
  });

  it('is checked like a scenario', async () => {
    const text = 'rules:\n  - { metric: a, mix: 3 }\n  - { metric: x_ms, max: 3 USD, level: fatal }\nrule: []\n';
    const loaded = parseGateFile(text, 'gate.yaml');
    const places = loaded.ok ? [] : loaded.problems.map(({ code, line, column }) => `${code} ${line}:${column}`);
    expect(places.toSorted()).toEqual(['E1104 3:26', 'E1105 3:40', 'E1203 2:18', 'E1203 4:1', 'E1301 2:5']);
    expect((await loadGateFile('nowhere.yaml')).ok).toBe(false);
    expect(parseGateFile('rules: []\n', 'gate.yaml').ok).toBe(false);
  });
});
