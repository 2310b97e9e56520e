"""gitramp: one YAML edit becomes a reviewed, validated, committed Istio canary release.

This package file owns the version and must import nothing: every command starts here.
"""

__version__ = "0.1.0"
