import type { WriteStream } from 'node:tty';

const EVERY_MS = 10_000;

export interface Progress {
  done(): void;
  end(): void;
}

/** Counts finished cases on the error stream: in place on a terminal, one line every ten seconds elsewhere. */
export function progressLine(stream: WriteStream, total: number): Progress {
  let finished = 0;
  let shownAt = Date.now();
  return {
    done() {
      finished++;
      if (stream.isTTY) stream.write(`\r${finished}/${total} cases`);
      else if (Date.now() - shownAt >= EVERY_MS) {
        shownAt = Date.now();
        stream.write(`${finished}/${total} cases\n`);
      }
    },
    end() {
      if (stream.isTTY && finished > 0) stream.write('\r\u001b[K');
    },
  };
}
