// The part of a line that can be seen. A run that leaves would make it so long that a
// browser drew its dashes, all of them out of sight, for longer than a frame.

/** The part of the segment from a to b in [left, right] × [top, bottom], or null. */
export function clipped([ax, ay], [bx, by], [left, right, top, bottom]) {
  const [dx, dy] = [bx - ax, by - ay];
  let [from, to] = [0, 1];
  for (const [step, room] of [[-dx, ax - left], [dx, right - ax], [-dy, ay - top], [dy, bottom - ay]]) {
    if (step === 0 && room < 0) return null;
    if (step < 0) from = Math.max(from, room / step);
    if (step > 0) to = Math.min(to, room / step);
  }
  return from > to ? null : [[ax + from * dx, ay + from * dy], [ax + to * dx, ay + to * dy], to === 1];
}
