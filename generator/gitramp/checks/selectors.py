"""Which labels a selector chooses: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/.

Owns the two forms, a plain mapping and `matchLabels` with `matchExpressions`. Must not know who selects whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gitramp import body


def equal(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a Service's selector chooses these labels; an empty one chooses nothing."""
    wanted = body.mapping(selector)
    return bool(wanted) and all(labels.get(key) == value for key, value in wanted.items())


def label_selector(selector: Any, labels: Mapping[str, Any]) -> bool:
    """Whether a LabelSelector chooses these labels; an empty one chooses all, an absent one none."""
    if not isinstance(selector, dict):
        return False
    wanted = body.mapping(selector, "matchLabels")
    expressions = (expression for _, expression in body.items(selector, "matchExpressions"))
    return all(labels.get(k) == v for k, v in wanted.items()) and all(_fits(e, labels) for e in expressions)


def _fits(expression: Any, labels: Mapping[str, Any]) -> bool:
    key, operator = body.text(expression, "key"), body.text(expression, "operator")
    values = [value for _, value in body.items(expression, "values")]
    verdicts = {
        "In": key in labels and labels.get(key) in values,
        "NotIn": key not in labels or labels[key] not in values,
        "Exists": key in labels,
        "DoesNotExist": key not in labels,
    }
    return verdicts.get(operator, False)
