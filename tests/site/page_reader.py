"""A reader's window: it opens pages, and remembers all that goes wrong."""

PATIENCE = 120_000  # milliseconds: tests share the machine with others
MATHJAX = "**/_static/mathjax/*.js"


class Reader:
    """Opens pages in one window and remembers all that goes wrong."""

    def __init__(self, browser, address, formulas=True, **options):
        self.address, self.problems, self.requests = address, [], []
        self.context = browser.new_context(**options)
        self.context.set_default_timeout(PATIENCE)
        self.context.route("**/*", self._let_through)
        if not formulas:  # setting them is most of the time that a lesson takes to open
            self.context.route(MATHJAX, lambda route: route.fulfill(body=""))
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        if options.get("java_script_enabled", True):
            self.page.on("requestfailed", self._failed)

    def _let_through(self, route):
        url = route.request.url
        self.requests.append((route.request.resource_type, url))
        if url.startswith((self.address, "file:", "data:", "blob:")):
            route.continue_()
        else:
            self.problems.append(f"request to another host: {url}")
            route.abort()

    def _console(self, message):
        if message.type == "error":
            where = message.location.get("url", "")
            self.problems.append(f"console: {message.text} {where}")

    def _failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # the page was left before it came
            self.problems.append(f"failed: {request.url}")

    def open(self, path):
        """Load a page and wait until its formulas are set."""
        self.page.goto(path if "://" in path else self.address + path)
        self.page.wait_for_load_state("load")
        self.page.evaluate(
            "async () => { if (window.MathJax && MathJax.startup) "
            "await MathJax.startup.promise; }"
        )
        return self.page

    def close(self):
        self.context.close()
        assert not self.problems, "\n".join(dict.fromkeys(self.problems))
