// The worker that holds Python. First message: { runtime, needs }, the
// folder of Pyodide and the packages to begin with.
// Then { id, code, count }; it answers with what page/session.py posts, and with
//   { kind: "state", text }   what is going on
//   { kind: "done", ok }      the code has ended
//   { kind: "ended", text }   Python has ended, and this worker with it

const LIMIT = 1_500_000_000; // bytes that Python may take before it raises MemoryError

// A page that takes all memory takes the browser with it: growth ends before.
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65536 > LIMIT) throw new RangeError("memory limit");
  return grow.call(this, pages);
};

const here = new URL(".", import.meta.url);
const say = (text) => postMessage({ kind: "state", text });
const NAMES = { matplotlib: "Matplotlib", numpy: "NumPy", sympy: "SymPy" };

async function begin({ runtime, needs }) {
  say("Loading Python…");
  const [{ loadPyodide }, course, session] = await Promise.all([
    import(`${runtime}pyodide.mjs`),
    fetch(new URL("course.json", here)).then((answer) => answer.json()),
    fetch(new URL("session.py", here)).then((answer) => answer.text()),
  ]);
  const wheel = fetch(new URL(`../downloads/${course.wheel}`, here));
  const python = await loadPyodide({
    indexURL: runtime,
    packages: needs,
    env: { HOME: "/home/pyodide", MPLBACKEND: "agg", OMP_NUM_THREADS: "1", TQDM_DISABLE: "1" },
  });
  python.unpackArchive(await (await wheel).arrayBuffer(), "wheel");
  python.FS.writeFile("/home/pyodide/page_session.py", session);
  const module = python.pyimport("page_session");
  module.prepare(needs);
  return { python, module, course };
}

async function run(held, { id, code, count }) {
  const { python, module, course } = held;
  const packages = module.packages(code, JSON.stringify(course.modules)).toJs();
  const wanted = packages.filter((name) => !(name in python.loadedPackages));
  if (wanted.length) {
    say(`Loading ${wanted.map((name) => NAMES[name] ?? name).join(", ")}…`);
    await python.loadPackage(wanted, { messageCallback() {}, errorCallback: console.warn });
    module.prepare(wanted);
  }
  say("Running…");
  const ok = module.run(id, code, count, (event) => postMessage(JSON.parse(event)));
  postMessage({ kind: "done", ok });
}

let ready, turn = Promise.resolve();

onmessage = ({ data }) => {
  if (data.runtime) {
    ready = begin(data);
    ready.catch(() => {}); // told by the first run
    return;
  }
  turn = turn.then(async () => {
    try {
      await run(await ready, data);
    } catch (error) {
      postMessage({ kind: "ended", text: String(error.message ?? error).split("\n").at(-1) });
    }
  });
};
