"""A broken release is refused whole: one line for each fault, with the file, the key and what would be right.

Each folder of `broken/` changes the shipped release: its TOML files are added to those of the same name,
`edits.toml` changes their text, and each line of `error.txt` must stand in one line of the error.
"""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from engine.knowledge import KnowledgeError, load

SHIPPED = Path(__file__).parents[2] / "knowledge"
BROKEN = Path(__file__).parent / "broken"


def broken(name: str, release: Path) -> Path:
    """The shipped release with the changes of a fixture."""
    shutil.copytree(SHIPPED, release)
    for path in sorted((BROKEN / name).rglob("*.toml")):
        target = release / path.relative_to(BROKEN / name)
        if path.name == "edits.toml":
            for edit in tomllib.loads(path.read_text())["edit"]:
                change(release / edit.pop("file"), **edit)
            continue
        before = target.read_bytes() if target.exists() else b""
        target.write_bytes(before + path.read_bytes())
    return release


def change(path: Path, *, delete: bool = False, find: str = "", put: str = "", **cut: str) -> None:
    """Delete a file; or replace the first `find`, or what stands from `from` up to `to`, by `put`."""
    if delete:
        path.unlink()
        return
    text = path.read_text()
    if cut:
        start = text.index(cut["from"])
        find = text[start : text.index(cut["to"], start)]
    assert find in text
    path.write_text(text.replace(find, put, 1))


@pytest.mark.parametrize("name", sorted(path.name for path in BROKEN.iterdir()))
def test_a_broken_release_names_each_fault(name: str, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load(broken(name, tmp_path / "release"))

    wanted = (BROKEN / name / "error.txt").read_text().splitlines()
    said = [str(problem) for problem in refused.value.problems]
    assert len(said) == len(wanted), said
    for line in wanted:
        assert any(line in problem for problem in said), (line, said)
    assert str(refused.value) == "\n".join(said)
