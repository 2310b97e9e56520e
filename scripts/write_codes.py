"""Write `docs/codes.md` from the catalogue of codes: what each means, how to mend it, and an overlay that has it.

Owns the page's layout. Must not know any code.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from gitramp.pipeline import every_code
from gitramp.problem import Code

ROOT = Path(__file__).resolve().parents[1]
_HEAD = """# Codes

<!-- Written by `make reference` from the catalogue of codes: edit the code's own file and run it again. -->

`gitramp explain CODE` tells the same about one code, `gitramp codes --output json` about all. A number is never used
for anything else, whatever happens to its code. Errors fail a run, warnings and remarks do not.
"""
_LONGEST_EXAMPLE = 16  # lines


def page() -> str:
    """Return the page."""
    codes = every_code().values()
    families = groupby(codes, key=lambda code: code.family)
    return _HEAD + "".join(_family(name, list(members)) for name, members in families)


def _family(name: str, codes: list[Code]) -> str:
    return f"\n## {codes[0].number[:3]}xx: {name}\n" + "".join("".join(_section(code)) for code in codes)


def _section(code: Code) -> Iterator[str]:
    yield f"\n### {code.number}: {code.title}\n\n{code.severity.value.capitalize()}. {code.why}\n"
    yield f"\nTo mend it: {code.remedy}.{f' [Source]({code.source})' if code.source else ''}\n"
    example = _example(code)
    if example:
        yield f"\nSuch as:\n\n```yaml\n{example}```\n"


def _example(code: Code) -> str:
    """Return the overlay of the tests that has this code and no other, without its first two lines."""
    found = ROOT / "tests" / "checks" / code.number / "bad" / "environments" / "production.yaml"
    try:
        lines = found.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError):
        return ""
    rest = [line for line in lines if not line.startswith(("apiVersion: gitramp", "kind: Environment"))]
    return "".join(rest) if 0 < len(rest) <= _LONGEST_EXAMPLE and rest[-1].endswith("\n") else ""


if __name__ == "__main__":
    (ROOT / "docs" / "codes.md").write_text(page(), encoding="utf-8")
