"""Where the site lives, if that is known."""


def setup(app):
    # Jupyter Book always sets these, for extensions that this book does not load.
    for name in ("comments_config", "use_jupyterbook_latex", "use_multitoc_numbering"):
        if name not in app.config:
            app.add_config_value(name, None, "")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
