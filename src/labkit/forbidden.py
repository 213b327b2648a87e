"""Does an answer call the very rule that it was to write? For a person to look at.

The learner's own code is read, not run: what the answer reaches (its helpers, the names
it imports, aliases, ``getattr`` and imports by a text) is held against dotted names.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

_IMPORTERS = ("importlib.import_module", "__import__", "importlib.__import__")
_EXECUTORS = ("eval", "exec", "compile")


def uses(
    cells: Iterable[tuple[int, str]], name: str, forbidden: Sequence[str]
) -> list[tuple[int, str]]:
    """Where the answer ``name`` reaches one of the ``forbidden`` dotted names.

    Parameters
    ----------
    cells : iterable of (int, str)
        Number and source of the notebook's code cells.
    name : str
    forbidden : sequence of str
        ``"torch.optim"`` stands for all that is in it.

    Returns
    -------
    list of (int, str)
        Number of the cell, and what it uses there.
    """
    if not forbidden:
        return []
    code = _Code(cells)
    found = {
        (cell, used)
        for cell, node in code.reached(name)
        for used in code.used(node)
        if used.startswith(_BY_TEXT) or any(_within(used, one) for one in forbidden)
    }
    return sorted(found)


_BY_TEXT = "code made of text"


def _within(used: str, forbidden: str) -> bool:
    return used == forbidden or used.startswith(forbidden + ".")


class _Code:
    """The notebook's statements, by the names that they bind."""

    def __init__(self, cells: Iterable[tuple[int, str]]) -> None:
        self.bound: dict[str, list[tuple[int, ast.AST]]] = defaultdict(list)
        self.aliases: dict[str, set[str]] = defaultdict(set)
        self.stars: set[str] = set()
        trees = [(number, tree) for number, text in cells if (tree := _parsed(text))]
        for number, tree in trees:
            self._bind(number, tree.body)
            for node in ast.walk(tree):
                self._import(node)
        # An alias of an alias needs another look.
        for _ in range(4):
            for _, tree in trees:
                for node in ast.walk(tree):
                    self._alias(node)

    def _bind(self, number: int, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            for name in _names_bound(statement):
                self.bound[name].append((number, statement))
            if not isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.Assign)):
                for field in ("body", "orelse", "finalbody"):
                    self._bind(number, getattr(statement, field, None) or [])
                for handler in getattr(statement, "handlers", []):
                    self._bind(number, handler.body)

    def _import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name if alias.asname else alias.name.partition(".")[0]
                self.aliases[alias.asname or top].add(top)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name == "*":
                    self.stars.add(node.module)
                else:
                    full = f"{node.module}.{alias.name}"
                    self.aliases[alias.asname or alias.name].add(full)

    def _alias(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and len(self.aliases[target.id]) < 9:
                    self.aliases[target.id] |= self.dotted(node.value)

    def reached(self, name: str) -> list[tuple[int, ast.AST]]:
        """The statements that ``name`` depends on, through names of the notebook."""
        done, waiting, statements = set(), [name], []
        while waiting:
            current = waiting.pop()
            if current in done:
                continue
            done.add(current)
            for number, statement in self.bound.get(current, []):
                statements.append((number, statement))
                waiting += [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)]
        return statements

    def dotted(self, node: ast.AST) -> set[str]:
        """The dotted names that an expression may stand for."""
        if isinstance(node, ast.Name):
            names = self.aliases.get(node.id)
            if names is None and node.id not in self.bound:
                names = {f"{module}.{node.id}" for module in self.stars} | {node.id}
            return set(names or ())
        if isinstance(node, ast.Attribute):
            if node.attr == "__dict__":
                return self.dotted(node.value)
            return {f"{base}.{node.attr}" for base in self.dotted(node.value)}
        if isinstance(node, ast.Subscript):
            key = _text(node.slice)
            bases = self.dotted(node.value)
            if key and "sys.modules" in bases:
                return {key}
            return {f"{base}.{key}" for base in bases} if key else set()
        if isinstance(node, ast.Call):
            return self._called(node)
        return set()

    def _called(self, node: ast.Call) -> set[str]:
        what, args = self.dotted(node.func), node.args
        if "getattr" in what and len(args) > 1:
            key = _text(args[1])
            return {f"{base}.{key}" for base in self.dotted(args[0])} if key else set()
        if "vars" in what and args:
            return self.dotted(args[0])
        if what & set(_IMPORTERS) and args:
            key = _text(args[0])
            return {key} if key else {f"{_BY_TEXT}: an import by a computed name"}
        return set()

    def used(self, statement: ast.AST) -> Iterator[str]:
        """The dotted names in a statement."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
                yield from self.dotted(node)
                if isinstance(node, ast.Call):
                    executors = self.dotted(node.func) & set(_EXECUTORS)
                    yield from (f"{_BY_TEXT}: {name}" for name in executors)


def _parsed(text: str) -> ast.Module | None:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _names_bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _text(node: ast.AST) -> str | None:
    """A text that is written out, if in parts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return left + right if left is not None and right is not None else None
    if isinstance(node, ast.JoinedStr):
        parts = [_text(value) for value in node.values]
        return "".join(parts) if None not in parts else None
    return None
