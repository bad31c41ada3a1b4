/** Progress of long work on stderr: a bar on a terminal, one line every ten seconds elsewhere, nothing under --quiet. */
import cliProgress from 'cli-progress';

export interface Progress {
  readonly update: (done: number, all: number) => void;
  readonly stop: () => void;
}

const LINE_EVERY_MS = 10_000;

export function progress(unit: string, quiet: boolean): Progress {
  if (quiet) return { update: () => {}, stop: () => {} };
  if (process.stderr.isTTY !== true) return lines(unit);
  const bar = new cliProgress.SingleBar({
    format: `  {bar} {value}/{total} ${unit} · {eta_formatted} left`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
    barsize: 24,
  });
  let started = false;
  return {
    update: (done, all) => {
      if (started) bar.update(done);
      else bar.start(all, done);
      started = true;
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

function lines(unit: string): Progress {
  const startedAt = Date.now();
  let lastAt = startedAt;
  return {
    update: (done, all) => {
      const now = Date.now();
      if (now - lastAt < LINE_EVERY_MS) return;
      lastAt = now;
      const perS = (done / (now - startedAt)) * 1000;
      process.stderr.write(
        `${done}/${all} ${unit} · ${perS.toPrecision(2)} /s · ${Math.ceil((all - done) / perS)} s left\n`,
      );
    },
    stop: () => {},
  };
}
