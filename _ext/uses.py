"""Which lesson uses which function of the library: read off the code on its page.

What a page imports by one name or another is followed: ``from descent.optimizers import
sgd`` and then ``sgd(0.1)``, as well as ``optimizers.sgd(0.1)``.
"""

import ast

from docutils import nodes


def names_used(blocks, documented):
    """For each block of code in turn, the full names that it uses.

    ``documented`` gives the full name of what is in the reference, by that name itself
    and by shorter ones. Imports hold in later blocks too, and are no use by themselves.
    """
    local = {}
    for block in blocks:
        try:
            parts = list(ast.walk(ast.parse(block)))
        except SyntaxError:  # a command of IPython's, or an error shown on purpose
            parts = []
        for part in parts:
            if isinstance(part, ast.ImportFrom) and part.module:
                for alias in part.names:
                    full = documented.get(f"{part.module}.{alias.name}")
                    if full:
                        local[alias.asname or alias.name] = full
        found = set()
        for part in parts:
            if isinstance(part, ast.Name):
                found.add(local.get(part.id))
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                found.add(documented.get(f"{local.get(part.value.id)}.{part.attr}"))
        yield {name for name in found if name and name.count(".") == 2}


def places(env, documented):
    """For each full name, by lesson, the id of the section that uses it first."""
    found = {}
    for doc in sorted(env.found_docs):
        if not doc.startswith("lessons/"):
            continue
        code = [
            block
            for block in env.get_doctree(doc).findall(nodes.literal_block)
            if "python" in block.get("language", "")
        ]
        texts = [block.astext() for block in code]
        for block, names in zip(code, names_used(texts, documented)):
            for name in names:
                found.setdefault(name, {}).setdefault(doc, _section(block))
    return found


def _section(node):
    """The id of the section around ``node``: one with a title, which solutions lack."""
    while node is not None and not (
        isinstance(node, nodes.section) and isinstance(node.next_node(), nodes.title)
    ):
        node = node.parent
    return node["ids"][0] if node is not None and node["ids"] else ""
