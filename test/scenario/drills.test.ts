import { describe, expect, it } from 'vitest';
import { readDrill } from '../../src/scenario/drills.js';

describe('drills as they are typed', () => {
  it.each([
    ['zone-loss@10min', { kind: 'zone-loss', at: 600, factor: 1 }],
    ['zone-loss@90 s+1h:us-gpu', { kind: 'zone-loss', at: 90, lasts: 3600, factor: 1, target: 'us-gpu' }],
    ['spot-drought@0s', { kind: 'spot-drought', at: 0, factor: 1 }],
    ['traffic-spike-x3@10min+5min', { kind: 'traffic-spike', at: 600, lasts: 300, factor: 3 }],
    [
      ' traffic-spike-x2.5@1 h+5min:chat ',
      { kind: 'traffic-spike', at: 3600, lasts: 300, factor: 2.5, target: 'chat' },
    ],
  ])('%s', (text, drill) => {
    expect(readDrill(text)).toEqual({ ok: true, drill: { ...drill, text: text.trim() } });
  });

  it.each([
    ['', /expected WHAT@WHEN/, /for example/],
    ['zone-loss', /expected WHAT@WHEN/, /for example/],
    ['@3min', /expected WHAT@WHEN/, /for example/],
    ['meteor@3min', /no drill is named "meteor"/, /zone-loss, spot-drought, stock-out and traffic-spike-xN/],
    ['zone-loss@3', /needs a unit/, /for example/],
    ['zone-loss@soon', /when/, /for example/],
    ['zone-loss@-3min', /not negative/, /for example/],
    ['zone-loss@3min+0s', /longer than no time/, /for example/],
    ['zone-loss@3min+x', /how long/, /for example/],
    ['traffic-spike@3min+1min', /by how much/, /traffic-spike-x3/],
    ['traffic-spike-x3@3min', /how long/, /traffic-spike-x3@10min\+5min/],
    ['traffic-spike-x0@3min+1min', /more than 0/, /for example/],
  ])('"%s" is refused, with an example', (text, message, hint) => {
    const read = readDrill(text);
    if (read.ok) throw new Error('accepted');
    expect(read.message).toMatch(message);
    expect(read.message).toContain(`--drill ${text}`);
    expect(read.hint).toMatch(hint);
  });
});
