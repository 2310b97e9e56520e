"""The findings of looking for overlays and of putting them in order.

Owns codes GR020 to GR030.
"""

from gitramp.problem import Code

UNREADABLE = Code(
    "GR020",
    "an overlay that cannot be used as a file",
    "Links can point out of the repository, and what cannot be read cannot be rendered.",
    "put a plain, readable file in its place",
)
FILE_NAME = Code(
    "GR021",
    "a file name that is not an overlay's",
    "The file name is the overlay's name; a file that gitramp passes over in silence would be an edit without effect.",
    "name it <name>.yaml in lower-case letters, digits and dashes",
)
NOT_A_MAPPING = Code(
    "GR022",
    "an overlay that is not a mapping",
    "An overlay is a mapping of keys; a list or a text says nothing that could be merged.",
    "start with apiVersion and kind",
)
UNKNOWN_BASE = Code(
    "GR023",
    "`extends` names an overlay that is not there",
    "Without the layers beneath it an environment would render to something else than was meant.",
    "name a file of environments/ without its .yaml",
)
CIRCLE = Code(
    "GR024",
    "overlays extend each other in a circle",
    "A circle has no lowest layer, so nothing decides which value wins.",
    "let one of them extend nothing, or another layer",
)
SAID_TWICE = Code(
    "GR025",
    "a service is said twice in one overlay",
    "Neither the environment's file nor the service's own file would be the one that counts.",
    "keep the service in one of the two files",
)
NO_ENVIRONMENT = Code(
    "GR026",
    "service files without their environment",
    "Files in environments/<name>/services/ belong to environments/<name>.yaml.",
    "add environments/<name>.yaml with apiVersion, kind and, if wanted, extends",
)

NOTHING_TO_RENDER = Code(
    "GR028",
    "a workspace without an environment",
    "With nothing to render, every rendered file would be removed, and what Argo CD or Flux prunes is gone.",
    "add environments/<name>.yaml with `kind: Environment`; to give up the last one, remove rendered/ yourself",
)
NO_COMPONENT = Code(
    "GR029",
    "what is included is no component",
    "A Component is a piece that any overlay may lay beneath itself; what it is made of must be plain to see, so it "
    "neither extends nor includes, and layers are extended instead.",
    "include an overlay with `kind: Component`, and extend the others",
)
NO_KIND = Code(
    "GR030",
    "an overlay that does not say its kind",
    "It would take the kind of what it extends, and so be a Layer that nobody renders.",
    "add `kind: Environment`, or `kind: Layer` if it is there to be extended",
)
CANNOT_SAVE = Code(
    "GR027",
    "an overlay that cannot be written",
    "The edit was not made; the file is as it was.",
    "look at the permissions and free space of the folder, then run the command again",
)
