"""How figures are drawn wherever outputs are made or checked: twice the pixels, as PNG.

Used through IPYTHONDIR by `tools.notebooks run` and by the tests, so that a cell
needs no line about it. A reader's own Jupyter draws with the reader's settings.
"""

c = get_config()  # noqa: F821
c.InlineBackend.figure_formats = {"retina"}
c.InlineBackend.rc = {}
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"
