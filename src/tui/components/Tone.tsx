import { Box, Text, type TextProps } from 'ink';
import { createContext, type ReactNode, useContext } from 'react';

/** What a text means; the theme decides how that looks. No meaning is carried by colour alone. */
export type ToneName = 'plain' | 'strong' | 'quiet' | 'accent' | 'good' | 'bad' | 'warn' | 'selected';

/** Whether colours may be used; bold, dim and inverse stay without them. */
export const ColourContext = createContext(true);

const STYLES: Readonly<Record<ToneName, { readonly base: Partial<TextProps>; readonly color?: string }>> = {
  plain: { base: {} },
  strong: { base: { bold: true } },
  quiet: { base: { dimColor: true } },
  accent: { base: {}, color: 'cyan' },
  good: { base: {}, color: 'green' },
  bad: { base: {}, color: 'red' },
  warn: { base: {}, color: 'yellow' },
  selected: { base: { inverse: true } },
};

// Dim replaces bold: both end with the same code (SGR 22), and Ink forgets the other one.
const DIM: Partial<TextProps> = { dimColor: true };

interface ToneProps {
  readonly tone: ToneName;
  /** Figures of earlier edits, or hints: dimmed whatever their tone. */
  readonly isDim?: boolean;
  readonly children?: ReactNode;
}

/** One run of text on a single line, cut with … where it does not fit. */
export function Tone({ tone, isDim = false, children }: ToneProps): ReactNode {
  const hasColour = useContext(ColourContext);
  const { base, color } = STYLES[tone];
  return (
    <Text wrap="truncate-end" {...(isDim ? DIM : base)} {...(hasColour && color ? { color } : {})}>
      {children}
    </Text>
  );
}

interface CellProps extends ToneProps {
  readonly width: number;
  readonly isRight?: boolean;
}

/** A table cell of exactly `width` columns. */
export function Cell({ width, isRight = false, ...text }: CellProps): ReactNode {
  return (
    <Box width={width} height={1} flexShrink={0} justifyContent={isRight ? 'flex-end' : 'flex-start'}>
      <Tone {...text} />
    </Box>
  );
}
