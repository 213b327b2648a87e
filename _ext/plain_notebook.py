"""A notebook as Jupyter shows it best: MyST's roles and directives as plain Markdown.

Code cells and their outputs are not touched. What another page knows (numbers,
titles, citations) comes from `Answers`, so that this module needs no Sphinx.
"""

import ast
import copy
import re
from typing import Protocol

FENCE = re.compile(r"^(?P<indent> *)(?P<mark>`{3,}|:{3,}|~{3,})(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[\w:-]+)\}\s*(?P<title>.*)$")
OPTION = re.compile(r"^:(?P<key>[\w-]+):\s*(?P<value>.*)$")
ROLE = re.compile(
    r"\{(?P<name>[\w:-]+)\}(?P<mark>`+)(?P<text>.+?)(?P=mark)(?!`)", re.DOTALL
)
EXPLICIT = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\[]*)\]\((?P<target>[^)\s]+)\)")
LABEL = re.compile(r"^\([\w:.-]+\)=\s*$")
EQUATION = re.compile(r"^(?P<close>.*\$\$)\s*\((?P<label>[\w:.-]+)\)\s*$")
FOOTNOTE = re.compile(r"^\[\^(?P<name>[\w-]+)\]:\s*(?P<text>.*)$")
WORDS = {"right": "Right.", "wrong": "Not quite."}
NAMED = [
    "note",
    "warning",
    "tip",
    "hint",
    "seealso",
    "important",
    "caution",
    "danger",
    "attention",
    "error",
]
SILENT = [
    "bibliography",
    "bowl",
    "lessons",
    "start",
    "abilities",
    "tableofcontents",
    "toctree",
    "index",
]


class Answers(Protocol):
    """What only the whole book knows."""

    def number(self, label: str) -> str:
        """``Figure 1.2`` for a figure's label."""

    def equation(self, label: str) -> str:
        """``1.3`` for an equation's label."""

    def title(self, target: str) -> str:
        """The title of a page or section."""

    def address(self, target: str) -> str:
        """Where a page is on the web, or an empty text."""

    def citation(self, keys: list[str], kind: str) -> str:
        """``Polyak (1964)`` for ``t``, ``(Polyak, 1964)`` for ``p``."""


def glued(notebook: dict) -> dict[str, str]:
    """What the run glued, by name."""
    found = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            name = output.get("metadata", {}).get("scrapbook", {}).get("name")
            for mime, text in output.get("data", {}).items():
                if name and mime.endswith("text/plain"):
                    found[name] = _value("".join(text))
    return found


def _value(text: str) -> str:
    """The text inside the quotes that Python puts around it."""
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        return text


def plain(notebook: dict, answers: Answers) -> dict:
    """A copy of the notebook in plain Markdown."""
    notebook = copy.deepcopy(notebook)
    writer = _Writer(glued(notebook), answers)
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = writer.markdown(source)
            if not text.strip():
                continue
            cell["source"] = _lines(text)
        cells.append(cell)
        figure = cell.get("metadata", {}).get("mystnb", {}).get("figure", {})
        if cell["cell_type"] == "code" and figure.get("caption"):
            number = answers.number(figure.get("name", ""))
            text = f"**{number}.** {writer.inline(figure['caption'])}"
            cells.append(
                {
                    "cell_type": "markdown",
                    "id": f"{cell['id'][:56]}-caption",
                    "metadata": {},
                    "source": _lines(text),
                }
            )
    notebook["cells"] = cells
    return notebook


def _lines(text: str) -> list[str]:
    return text.strip("\n").splitlines(keepends=True)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip("\n").split("\n"))


def _folded(title: str, body: str) -> str:
    for pattern, new in (
        (r"`([^`]+)`", r"<code>\1</code>"),
        (r"\*\*([^*]+)\*\*", r"<b>\1</b>"),
        (r"\*([^*]+)\*", r"<em>\1</em>"),
    ):
        title = re.sub(pattern, new, title)
    return f"<details><summary>{title}</summary>\n\n{body.strip()}\n\n</details>"


class _Writer:
    def __init__(self, values: dict[str, str], answers: Answers):
        self.values, self.answers = values, answers
        self.footnotes: dict[str, int] = {}

    def markdown(self, source: str) -> str:
        """One cell, or the body of a directive."""
        out: list[str] = []
        lines = source.split("\n")
        i = 0
        text: list[str] = []

        def flush():
            if text:
                out.append(self.prose("\n".join(text)))
                text.clear()

        while i < len(lines):
            fence = FENCE.match(lines[i])
            if not fence or ("`" in fence["info"] and fence["mark"][0] == "`"):
                text.append(lines[i])
                i += 1
                continue
            flush()
            end = self._end(lines, i, fence["mark"])
            directive = DIRECTIVE.match(fence["info"].strip())
            if directive:
                body = [line.removeprefix(fence["indent"]) for line in lines[i + 1 : end]]
                new = self.directive(
                    directive["name"], directive["title"], body, lines, end
                )
                if isinstance(new, tuple):
                    new, end = new
                out.append(new)
            else:
                out.append("\n".join(lines[i : end + 1]))
            i = end + 1
        flush()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(out)).strip("\n") + "\n"

    @staticmethod
    def _end(lines: list[str], start: int, mark: str) -> int:
        for j in range(start + 1, len(lines)):
            line = lines[j].strip()
            if len(line) >= len(mark) and set(line) == {mark[0]}:
                return j
        return len(lines)

    def directive(self, name, title, body, lines, end):
        """The directive as Markdown, and where it ends if that is not its fence."""
        options = {}
        while body and (option := OPTION.match(body[0])):
            options[option["key"]] = option["value"]
            body = body[1:]
        classes = f"{options.get('class', '')} {options.get('class-container', '')}".split()
        title = self.inline(title.strip())
        if name in SILENT or name in ("exercise-end", "solution-end"):
            return ""
        if name == "exercise-start":
            return f"**{self._exercise(title, options)}**\n"
        if name == "solution-start":
            return self._solution(lines, end)
        if name in ("math", "code-block", "code", "sourcecode"):
            rest = "\n".join(body)
            return f"$$\n{rest}\n$$" if name == "math" else f"```{title}\n{rest}\n```"
        if name == "glossary":
            return self._glossary(body)
        if name in ("figure", "image"):
            caption = self.markdown("\n".join(body)).strip()
            return f"![{options.get('alt', '')}]({title})\n\n{caption}\n"
        if name == "live":
            return self._live(options, body)
        if name == "list-table":
            return (f"**{title}**\n\n" if title else "") + self._list_table(body)
        text = self.markdown("\n".join(body))
        if name == "table":
            number = self.answers.number(options.get("name", ""))
            return f"**{number}.** {title}\n\n{text}" if number else f"{title}\n\n{text}"
        if name == "dropdown":
            word = next((f"**{WORDS[c]}** " for c in classes if c in WORDS), "")
            return _folded(title or "More", word + text.lstrip()) + "\n"
        if name == "solution":
            return _folded("Solution", text) + "\n"
        if name == "exercise":
            return _quoted(f"**{self._exercise(title, options)}**\n\n{text}") + "\n"
        if name == "admonition" or name in NAMED:
            title = title or name.capitalize()
            if "dropdown" in classes:
                return _folded(title, text) + "\n"
            return _quoted(f"**{title}**\n\n{text}") + "\n"
        # A container, or something that only a page can show.
        return (
            f"**{title}**\n\n" if title and name not in ("div", "container") else ""
        ) + text

    def _live(self, options: dict, body: list[str]) -> str:
        """A figure that only the page can show: what is seen there, and where."""
        label = options.get("name", "")
        number, address = self.answers.number(label), self.answers.address(label)
        where = f"[the lesson's page]({address})" if address else "the lesson's page"
        caption = self.markdown("\n".join(body)).strip()
        head = f"**{number or 'Live figure'}**, to be tried on {where}. {caption}"
        return _quoted(f"{head}\n\nIts first picture: {options.get('alt', '')}") + "\n"

    def _exercise(self, title: str, options: dict) -> str:
        number = self.answers.number(options.get("label", "")) or "Exercise"
        return f"{number}: {title}" if title else number

    def _solution(self, lines: list[str], end: int):
        """A whole solution folds; one with code cells cannot, since it spans cells."""
        for j in range(end + 1, len(lines)):
            fence = FENCE.match(lines[j])
            if fence and fence["info"].strip().startswith("{solution-end}"):
                body = self.markdown("\n".join(lines[end + 1 : j]))
                return _folded("Solution", body) + "\n", self._end(lines, j, fence["mark"])
        return "**Solution** (try it yourself before you read on)\n"

    def _glossary(self, body: list[str]) -> str:
        out = []
        for line in body:
            if not line.strip():
                continue
            if line[0].isspace():
                out.append(self.inline(line.strip().removeprefix(": ")))
            else:
                out.append(f"\n**{self.inline(line.strip())}**  ")
        return "\n".join(out) + "\n"

    def _list_table(self, body: list[str]) -> str:
        rows: list[list[str]] = []
        for line in body:
            if match := re.match(r"^(\*|-) +- ?(.*)$", line):
                rows.append([match[2]])
            elif match := re.match(r"^ +- ?(.*)$", line):
                rows[-1].append(match[1])
            elif line.strip() and rows:
                rows[-1][-1] += " " + line.strip()
        table = [
            "| " + " | ".join(self.inline(cell) for cell in row) + " |" for row in rows
        ]
        if table:
            table.insert(1, "|" + "---|" * len(rows[0]))
        return "\n".join(table) + "\n"

    def prose(self, text: str) -> str:
        """Text between directives: labels, equation numbers, definitions, footnotes."""
        out: list[str] = []
        for line in text.split("\n"):
            if LABEL.match(line) or line.startswith("% ") or line.strip() == "+++":
                continue
            if equation := EQUATION.match(line):
                number = self.answers.equation(equation["label"])
                close = equation["close"]
                line = close[:-2] + (f"\\tag{{{number}}}\n$$" if number else "$$")
                line = line.lstrip("\n")
            elif footnote := FOOTNOTE.match(line):
                line = f"{self._footnote(footnote['name'])} {footnote['text']}"
            elif line.startswith(":   ") and out:
                # A definition: its term is the line above.
                term = out.pop()
                out.append(f"**{term.strip()}**  ")
                line = line[4:]
            out.append(line)
        return self.inline("\n".join(out))

    def _footnote(self, name: str) -> str:
        return f"<sup>{self.footnotes.setdefault(name, len(self.footnotes) + 1)}</sup>"

    def inline(self, text: str) -> str:
        """Roles and links inside a text."""
        text = ROLE.sub(self._role, text)
        text = LINK.sub(self._link, text)
        return re.sub(r"\[\^([\w-]+)\]", lambda m: self._footnote(m[1]), text)

    def _role(self, match: re.Match) -> str:
        name, text = match["name"], match["text"]
        explicit = EXPLICIT.match(text)
        words, target = (explicit["text"], explicit["target"]) if explicit else ("", text)
        if name.startswith("glue"):
            return self.values.get(target.split(":")[0], target)
        if name in ("eq", "math:numref"):
            number = self.answers.equation(target)
            return f"({number})" if number else f"({target})"
        if name == "numref":
            number = self.answers.number(target)
            if words:
                return words.replace("%s", number.split()[-1] if number else "")
            return number or target
        if name in ("ref", "doc", "any"):
            words = words or self.answers.title(target)
            address = self.answers.address(target)
            return f"[{words}]({address})" if address else words
        if name.startswith("cite"):
            keys = [key.strip() for key in text.split(",")]
            return self.answers.citation(keys, name.partition(":")[2] or "p")
        if name == "term":
            return words or target
        if name == "live-set":
            return EXPLICIT.sub(r"\g<text>", text)
        if name == "math":
            return f"${text}$"
        if name in ("sub", "sup"):
            return f"<{name}>{text}</{name}>"
        if name.startswith("py:") or name in ("func", "class", "mod", "code", "file"):
            short = target.rpartition(".")[2] if target.startswith("~") else target
            return f"`{words or short}`"
        return words or text

    def _link(self, match: re.Match) -> str:
        text, target = match["text"], match["target"]
        if re.match(r"^(https?:|mailto:)", target):
            return match[0]
        if target.startswith("#"):
            return text or self.answers.title(target[1:])
        text = text or self.answers.title(target)
        address = self.answers.address(target)
        return f"[{text}]({address})" if address else text
