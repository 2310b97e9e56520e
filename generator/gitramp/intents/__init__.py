"""What somebody wants of a service, as keys to set in its overlay: the verbs of a canary, a release, one value.

Owns the meaning of each verb. An intent is decided anew wherever it is applied, so that it can be tried on another
revision than the one it was thought of. Pure. Must not know files, Git or the rules that judge the result.
"""

from gitramp.intents.canary import abort, advance, finish, hold, promote, set_traffic, start, unhold
from gitramp.intents.intent import (
    ANYTHING,
    UNSET,
    Aim,
    Decision,
    Edits,
    Expected,
    Idle,
    Intent,
    Setting,
    Unset,
    expected_fault,
)
from gitramp.intents.release import image_settings, release, set_key

__all__ = [
    "ANYTHING",
    "UNSET",
    "Aim",
    "Decision",
    "Edits",
    "Expected",
    "Idle",
    "Intent",
    "Setting",
    "Unset",
    "abort",
    "advance",
    "expected_fault",
    "finish",
    "hold",
    "image_settings",
    "promote",
    "release",
    "set_key",
    "set_traffic",
    "start",
    "unhold",
]
