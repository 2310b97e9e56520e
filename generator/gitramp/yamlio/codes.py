"""The findings of reading: each a trap that YAML readers fall into differently, or a limit that keeps a run bounded.

Owns codes GR001 to GR019.
"""

from gitramp.problem import Code

SYNTAX = Code(
    "GR001",
    "the file is not YAML",
    "Nothing after the fault can be read with certainty, so nothing of the file is used.",
    "mend the syntax at this place; a YAML plugin in the editor shows it while typing",
)
ENCODING = Code(
    "GR002",
    "the file is not UTF-8 text",
    "Other encodings and control characters are read differently by different tools.",
    "save the file as UTF-8",
)
EMPTY = Code(
    "GR003",
    "the file is empty",
    "An empty overlay is nearly always a file that was not saved or a merge that went wrong.",
    "write an overlay (apiVersion, kind, services) or delete the file",
)
SEVERAL_DOCUMENTS = Code(
    "GR004",
    "more than one document in a file",
    "An overlay is one document; readers disagree about which of several they take.",
    "keep one document a file and remove the `---` in the middle",
)
DUPLICATE_KEY = Code(
    "GR005",
    "a key is said twice",
    "Most readers silently keep the last one, so the first edit has no effect.",
    "keep one of the two",
    source="https://yaml.org/spec/1.2.2/#3213-node-comparison",
)
KEY_NOT_STRING = Code(
    "GR006",
    "a key is not a string",
    "Keys are names; a number, truth value, list or mapping as a key means different things to different readers.",
    "quote the key",
)
MERGE_KEY = Code(
    "GR007",
    "merge key `<<`",
    "Merge keys left YAML with version 1.2; gitramp has one merge rule, that of `extends` (RFC 7396).",
    "move what is shared to a Layer and extend it, or to the service above its tracks",
)
TAG = Code(
    "GR008",
    "a YAML tag",
    "Tags build objects of a program's own; an overlay holds only strings, numbers, truth values, lists and mappings.",
    "remove the tag; quote the value if it must be a string",
)
ALIAS = Code(
    "GR009",
    "an alias that is unknown, inside itself, or expands too far",
    "Nested aliases grow a small file without bound (the billion-laughs attack, CVE-2019-11253).",
    "write the value out, or move it to a Layer",
    source="https://nvd.nist.gov/vuln/detail/CVE-2019-11253",
)
TOO_LARGE = Code(
    "GR010",
    "the file is larger than an overlay may be",
    "Limits on size, depth and number of values keep every run bounded in time and memory.",
    "split the environment into environments/<name>/services/<service>.yaml",
)
AMBIGUOUS_NUMBER = Code(
    "GR011",
    "a number that readers read differently",
    "YAML 1.1 takes 010 for eight, YAML 1.2 for ten, and 08 for text or eight.",
    "quote it if it is text, or drop the leading zero",
    source="https://yaml.org/spec/1.2.2/#1032-tag-resolution",
)
