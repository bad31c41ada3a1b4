/** The first of `total` lines to show in `room`, so that `selected` is visible and lines above stay as long as possible. */
export function windowOf(total: number, room: number, selected: number): number {
  const last = Math.max(0, total - room);
  return Math.max(0, Math.min(last, selected - Math.floor(room / 2)));
}
