/** Runs the screen on a terminal until the user leaves it. Imports Ink: load it late and with NODE_ENV=production. */
import process from 'node:process';
import { type Instance, render } from 'ink';
import { type AlternateScreen, enterAlternateScreen } from './alternateScreen.js';
import { App } from './components/App.js';
import { type Controller, createController } from './controller.js';
import { farewell } from './farewell.js';
import type { Terminal } from './index.js';
import { InkOutput } from './inkOutput.js';
import type { WhatIfWorld } from './session.js';

/** Drags of a window's edge arrive in bursts; one frame after they rest is enough. */
const RESIZE_REST_MS = 30;
const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Shows the screen; answers the exit code: 0 after q, 130 after Ctrl-C or a signal. Throws what the screen threw. */
export async function showScreen(world: WhatIfWorld, terminal: Terminal): Promise<number> {
  const { stdout } = terminal;
  const controller = createController(world);
  const screen = enterAlternateScreen(stdout);
  try {
    return await untilQuit(world, controller, screen, terminal);
  } finally {
    screen.leave();
    const words = farewell(world, controller.getState());
    if (words) stdout.write(words);
    await controller.close();
  }
}

function untilQuit(
  world: WhatIfWorld,
  controller: Controller,
  screen: AlternateScreen,
  terminal: Terminal,
): Promise<number> {
  const { stdin, stdout, env } = terminal;
  const hasColour = !env['NO_COLOR'];
  return new Promise((resolve, reject) => {
    let shown = draw();
    let resting: NodeJS.Timeout | undefined;

    function draw(): { readonly ink: Instance; readonly output: InkOutput } {
      const output = new InkOutput(stdout, screen);
      const ink = render(
        <App
          world={world}
          controller={controller}
          columns={stdout.columns}
          rows={stdout.rows}
          hasColour={hasColour}
          onQuit={finish}
        />,
        {
          stdin,
          stdout: output as unknown as NodeJS.WriteStream,
          exitOnCtrlC: false,
          patchConsole: true,
          incrementalRendering: true,
        },
      );
      ink.waitUntilExit().catch((error: unknown) => {
        stop();
        reject(error);
      });
      return { ink, output };
    }

    // Ink remembers which lines stand on the screen; after a resize that is no longer true, so a new frame starts afresh.
    function redraw(): void {
      shown.output.mute();
      shown.ink.unmount();
      screen.clear();
      shown = draw();
    }

    const onResize = (): void => {
      clearTimeout(resting);
      resting = setTimeout(redraw, RESIZE_REST_MS);
    };
    const onSignal = (): void => finish(INTERRUPTED);

    function stop(): void {
      clearTimeout(resting);
      stdout.off('resize', onResize);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      shown.output.mute();
      shown.ink.unmount();
    }

    function finish(exitCode: number): void {
      stop();
      resolve(exitCode);
    }

    stdout.on('resize', onResize);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
