"""Where does Odoo 19 come from?

1. `ODOO_HOME`: a source checkout or an installation;
2. an `odoo` 19 that this Python can import;
3. Debian's package `odoo-19`, which is in the suite `sid` only, unpacked into the
   cache.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import debian
from tools.environment import Stop, cache, fingerprint, locked

IN_DEBIAN = Path("usr/lib/python3/dist-packages/odoo")
PACKAGES = (
    "odoo-19",
    # What Odoo's static files link to, and Debian keeps in packages of their own.
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
)
# Debian leaves these files out, and the web assets log an error without them.
EMPTY_FILES = ("addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
# Odoo draws its icons with Font Awesome 4.7; Debian's newer package has no such files
# any more.
ICONS = Path("usr/share/fonts-font-awesome/fonts")


def find_odoo():
    """Return the folder of the Python package `odoo`, fetched if there is none."""
    if os.environ.get("ODOO_HOME"):
        return _from_home(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    return _importable() or _from_debian()


def addons_paths(odoo):
    """Return the addons folders that belong to the package folder `odoo`."""
    # A source checkout keeps most addons beside the package. Debian has such a folder
    # too, but with the Python files only: what counts is an addon with its static
    # files.
    beside = odoo.parent / "addons"
    return [odoo / "addons"] + [beside] * (beside / "web" / "static").is_dir()


def odoo_version(odoo):
    """Return a text that differs from one Odoo to another."""
    if cache("odoo") in odoo.parents:
        return cache("odoo", "versions").read_text()
    if not (odoo.parent / ".git").exists():
        return f"{_series(odoo)} {odoo}"
    command = ["git", "-C", odoo.parent, "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"{odoo} {done.stdout}"


def add_icons(odoo, python):
    """Give Debian's Odoo its icon font, from the Python package that carries it."""
    root = cache("odoo")
    target = root / ICONS
    if root not in odoo.parents or target.exists():
        return
    found = python.parent.parent.glob(
        "lib/python*/site-packages/xstatic/pkg/*/data/fonts"
    )
    with locked("odoo"):
        shutil.copytree(next(found), target, dirs_exist_ok=True)


def _series(odoo):
    release = odoo / "release.py"
    text = release.read_text() if release.exists() else ""
    found = re.search(r"^version_info = \((\d+), (\d+)", text, re.MULTILINE)
    return ".".join(found.groups()) if found else None


def _from_home(home):
    for odoo in (home / "odoo", home, home / IN_DEBIAN):
        if _series(odoo) == "19.0":
            return _alone(odoo)
    raise Stop(
        f"ODOO_HOME={home} holds no Odoo 19.0:"
        " point it at a source checkout of it, or unset it"
    )


def _importable():
    code = "import odoo.release; print(odoo.release.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd="/",
        check=False,
    )
    odoo = Path(done.stdout.strip()).parent
    good = done.returncode == 0 and _series(odoo) == "19.0"
    return _alone(odoo) if good else None


def _alone(odoo):
    """Return the package without its neighbours: they are not what we pinned."""
    if odoo.parent.name not in ("site-packages", "dist-packages"):
        return odoo
    link = cache("links", fingerprint(str(odoo)), "odoo")
    with contextlib.suppress(FileExistsError):
        link.symlink_to(odoo)
    return link


def _from_debian():
    root = cache("odoo")
    # Whatever version was found stays until `./dev clean`: a test run is never on
    # another Odoo than the last one.
    if not _is_whole(root):
        if not debian.is_available():
            raise Stop(
                "no Odoo here and no apt of Debian to fetch it with:"
                " set ODOO_HOME to a source checkout of Odoo 19.0"
            )
        with locked("odoo"):
            if not _is_whole(root):
                debian.unpack(PACKAGES, root, "Odoo (130 MB)", _add_empty_files)
    return root / IN_DEBIAN


def _is_whole(root):
    """Return whether Odoo lies there: a folder alone may be what was left of it."""
    return (root / IN_DEBIAN / "release.py").exists() and (root / "versions").exists()


def _add_empty_files(root):
    for name in EMPTY_FILES:
        path = root / IN_DEBIAN / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
