import type { TopLevelSpec } from 'vega-lite';
import { withVariables } from './colours.js';

/**
 * A chart as SVG without a DOM and without the network. Vega is loaded on the first call only, because it takes longer
 * than the rest of a report. `prefix` makes the ids of clip paths unique in the page, and equal from run to run.
 */
export async function drawChart(spec: TopLevelSpec, prefix: string): Promise<string> {
  const [{ compile }, { parse, View }] = await Promise.all([import('vega-lite'), import('vega')]);
  const view = new View(parse(compile(spec).spec), { renderer: 'none', loader: refusingLoader });
  try {
    return withVariables(scalable(bare(withStableIds(await view.toSVG(), prefix))));
  } finally {
    view.finalize();
  }
}

/** All data is in the specification; whatever asks for a file or an address is a mistake. */
const refuse = (uri: string): Promise<never> => Promise.reject(new Error(`charts load nothing, but asked for ${uri}`));
const refusingLoader = { options: {}, load: refuse, sanitize: refuse, http: refuse, file: refuse };

/** Vega numbers ids through the whole process; here they count from zero in each chart. */
function withStableIds(svg: string, prefix: string): string {
  const ids = [...new Set([...svg.matchAll(/\bid="([^"]+)"/g)].map((match) => match[1] ?? ''))];
  return ids.reduce(
    (text, id, index) =>
      text.replaceAll(`id="${id}"`, `id="${prefix}-${index}"`).replaceAll(`url(#${id})`, `url(#${prefix}-${index})`),
    svg,
  );
}

/** Without what the page does not use: its figure names the chart, and classes could meet those of the page. */
const bare = (svg: string): string => svg.replace(/ (?:class|role|aria-[a-z]+)="[^"]*"/g, '');

/** The view box alone decides the shape, so that the picture follows the page. */
const scalable = (svg: string): string =>
  svg.replace(/<svg ([^>]*?)\/?>/, (_, attributes: string) => {
    const kept = attributes.replace(/\b(width|height|class|version|xmlns:xlink)="[^"]*"\s*/g, '').trim();
    const width = /\bwidth="([\d.]+)"/.exec(attributes)?.[1] ?? '760';
    return `<svg ${kept} style="max-width:${width}px">`;
  });
