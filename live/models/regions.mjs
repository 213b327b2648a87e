// What a network says all over a picture, computed row by row: by how much one class
// outscores the other, on a grid with a rim (core/contours.mjs).

import { rimmed } from "../core/contours.mjs";

const N = 44; // intervals along each side

export class Regions {
  /** Of a run as it is now; meanwhile the run may go on. */
  constructor(run, xLimits, yLimits) {
    Object.assign(this, { run, t: run.t, w: run.w.slice(), losses: [...run.losses], row: 0 });
    [this.loss, this.wrong] = [run.loss(), run.wrong()];
    this.grid = rimmed(xLimits, yLimits, N, N);
    this.X = new Float64Array(2 * (N + 1));
  }

  get done() {
    return this.row > N;
  }

  /** Whether it shows what a run is now. */
  of(run) {
    return this.run === run && this.t === run.t;
  }

  /** One row more. */
  step() {
    const { xs, ys, values } = this.grid;
    const line = ++this.row;
    for (let i = 0; i <= N; i++) {
      this.X[2 * i] = xs[i + 1];
      this.X[2 * i + 1] = ys[line];
    }
    const z = this.run.network.forward(this.w, this.X, N + 1);
    for (let i = 0; i <= N; i++) values[line * xs.length + i + 1] = z[2 * i + 1] - z[2 * i];
  }

  /** The probability of class 1 at a point. */
  at(x, y) {
    const z = this.run.network.forward(this.w, [x, y], 1);
    return 1 / (1 + Math.exp(z[0] - z[1]));
  }

  /** The grid of the other class's lead. */
  get turned() {
    const values = this.grid.values.map((v) => (v === Infinity ? v : -v));
    return { ...this.grid, values };
  }
}
