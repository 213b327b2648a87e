"""Which global names a piece of Python makes, and which it needs from before.

Read in the order in which it runs: a name that the code makes itself before it uses it
is not needed. What functions use, they use when they are called: by then the code has
made all its names. (``symtable`` can't tell: since Python 3.12 it counts the variables
of a comprehension among those of the module.)
"""

import ast
from collections.abc import Iterable


def names(source: str) -> tuple[set[str], set[str]]:
    """The global names that ``source`` makes, and those that it needs, however deep."""
    reader = _Reader()
    reader.each(ast.parse(source).body)
    return reader.made, reader.used | (reader.later - reader.made)


class _Reader(ast.NodeVisitor):
    """One scope: what it makes, uses before it is made for sure, and uses later."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.sure: set[str] = set()
        self.used: set[str] = set()
        self.later: set[str] = set()
        self.globals: set[str] = set()

    def each(self, nodes: Iterable[ast.AST | None]) -> None:
        """Read ``nodes`` in this order."""
        for node in nodes:
            if node is not None:
                self.visit(node)

    def make(self, name: str) -> None:
        """The scope has ``name`` from here on."""
        self.made.add(name)
        self.sure.add(name)

    def use(self, found: Iterable[str]) -> None:
        """The scope needs what it has not made."""
        self.used.update(set(found) - self.sure)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self.make(node.id)
        else:
            self.use([node.id])

    def visit_Import(self, node):
        for alias in node.names:
            self.make((alias.asname or alias.name).split(".")[0])

    visit_ImportFrom = visit_Import

    def visit_Assign(self, node):
        self.each([node.value, *node.targets])

    def visit_AnnAssign(self, node):
        self.each([node.annotation, node.value, node.value and node.target])

    def visit_AugAssign(self, node):
        if isinstance(node.target, ast.Name):
            self.use([node.target.id])
        self.each([node.value, node.target])

    def visit_NamedExpr(self, node):
        self.each([node.value, node.target])

    def visit_Global(self, node):
        self.globals.update(node.names)

    def visit_For(self, node):
        # Its body runs: loops over nothing are not written into lessons.
        self.each([node.iter, node.target, *node.body, *node.orelse])

    def visit_If(self, node):
        self.visit(node.test)
        self.branches(node.body, node.orelse)

    visit_While = visit_If

    def visit_IfExp(self, node):
        self.visit(node.test)
        self.branches([node.body], [node.orelse])

    def visit_Try(self, node):
        handlers = ([handler.type, *handler.body] for handler in node.handlers)
        self.branches(node.body + node.orelse, *handlers)
        self.each(node.finalbody)

    def branches(self, *ways: list) -> None:
        """Only one of ``ways`` is gone: sure is what each of them makes."""
        before, after = set(self.sure), []
        for way in ways:
            self.sure = set(before)
            self.each(way)
            after.append(self.sure)
        self.sure = set.intersection(*after)

    def visit_FunctionDef(self, node):
        self.each([*getattr(node, "decorator_list", []), *node.args.defaults])
        self.each(node.args.kw_defaults)
        inner = _Reader()
        for arg in ast.walk(node.args):
            if isinstance(arg, ast.arg):
                inner.make(arg.arg)
        inner.each(node.body if isinstance(node.body, list) else [node.body])
        own = inner.made - inner.globals
        self.later |= (inner.used | inner.later) - own
        self.made |= inner.made & inner.globals
        if hasattr(node, "name"):
            self.make(node.name)

    visit_AsyncFunctionDef = visit_Lambda = visit_FunctionDef

    def visit_ClassDef(self, node):
        self.each([*node.decorator_list, *node.bases, *(k.value for k in node.keywords)])
        inner = _Reader()
        inner.each(node.body)
        self.use(inner.used)
        self.later |= inner.later
        self.make(node.name)

    def visit_ListComp(self, node):
        inner = _Reader()
        for loop in node.generators:
            inner.each([loop.iter, loop.target, *loop.ifs])
        parts = ("key", "value") if isinstance(node, ast.DictComp) else ("elt",)
        inner.each(getattr(node, part) for part in parts)
        self.use(inner.used)
        self.later |= inner.later - inner.made
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr):
                self.visit(part.target)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp
