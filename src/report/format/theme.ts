import { Ansis } from 'ansis';

type Paint = (text: string) => string;

/** How a renderer marks meaning. A value handed in by the caller, so that nothing depends on the terminal we run in. */
export interface Theme {
  readonly good: Paint;
  readonly bad: Paint;
  readonly caution: Paint;
  readonly strong: Paint;
  readonly quiet: Paint;
  readonly heading: Paint;
}

const asIs: Paint = (text) => text;

export const plainTheme: Theme = {
  good: asIs,
  bad: asIs,
  caution: asIs,
  strong: asIs,
  quiet: asIs,
  heading: asIs,
};

/** Sixteen-colour escapes, so that the terminal's own palette decides the shades. */
export function colourTheme(): Theme {
  const ansi = new Ansis(1);
  return {
    good: (text) => ansi.green(text),
    bad: (text) => ansi.red(text),
    caution: (text) => ansi.yellow(text),
    strong: (text) => ansi.bold(text),
    quiet: (text) => ansi.dim(text),
    heading: (text) => ansi.bold.cyan(text),
  };
}
