"""How the documentation site is built: ``sphinx-build -W --keep-going docs build/site``.

The Markdown pages are those that one reads in the repository. The API reference is made of the
docstrings and the gallery of the scripts in examples/gallery, which the build runs; both are
written to ignored folders and never committed.
"""

import re
from typing import Any

import minloc

project = "minloc"
author = "the minloc developers"
copyright = f"2026, {author}"
release = version = minloc.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_parser",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "gallery/*.ipynb", "gallery/*.py"]
nitpicky = True
nitpick_ignore_regex = [
    ("py:(class|obj)", r"numpy\..*"),  # no page of another project is read to build this one
    ("py:obj", r"[a-z_]+"),  # parameters, which docstrings put in single backticks
]

default_role = "py:obj"
autodoc_typehints = "none"  # the docstrings name the types
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

sphinx_gallery_conf = {
    "examples_dirs": "../examples/gallery",
    "gallery_dirs": "gallery",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "copyfile_regex": r"$^",
    "image_srcset": ["2x"],
}

html_favicon = "img/favicon.svg"
html_context = {"default_mode": "auto"}
html_theme = "pydata_sphinx_theme"
html_title = "minloc"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "minloc"},
    "navigation_with_keys": False,
    "show_nav_level": 2,
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
WITHOUT_PARTS = [  # whose sidebar would be empty
    "index",
    "getting-started",
    "speed",
    "differences-from-numpy",
    "platforms",
    "recipes",
    "changelog",
    "contributing",
    "policies",
]
html_sidebars: dict[str, list[str]] = {name: [] for name in WITHOUT_PARTS}


def without_blank_ends(app: Any, name: str, source: list[str]) -> None:
    """Drop the blank line that ends an example, which doctest needs and readers do not."""
    source[0] = re.sub(r"^(```pycon\n.*?\n)\n```$", r"\1```", source[0], flags=re.M | re.S)


def setup(app: Any) -> None:
    """Register what pages go through."""
    app.connect("source-read", without_blank_ends)
