import { Box } from 'ink';
import type { ReactNode } from 'react';
import { footerHints } from '../keys.js';
import type { State } from '../state.js';
import { Tone } from './Tone.js';

/** The keys, or a word about the last command. */
export function Footer({ state, width }: { readonly state: State; readonly width: number }): ReactNode {
  const { notice, typing } = state;
  if (typing) {
    return (
      <Box width={width} height={1} paddingLeft={1} gap={2} flexShrink={0}>
        <Tone tone={typing.reason ? 'bad' : 'quiet'}>
          {typing.reason ? `expected ${typing.reason}` : 'type a value'}
        </Tone>
        <Tone tone="quiet">⏎ take it Esc cancel</Tone>
      </Box>
    );
  }
  if (notice) {
    return (
      <Box width={width} height={1} paddingLeft={1} flexShrink={0}>
        <Tone tone={notice.isBad ? 'bad' : 'accent'}>{notice.text}</Tone>
      </Box>
    );
  }
  return (
    <Box width={width} height={1} paddingLeft={1} gap={2} flexShrink={0}>
      {footerHints(width).map(({ shown, hint }) => (
        <Box key={hint} gap={1} flexShrink={0}>
          <Tone tone="strong">{shown}</Tone>
          <Tone tone="quiet">{hint}</Tone>
        </Box>
      ))}
    </Box>
  );
}
