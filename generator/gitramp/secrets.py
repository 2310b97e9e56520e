"""What looks like a secret: by the name of what holds it, or by its own form.

Owns both lists, so that what a rule refuses and what messages and reports hide are the same. Must not know where a text
stands.
"""

from __future__ import annotations

import base64
import binascii
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_NAME = r"(?:password|passwd|secret|token|api[-_]?key|private[-_]?key|access[-_]?key|credentials?)"
_NAMES = re.compile(rf"(?i)(^|_){_NAME}$")
# What gives itself away, whatever its name. https://docs.github.com/code-security/secret-scanning lists such forms.
_SHAPES = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----"),
    "an AWS access key": re.compile(r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50})"),
    "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{10}"),
    "a Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}"),
    "a Stripe key": re.compile(r"\b[sr]k_live_[A-Za-z0-9]{20}"),
    "a JSON Web Token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "an npm token": re.compile(r"\bnpm_[A-Za-z0-9]{36}\b"),
    "a PyPI token": re.compile(r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50}"),
    "a SendGrid key": re.compile(r"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b"),
    "the address of a Slack webhook": re.compile(r"\bhooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20}"),
    "the key of an Azure account": re.compile(r"\bAccountKey=[A-Za-z0-9+/]{86}=="),
    "a header with a password": re.compile(r"\b(Basic|Bearer) [A-Za-z0-9+/._~-]{20,}={0,2}(?![A-Za-z0-9+/=._~-])"),
    "a password in a URL": re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@$]+:[^\s/@$]+@"),
}
_ANSWERS = {"true", "false", "yes", "no", "0", "1"}
_SAID_IN_LINE = re.compile(
    rf"(?i){_NAME}[\"']?\s*[:=]\s*[\"']?(?!\{{\s*(?:\}}|[a-z]*Ref\b|secret\b|valueFrom\b)|[\"'/$])\S"
)
_NAMED_IN_LINE = re.compile(rf"(?i)\bname[\"']?\s*:.*{_NAME}\b")
_VALUE_IN_LINE = re.compile(r"\bvalue[\"']?\s*:")
_ENCODED = re.compile(r"\b(?=[a-z+/]*[A-Z0-9])(?=[a-z0-9+/]*[A-Z])(?=[A-Za-z+/]*[0-9])[A-Za-z0-9+/]{40,}={0,2}")
_KEYS_IN_LINE = re.compile(r"\bjwks[\"']?\s*:|https?://[^\s/@]+@")
_SAID_BY_NAME = re.compile(rf"(?i)(^|_)({_NAME}|pat)(_|$)")
_USERINFO = re.compile(r"(?i)\bhttps?://([^\s/:@]*)(?::([^\s/@]*))?@")
_IN_URL = re.compile(r"//[^/\s]+@")
_IN_HEADER = re.compile(r"(?i)\b((?:proxy-)?authorization|(?:[a-z]+-)*token|set-cookie|cookie)([ \t]*:[ \t]*)\S[^\n]*")
_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie"})
_OF_SESSION = r"(?:php|j|asp)?(?:session|sess|sid|auth|jwt|login)(?:[._-]?(?:id|key))?"
_SESSION = re.compile(rf"(?i)(^|[._-]){_OF_SESSION}$")
_CREDENTIAL_IN_LINE = re.compile(
    rf"(?i)\b(?:(?:proxy-)?authorization|(?:set-)?cookie|(?:[\w-]+\.)?{_OF_SESSION})[\"']?\s*:\s*\{{?\s*"
    r"[\"']?(?:exact|prefix|regex)\b|\b(?:proxy-)?authorization[\"']?\s*:\s*[\"']?[^\s\"'{\[]"
    rf"|\b(?:headers|cookies)[\"']?\s*:.*\b(?:(?:set-)?cookie|{_OF_SESSION})[\"']?\s*:"
)
_CREDENTIAL_NAMED = re.compile(
    rf"(?im)^[\s-]*[\"']?(?:(?:proxy-)?authorization|(?:set-)?cookie|(?:[\w-]+\.)?{_OF_SESSION})[\"']?\s*:\s*$"
)
_TEST_IN_LINE = re.compile(r"^[\s-]*[\"']?(?:exact|prefix|regex)[\"']?\s*:")
_COOKIE_IN_TEXT = re.compile(r"([\w.-]+)\\?=")
HIDDEN = "(hidden)"
SHORTEST = 6
"""What is shorter stands in too many words that are no secrets."""


def names_a_secret(name: str) -> bool:
    """Whether what has this name holds a secret: `DB_PASSWORD`, `token`."""
    return bool(_NAMES.search(name))


def header_is_secret(name: str) -> bool:
    """Whether a header, or a parameter of a query, is one that credentials come in."""
    return name.lower().replace("_", "-") in _CREDENTIALS or names_a_secret(name.replace("-", "_"))


def cookie_is_secret(name: str) -> bool:
    """Whether a cookie holds a session or a token, by its name: `JSESSIONID`, `connect.sid`, `jwt`."""
    return bool(_SESSION.search(name)) or names_a_secret(re.sub("[.-]", "_", name))


def header_without_secrets(name: str, text: str) -> str:
    """Return the text of a header or parameter of a request; of its cookies, those that are no secrets are shown."""
    if name.lower() != "cookie":
        return HIDDEN if header_is_secret(name) else without_secrets(text)
    pairs = (pair.partition("=") for pair in text.split("; "))
    shown = (f"{n}={v if said and not cookie_is_secret(n) else HIDDEN}" if said else HIDDEN for n, said, v in pairs)
    return without_secrets("; ".join(shown))


def discreet(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Return a tree without the texts of keys, headers and variables that say that they hold secrets."""
    if isinstance(value, dict):
        name = str(value.get("name", ""))
        hidden = {"value"} if names_a_secret(name) or _hides(name, str(value.get("value", ""))) else set()
        hidden |= {key for key in value if names_a_secret(str(key))}
        return {
            k: HIDDEN if isinstance(v, str) and k in hidden else discreet(v, (*path, str(k))) for k, v in value.items()
        }
    if isinstance(value, list):
        return [discreet(each, path) for each in value]
    of_header = "headers" in path and isinstance(value, str)
    return HIDDEN if of_header and any(_hides(step, value) for step in path) else value


def _hides(header: str, text: str) -> bool:
    """Whether a rendered text of a header is hidden: an expression for a cookie may ask for one that is no secret."""
    if header.lower() != "cookie":
        return header.lower() in _CREDENTIALS
    named = _COOKIE_IN_TEXT.findall(text)
    return not named or any(map(cookie_is_secret, named))


def names_secrets(path: Iterable[object]) -> bool:
    """Whether any key on the way to a value says that it is a secret.

    The header `cookie` of an object is made from the cookies of an overlay, whose names say it.
    """
    steps = [str(step) for step in path]
    headers = steps[steps.index("headers") + 1 :] if "headers" in steps else []
    cookies = steps[steps.index("cookies") + 1 :] if "cookies" in steps else []
    rendered = {"cookie"} if steps[:1] == ["spec"] else set()
    in_headers = any(header_is_secret(step) for step in headers if step.lower() not in rendered)
    return in_headers or any(map(cookie_is_secret, cookies)) or any(map(names_a_secret, steps))


def is_literal(value: str) -> bool:
    """Whether a value is more than nothing, a path, a reference to another variable, or yes or no."""
    return bool(value) and not value.startswith(("/", "$(")) and value.lower() not in _ANSWERS


@functools.lru_cache(maxsize=1 << 16)  # the tracks of a service say the same
def shape_of_secret(text: str) -> str:
    """Return what kind of secret a text has the form of, "" for none."""
    return next((what for what, shape in _SHAPES.items() if shape.search(text)), "")


def without_secrets(text: str) -> str:
    """Return a text in which everything is hidden that has the form of a secret."""
    if not shape_of_secret(text):
        return text
    return functools.reduce(lambda said, shape: shape.sub(HIDDEN, said), _SHAPES.values(), text)


def may_show_secret(line: str, around: str = "") -> bool:
    """Whether a line of a file may show a secret; `around` are the lines next to it, which may name its value.

    Rather once too often: the line of a finding is also shown when the rules for secrets have not run.
    """
    named = _VALUE_IN_LINE.search(line) and _NAMED_IN_LINE.search(f"{line}\n{around}")
    tested = _TEST_IN_LINE.search(line) and _CREDENTIAL_NAMED.search(around)
    forms = (_SAID_IN_LINE, _ENCODED, _KEYS_IN_LINE, _CREDENTIAL_IN_LINE)
    return bool(named or tested or shape_of_secret(line) or any(form.search(line) for form in forms))


def named(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of variables whose names say that they hold secrets: `GITHUB_TOKEN`."""
    said = (value for name, value in environment.items() if _SAID_BY_NAME.search(name))
    return tuple(value for value in said if is_literal(value) and len(value) >= SHORTEST)


def userinfo(text: str) -> Iterator[tuple[str, str]]:
    """Yield user and password of each web address in a text; either may be a token, and either may be missing."""
    return ((user, word or "") for user, word in _USERINFO.findall(text))


def in_header(header: str) -> Iterator[str]:
    """Yield what a header holds after its name and scheme, and for `Basic` what is encoded in it."""
    word = header.split(":", 1)[-1].split()[-1:]
    for encoded in word:
        yield encoded
        try:
            plain = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
        yield plain
        yield plain.rpartition(":")[2]


def masked(text: str, known: Iterable[str] = ()) -> str:
    """Return words of another program without known secrets, passwords in URLs and headers, and what has their form."""
    for value in sorted(known, key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    text = _IN_HEADER.sub(rf"\1\2{HIDDEN}", _IN_URL.sub("//***@", text))
    return without_secrets(text)
