// Python in a worker of its own, started by the first run. Stop ends the worker: no loop
// can refuse. What it had in memory is lost then.

export class Stopped extends Error {}

export class Python {
  constructor(runtime) {
    this.runtime = runtime;
    this.generation = 0; // how often it has been ended
    this.count = 0;
  }

  get running() {
    return Boolean(this.job);
  }

  /** Run code, and hear of what it does; whether it ended without an error. `needs` are
   * packages to load with Python itself, which is faster than one after the other.
   * Throws Stopped if it was stopped, an Error if Python itself came to an end. */
  run({ id, code, needs }, hear) {
    if (!this.worker) this.begin(needs);
    this.count += 1;
    return new Promise((resolve, reject) => {
      this.job = { hear, resolve, reject };
      this.worker.postMessage({ id, code, count: this.count });
    });
  }

  begin(needs) {
    this.worker = new Worker(new URL("worker.mjs", import.meta.url), { type: "module" });
    this.worker.onmessage = ({ data }) => {
      if (data.kind === "done") this.finish((job) => job.resolve(data.ok));
      else if (data.kind === "ended") this.end(new Error(data.text));
      else this.job?.hear(data);
    };
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.end(new Error(event.message || "its worker could not be loaded."));
    };
    this.worker.postMessage({ runtime: this.runtime, needs });
  }

  finish(how) {
    const job = this.job;
    this.job = null;
    if (job) how(job);
  }

  end(why) {
    this.worker?.terminate();
    this.worker = null;
    this.generation += 1;
    this.count = 0;
    this.finish((job) => job.reject(why));
  }

  stop() {
    if (this.worker) this.end(new Stopped("stopped"));
  }
}
