/** The stream that Ink writes to, standing between it and the terminal. */
import { Writable } from 'node:stream';
import type { AlternateScreen } from './alternateScreen.js';

/** Top left corner. */
const HOME = '\x1b[H';

/**
 * Ink 6.8 wipes the terminal and its scrollback (CSI 3 J) when a frame is as tall as the terminal, which every shrinking
 * window causes for a moment; so it is told of unlimited rows, and the screen itself keeps to the real ones. Its
 * incremental renderer counts the lines to climb one short below a frame that ends in a newline; so each write starts in
 * the corner, where climbing further has no effect. Each size of the terminal gets an output of its own, muted once it is
 * out of date. Nothing is written after the alternate screen was left: Ink draws a last frame when the process ends.
 */
export class InkOutput extends Writable {
  readonly isTTY = true;
  readonly rows = Number.MAX_SAFE_INTEGER;
  readonly columns: number;
  readonly #terminal: NodeJS.WriteStream;
  readonly #screen: AlternateScreen;
  #isMuted = false;

  constructor(terminal: NodeJS.WriteStream, screen: AlternateScreen) {
    super({ decodeStrings: false });
    this.#terminal = terminal;
    this.#screen = screen;
    this.columns = terminal.columns;
  }

  /** Drops everything written from now on. */
  mute(): void {
    this.#isMuted = true;
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#isMuted || !this.#screen.isInside()) done();
    else this.#terminal.write(HOME + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()), done);
  }
}
