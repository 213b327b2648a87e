"""The live figures' twins: what a page's modules compute, computed by the library.

One module a figure, of the figure's name: its first settings (``DEFAULTS``) and the
functions that its JavaScript must agree with. ``figures_<name>`` draws the static picture.
"""
