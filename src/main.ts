/** The program's entry: hands the command line to oclif and makes sure that nothing ever shows a stack trace. */
import { execute } from '@oclif/core';

export async function main(url: string): Promise<void> {
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  await execute({ dir: url });
}

/** `plimsoll … | head` closes our output early: that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}
