import { Box } from 'ink';
import { type ReactNode, useContext } from 'react';
import { ColourContext, Tone } from './Tone.js';

interface PanelProps {
  readonly title: string;
  /** A word at the right end of the top border. */
  readonly note?: string;
  readonly width: number;
  readonly height: number;
  readonly isFocused: boolean;
  readonly children?: ReactNode;
}

/** A bordered box with its title in the border; what does not fit inside is cut off. */
export function Panel({ title, note = '', width, height, isFocused, children }: PanelProps): ReactNode {
  const hasColour = useContext(ColourContext);
  const room = width - 4;
  const noteRoom = note && title.length + note.length + 6 <= room ? note.length + 2 : 0;
  return (
    <Box
      width={width}
      height={height}
      flexShrink={0}
      borderStyle="round"
      borderDimColor={!isFocused}
      {...(isFocused && hasColour ? { borderColor: 'cyan' } : {})}
    >
      <Box position="absolute" marginTop={-1} marginLeft={1} width={room} height={1} justifyContent="space-between">
        <Box height={1} flexShrink={1}>
          <Tone tone={isFocused ? 'strong' : 'plain'}>{` ${title} `}</Tone>
        </Box>
        {noteRoom > 0 && (
          <Box width={noteRoom} height={1} flexShrink={0}>
            <Tone tone="quiet">{` ${note} `}</Tone>
          </Box>
        )}
      </Box>
      <Box flexDirection="column" width={width - 2} height={height - 2} paddingX={1} overflow="hidden">
        {children}
      </Box>
    </Box>
  );
}

/** Columns and lines that a panel of this size leaves for its content. */
export const insideOf = ({
  width,
  height,
}: {
  readonly width: number;
  readonly height: number;
}): { width: number; height: number } => ({
  width: width - 4,
  height: height - 2,
});
