"""Where Odoo comes from, and what is said when it comes from nowhere."""

import pytest

from tools import debian, odoo_source
from tools.environment import Stop


@pytest.fixture(autouse=True)
def empty_cache(tmp_path, monkeypatch):
    """Give each test a cache folder of its own, and no Odoo."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ODOO_HOME", raising=False)


def make_odoo(folder, version="19, 0"):
    """Make the folders that are looked at in an Odoo."""
    (folder / "addons" / "web" / "static").mkdir(parents=True)
    (folder / "release.py").write_text(f"version_info = ({version}, 0, 'final', 0, '')")


def test_source_checkout(tmp_path, monkeypatch):
    make_odoo(tmp_path / "odoo")
    (tmp_path / "addons" / "web" / "static").mkdir(parents=True)
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    odoo = odoo_source.find_odoo()
    assert odoo == tmp_path / "odoo"
    assert odoo_source.addons_paths(odoo) == [
        tmp_path / "odoo" / "addons",
        tmp_path / "addons",
    ]


def test_addons_of_debian_without_their_files_are_no_addons(tmp_path):
    make_odoo(tmp_path / "odoo")
    (tmp_path / "addons" / "web" / "models").mkdir(parents=True)
    paths = odoo_source.addons_paths(tmp_path / "odoo")
    assert paths == [tmp_path / "odoo" / "addons"]


def test_installation_comes_without_its_neighbours(tmp_path, monkeypatch):
    make_odoo(tmp_path / "site-packages" / "odoo")
    (tmp_path / "site-packages" / "lxml").mkdir()
    monkeypatch.setenv("ODOO_HOME", str(tmp_path / "site-packages"))
    odoo = odoo_source.find_odoo()
    assert [path.name for path in odoo.parent.iterdir()] == ["odoo"]
    assert odoo.resolve() == tmp_path / "site-packages" / "odoo"


@pytest.mark.parametrize("version", ["18, 0", "20, 0"])
def test_other_version_is_refused(tmp_path, monkeypatch, version):
    make_odoo(tmp_path / "odoo", version)
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Stop, match=r"holds no Odoo 19\.0"):
        odoo_source.find_odoo()


def test_neither_apt_nor_odoo_home(monkeypatch):
    monkeypatch.setattr(odoo_source, "_importable", lambda: None)
    monkeypatch.setattr(debian.shutil, "which", lambda _name: None)
    with pytest.raises(Stop, match=r"no apt of Debian .* set ODOO_HOME"):
        odoo_source.find_odoo()


def test_absolute_links_are_turned_into_the_unpacked_tree(tmp_path):
    (tmp_path / "usr/share/javascript").mkdir(parents=True)
    (tmp_path / "usr/share/javascript/jquery.js").write_text("jquery")
    (tmp_path / "usr/lib").mkdir()
    link = tmp_path / "usr/lib/jquery.js"
    link.symlink_to("/usr/share/javascript/jquery.js")
    debian._turn_links(tmp_path)
    assert link.read_text() == "jquery"


@pytest.mark.parametrize(
    ("sources", "mirror"),
    [
        ("deb http://mirror/debian bookworm main", "http://mirror/debian"),
        ("deb [arch=amd64] https://m/debian/ trixie main", "https://m/debian"),
        ("Types: deb\nURIs: http://m/debian\nSuites: trixie\n", "http://m/debian"),
        (
            "deb http://m/debian-security trixie main\ndeb http://m/debian trixie main",
            "http://m/debian",
        ),
    ],
)
def test_mirror_is_read_from_the_sources(monkeypatch, sources, mirror):
    monkeypatch.setattr(debian, "_index_targets", list)
    monkeypatch.setattr(debian, "_sources", lambda: sources)
    assert debian._mirror() == mirror


def test_machine_without_a_debian_mirror(monkeypatch):
    monkeypatch.setattr(debian, "_index_targets", lambda: ["http://other/ubuntu/"])
    monkeypatch.setattr(debian, "_sources", lambda: "")
    with pytest.raises(Stop, match="names no Debian mirror: set ODOO_HOME"):
        debian._mirror()


def test_what_is_left_of_a_cache_is_fetched_anew(monkeypatch):
    """A folder that lost Odoo is repaired by the next call."""
    monkeypatch.setattr(odoo_source, "_importable", lambda: None)
    monkeypatch.setattr(odoo_source.debian, "is_available", lambda: True)
    root = odoo_source.cache("odoo")
    (root / "usr" / "share").mkdir(parents=True)
    (root / "versions").touch()

    def unpack(_packages, target, _what, _finish):
        make_odoo(target / odoo_source.IN_DEBIAN)
        (target / "versions").touch()

    monkeypatch.setattr(odoo_source.debian, "unpack", unpack)
    assert odoo_source._is_whole(root) is False
    odoo_source.find_odoo()
    assert odoo_source._is_whole(root) is True
