// For a figure that computes for longer than a frame: a share of its work in every frame
// and, while it runs, the next state. What it computes must not depend on the shares.

const FRAME = 5; // ms, of the 16 of a frame, for computing and drawing; the rest is for layout
const LEAST = 1; // ms for computing, however long drawing takes
const LONGEST = 250; // ms that pass at most between two states
const STILL = 1000; // ms between two pictures for readers who want little motion

export class Runner {
  /**
   * @param {object} figure what a figure's build returned
   *   work(state, until): computes until performance.now() is there; true if more is to do
   *   next(state, ms): the patch that ms of running make, null at the end; ms is 0 at the
   *   start
   * @param {HTMLElement} element it runs only while this is in sight
   * @param {function} wake asks for a frame
   */
  constructor({ work, next }, element, wake) {
    Object.assign(this, { work, next, wake, running: false, busy: false, inSight: true });
    this.drawing = 0; // ms, of late
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    new IntersectionObserver((entries) => {
      this.inSight = entries.at(-1).isIntersecting;
      wake();
    }).observe(element);
    document.addEventListener("visibilitychange", wake);
    this.button = Object.assign(document.createElement("button"), { type: "button" });
    this.button.dataset.run = "";
    this.button.addEventListener("click", () => this.run(!this.running));
    this.run(false);
  }

  run(running) {
    this.running = running;
    this.before = null;
    this.button.textContent = running ? "Pause" : "Start";
    this.wake();
  }

  /** Whether it goes on from frame to frame: not where nobody sees it. */
  get awake() {
    return this.running && this.inSight && !document.hidden;
  }

  /** The patch of this frame. */
  advance(state, now) {
    if (!this.awake || this.busy) return {};
    const passed = Math.max(1, Math.min(now - this.before, LONGEST)); // frames may share a time
    const patch = this.next(state, this.before === null ? 0 : passed);
    this.before = now;
    if (!patch) this.run(false);
    return patch ?? {};
  }

  /** This frame's share of the work, and the drawing; true if another frame is needed. */
  frame(state, now, draw) {
    const start = performance.now();
    this.busy = this.work(state, start + Math.max(LEAST, FRAME - this.drawing));
    const seldom = this.running && this.calm.matches && now - (this.drawn ?? 0) < STILL;
    if (!seldom) {
      const begun = performance.now();
      draw();
      this.drawn = now;
      this.drawing = Math.max(performance.now() - begun, 0.9 * this.drawing);
    }
    return this.busy || this.awake;
  }
}
