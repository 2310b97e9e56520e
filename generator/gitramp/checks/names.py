"""The rules for names that Kubernetes enforces, each as a function that says what is wrong with one.

Owns the wording; "" means that the name is fine. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
Must not know which object a name is for.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Fault = Callable[[str], str]
"""What is wrong with a name, as words that follow it: "ends with -"; "" when nothing is."""

_LABEL = "a-z, 0-9 and -"
_SUBDOMAIN = "a-z, 0-9, - and ."
_LABEL_VALUE = "letters, digits, -, _ and ."
_PORT_LETTER = re.compile("[a-z]")


def label(name: str) -> str:
    """Fault of a DNS-1123 label: a namespace, a container, a volume."""
    return _empty(name) or _longer(name, 63) or _strange(name, "[a-z0-9-]", _LABEL) or _edges(name, "[a-z0-9]")


def service_label(name: str) -> str:
    """Fault of a DNS-1035 label: a Service; it starts with a letter."""
    return label(name) or ("" if name[0].isalpha() else f"starts with {name[0]!a}, not with a letter")


def cron_job(name: str) -> str:
    """Fault of a CronJob: it leaves 11 characters for what its Jobs' names end with."""
    return _longer(name, 52) or subdomain(name)


def job(name: str) -> str:
    """Fault of a Job: its name is a label of its pods."""
    return _longer(name, 63) or subdomain(name)


def stateful_set(name: str) -> str:
    """Fault of a StatefulSet: a label of its pods is its name with a digest of 10 characters behind it."""
    return _longer(name, 52) or label(name)


def subdomain(name: str) -> str:
    """Fault of a DNS-1123 subdomain: most objects."""
    strange = _empty(name) or _longer(name, 253) or _strange(name, "[a-z0-9.-]", _SUBDOMAIN)
    return strange or next((f"has a part that {f}" for part in name.split(".") if (f := _part(part))), "")


def _part(name: str) -> str:
    return _empty(name) or _edges(name, "[a-z0-9]")


def path_segment(name: str) -> str:
    """Fault of a name that may be anything a path can hold: roles and their bindings."""
    return _empty(name) or _reserved(name) or _strange(name, "[^/%]", "characters other than / and %")


def port_name(name: str) -> str:
    """Fault of an IANA service name: a container's port."""
    if "--" in name:
        return "has two dashes in a row"
    fault = _empty(name) or _longer(name, 15) or _strange(name, "[a-z0-9-]", _LABEL) or _edges(name, "[a-z0-9]")
    return fault or ("" if _PORT_LETTER.search(name) else "has no letter")


def file_key(name: str) -> str:
    """Fault of a key of a ConfigMap or Secret: it becomes a file's name."""
    # The kubelet keeps names that start with two dots for itself.
    fault = _empty(name) or _longer(name, 253) or _reserved(name) or ("starts with .." if name.startswith("..") else "")
    return fault or _strange(name, "[-._a-zA-Z0-9]", _LABEL_VALUE)


def variable(name: str) -> str:
    """Fault of an environment variable's name, by the relaxed rule that every supported version has.

    https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
    """
    return _empty(name) or _strange(name, "[ -<>-~]", "printable ASCII without =")


def label_value(value: str) -> str:
    """Fault of a label's value; an empty one is fine."""
    strange = _longer(value, 63) or _strange(value, "[A-Za-z0-9_.-]", _LABEL_VALUE)
    return strange or (_edges(value, "[A-Za-z0-9]") if value else "")


def label_key(key: str) -> str:
    """Fault of a label's key: a name, with a DNS prefix before a slash or without one."""
    prefix, slash, name = key.rpartition("/")
    if slash and (fault := subdomain(prefix)):
        return f"has a prefix that {fault}"
    return _empty(name) or label_value(name)


def annotation_key(key: str) -> str:
    """Fault of an annotation's key: the API server compares it in lower case."""
    return label_key(key.lower())


def token(name: str) -> str:
    """Fault of the name of a header or cookie: https://www.rfc-editor.org/rfc/rfc9110#name-tokens."""
    return _empty(name) or _strange(name, r"[!#$%&'*+.^_`|~0-9A-Za-z-]", "those of an HTTP token")


def _empty(name: str) -> str:
    return "" if name else "is empty"


def _longer(name: str, limit: int) -> str:
    return f"is {len(name)} characters long, {limit} at most" if len(name) > limit else ""


def _strange(name: str, allowed: str, words: str) -> str:
    found = re.sub(allowed, "", name)
    return f"has {found[0]!a} in it; allowed are {words}" if found else ""


def _edges(name: str, allowed: str) -> str:
    if not re.match(allowed, name[0]):
        return f"starts with {name[0]!a}"
    return "" if re.match(allowed, name[-1]) else f"ends with {name[-1]!a}"


def _reserved(name: str) -> str:
    return "stands for a folder" if name in {".", ".."} else ""
