"""The command line: commands, options and the error boundary.

Owns what users type and the exit codes. The only package that ends the process. Must not decide anything that a
pipeline function could.
"""

from gitramp.cli.app import app
from gitramp.cli.boundary import main

__all__ = ["app", "main"]
