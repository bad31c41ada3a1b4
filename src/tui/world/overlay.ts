import { extname } from 'node:path';

/** Where the screen saves its edits: beside the scenario, which stays as it is. */
export function overlayPath(path: string): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.whatif${extension || '.yaml'}`;
}
