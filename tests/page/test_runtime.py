"""What runs Python in a page is fetched whole, is official to the byte, or is left out."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from tools import page_pins, page_runtime

FILES = {"pyodide.mjs": b"core", "numpy.whl": b"official", "sympy.whl": b"pure"}


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A list of three small files, a cache of its own, and no source that answers."""
    sha = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    packages = {
        n: {"file_name": f"{n}.whl", "sha256": sha[f"{n}.whl"], "version": "1"}
        for n in ("numpy", "sympy")
    }
    pins = {
        "core": {"pyodide.mjs": sha["pyodide.mjs"]},
        "pure": {"sympy": "sympy==1"},
        "lock": {"info": {"version": "0"}, "packages": packages},
    }
    (tmp_path / "pins.json").write_text(json.dumps(pins))
    monkeypatch.setattr(page_runtime, "PINS", tmp_path / "pins.json")
    monkeypatch.setattr(page_runtime, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(page_runtime, "DISTRIBUTION", "http://127.0.0.1:9/")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PYODIDE_DIR", raising=False)
    return tmp_path


def given(place, monkeypatch, **changed):
    place = place / "given"
    place.mkdir(exist_ok=True)
    for name, content in FILES.items():
        (place / name).write_bytes(changed.get(name.partition(".")[0], content))
    monkeypatch.setenv("PYODIDE_DIR", str(place))


def test_a_folder_gives_all_and_a_second_time_nothing_is_read(small, monkeypatch):
    given(small, monkeypatch)
    assert "PYODIDE_DIR" in page_runtime.fetch()
    place = page_runtime.folder()
    assert {p.name for p in place.iterdir()} == {*FILES, "pyodide-lock.json"}
    lock = json.loads((place / "pyodide-lock.json").read_text())
    assert lock == page_runtime.pinned()["lock"]
    shutil.rmtree(small / "given")
    assert page_runtime.fetch() == "Python for the pages is there"


def test_a_file_that_differs_is_refused(small, monkeypatch):
    given(small, monkeypatch, numpy=b"officiaL")
    with pytest.raises(page_runtime.Missing, match=r"numpy\.whl is not the official file"):
        page_runtime.fetch()
    assert not page_runtime.folder().exists()


def test_where_no_source_answers_it_says_what_each_said(small):
    site = small / "site"
    site.mkdir()
    with pytest.raises(page_runtime.Missing) as missing:
        page_runtime.fetch()
    for name in page_runtime.SOURCES:
        assert name in str(missing.value)
    said = page_runtime.join(site)
    assert "no Run buttons" in said and "make page-python" in said
    files = [path for path in site.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["runtime.mjs"]  # which tells the pages so
    assert files[0].read_text() == "export default null;\n"


def test_a_new_list_makes_the_old_files_go(small, monkeypatch):
    given(small, monkeypatch)
    page_runtime.fetch()
    old, site = page_runtime.folder(), small / "site"
    assert page_runtime.put_into(site)
    pins = page_runtime.pinned()
    pins["lock"]["info"]["version"] = "1"
    page_runtime.PINS.write_text(json.dumps(pins))
    page_runtime.fetch()
    assert not old.exists() and page_runtime.folder().exists()
    assert page_runtime.put_into(site)
    assert [p.name for p in (site / "pyodide").iterdir()] == [page_runtime.folder().name]


def test_a_build_begins_the_download_and_does_not_wait(small):
    """start, in a copy of the tools: the cache lies beside them."""
    tools = small / "tools"
    tools.mkdir()
    for name in ("page_runtime.py", "page_runtime.json", "__init__.py"):
        shutil.copy(page_pins.PINS.parent / name, tools)
    place = small / "given"
    place.mkdir()
    env = {**os.environ, "PYODIDE_DIR": str(place), "PIP_NO_INDEX": "1"}
    command = [sys.executable, "-m", "tools.page_runtime"]
    begun = subprocess.run([*command, "start"], cwd=small, env=env, timeout=20)
    assert begun.returncode == 0
    joined = subprocess.run(
        [*command, "join", "site"], cwd=small, env=env, capture_output=True, text=True
    )
    assert joined.returncode == 0 and "no Run buttons" in joined.stdout
    assert (small / ".pyodide" / "failed").exists()


def test_the_list_is_what_the_official_package_says(tmp_path):
    """Needs npm, which only this test and ``tools.page_pins`` use."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed: the list is not held against its source")
    try:
        path = page_pins.archive(tmp_path)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"npm did not answer: {error}")
    assert page_pins.pins(path) == page_runtime.pinned()


def test_another_archive_than_the_official_one_is_refused(tmp_path, monkeypatch):
    (tmp_path / "pyodide-0.tgz").write_bytes(b"another")
    monkeypatch.setattr(page_pins.subprocess, "run", lambda *_, **__: None)
    with pytest.raises(ValueError, match="has integrity sha512-"):
        page_pins.archive(tmp_path)
