"""Does an answer call the very rule that it was to write? For a person to look at.

The learner's own code is read, not run: what the answer reaches (its helpers, the names
it imports, aliases, ``getattr`` and imports by a text) is held against dotted names.
"""

import ast
import builtins
import symtable
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from labkit.cells import parsed

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
        Number of the cell, and what it uses there; 0 for what no cell is seen to define.
    """
    if not forbidden:
        return []
    try:
        code = _Code(cells)
        found = {
            (cell, used)
            for cell, node in code.reached(name)
            for used in code.used(node)
            if used.startswith(_BY_TEXT) or any(_within(used, one) for one in forbidden)
        }
        found |= {(0, f"{lost}, {_UNSEEN}") for lost in code.lost(name)}
    except RecursionError:
        return [(0, "code that is nested too deeply to be read")]
    return sorted(found)


LONGEST = 500_000  # characters of all cells together; nobody writes so many
_BY_TEXT = "code made of text"
_UNSEEN = "which no statement is seen to define"
# What a notebook's cells find without defining it.
_GIVEN = frozenset(dir(builtins)) | {"get_ipython", "display", "exit", "quit", "In", "Out"}


def _within(used: str, forbidden: str) -> bool:
    return used == forbidden or used.startswith(forbidden + ".")


class _Code:
    """The notebook's statements, by the names that they bind."""

    def __init__(self, cells: Iterable[tuple[int, str]]) -> None:
        self.bound: dict[str, list[tuple[int, ast.AST]]] = defaultdict(list)
        self.aliases: dict[str, set[str]] = defaultdict(set)
        self.stars: set[str] = set()
        cells, left = list(cells), LONGEST
        trees = []
        for number, text in cells:
            left -= len(text)
            if left >= 0 and (tree := parsed(text)):
                trees.append((number, tree))
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
            for name in set(_names_bound(statement)):
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
                waiting += _globals_of(statement)
        return statements

    def lost(self, name: str) -> set[str]:
        """The names that ``name`` depends on and that no readable statement binds."""
        if name not in self.bound:
            return {name}
        used = {used for _, node in self.reached(name) for used in _globals_of(node)}
        known = set() if self.stars else used - self.bound.keys() - _GIVEN
        return {lost for lost in known if not lost.startswith("_")}

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


def _globals_of(statement: ast.stmt) -> set[str]:
    """The names that a statement looks up outside itself: no parameter, no local one."""
    try:
        top = symtable.symtable(ast.unparse(statement), "cell", "exec")
    except (SyntaxError, ValueError, MemoryError):
        return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    names, tables = set(), [top]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        names |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (table is top or symbol.is_global())
        }
    return names


def _names_bound(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
        for node in ast.walk(statement):
            if isinstance(node, ast.Global):
                yield from node.names
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        for alias in statement.names:
            yield alias.asname or alias.name.partition(".")[0]
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            # K.rule = …, d["rule"] = …: what is put into an object belongs to it.
            elif isinstance(getattr(node, "ctx", None), ast.Store) and _owner(node):
                yield _owner(node)


def _owner(node: ast.AST) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


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
