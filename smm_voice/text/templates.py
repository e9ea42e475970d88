"""HTML from templates: one place, so that no page forgets to escape what a post holds."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any


@functools.cache
def template(path: Path) -> Any:
    """A Jinja template that escapes all values and stops at one that it was not given.

    Args:
        path: of the template; others in its folder may be included.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(path.name)
