import { describe, expect, it } from 'vitest';
import { plainTheme } from '../../src/report/format/theme.js';
import { type FidelityView, renderFidelity } from '../../src/report/text/fidelity.js';

const by = { dataset: 'mine', metric: 'tpot_mean_ms', hardware: 'H100-SXM' };
const view: FidelityView = {
  groups: [
    {
      by,
      runs: 2,
      answered: 2,
      median_ape_pct: 10,
      p90_ape_pct: 10,
      bias_pct: 10,
      within_25_pct: 100,
      within_band80_pct: 100,
    },
  ],
  by_load: [
    {
      by: { dataset: 'mine', metric: 'tpot_mean_ms', load: '30–60 %' },
      answered: 1,
      mean_ape_pct: 10,
      median_ape_pct: 10,
      bias_pct: 10,
    },
  ],
  rows: [
    { run_id: 'r1', metric: 'tpot_mean_ms', measured: 10, predicted: 11, reason_if_unanswered: null },
    {
      run_id: 'r2',
      metric: 'tpot_mean_ms',
      measured: 1,
      predicted: 11,
      reason_if_unanswered: null,
      beyond_physics: true,
    },
  ],
};

describe('the text of fidelity', () => {
  const text = renderFidelity(view, { theme: plainTheme, width: 100 });

  it('shows errors by offered load', () => {
    expect(text).toMatch(/Errors by offered load over capacity[\s\S]*mine +tpot_mean_ms +30–60 % +1 +10 +10 +\+10/);
  });

  it('says how many measurements physics does not allow, and that no error counts them', () => {
    expect(text).toContain('1 row, left out of the errors: speculative decoding may explain it');
  });

  it('is silent about both where there is nothing to say', () => {
    const calm = renderFidelity(
      { ...view, by_load: [], rows: view.rows.slice(0, 1) },
      { theme: plainTheme, width: 100 },
    );
    expect(calm).not.toContain('offered load');
    expect(calm).not.toContain('physics');
  });
});
