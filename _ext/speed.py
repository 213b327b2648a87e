"""Garbage is collected seldom: Docutils makes millions of small objects and drops few."""

import gc


def setup(app):
    gc.set_threshold(200_000, 50, 100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
