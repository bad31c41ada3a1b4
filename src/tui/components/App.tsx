import { useInput } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { Controller } from '../controller.js';
import { commandFor, keysOf } from '../keys.js';
import type { WhatIfWorld } from '../session.js';
import { Screen } from './Screen.js';
import { ColourContext } from './Tone.js';

interface AppProps {
  readonly world: WhatIfWorld;
  readonly controller: Controller;
  readonly columns: number;
  readonly rows: number;
  readonly hasColour: boolean;
  readonly onQuit: (exitCode: number) => void;
}

/** Keys in, state out: the store behind the screen. */
export function App({ world, controller, columns, rows, hasColour, onQuit }: AppProps): ReactNode {
  const state = useSyncExternalStore(controller.subscribe, controller.getState);
  useInput((input, flags) => {
    for (const key of keysOf(input, flags)) {
      const command = commandFor(key, controller.getState());
      if (command?.type === 'quit') return onQuit(command.exitCode);
      if (command) controller.dispatch(command);
    }
  });
  return (
    <ColourContext value={hasColour}>
      <Screen world={world} state={state} columns={columns} rows={rows} />
    </ColourContext>
  );
}
