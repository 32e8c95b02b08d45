"""README.rst of an addon: what its fragments say."""

from tools import readmes


def test_blocks_of_a_fragment():
    text = (
        "One *two* **three** `four`\nand [five](https://example.com).\n\n"
        "1. First\n   goes on\n2. Second\n\n- Bullet\n"
    )
    assert readmes.to_rst(text) == [
        "One *two* **three** ``four`` and `five <https://example.com>`__.",
        "#. First goes on\n#. Second",
        "* Bullet",
    ]


def test_long_items_are_indented():
    assert readmes.to_rst("1. " + "word " * 20)[0].splitlines()[1].startswith("   word")


def test_fragments_come_in_their_order(tmp_path):
    (tmp_path / "readme").mkdir()
    (tmp_path / "__manifest__.py").write_text("# License\n{'name': 'An Addon'}\n")
    (tmp_path / "readme" / "USAGE.md").write_text("Use it.\n")
    (tmp_path / "readme" / "DESCRIPTION.md").write_text("What it is.\n")
    assert readmes.render(tmp_path) == (
        "========\nAn Addon\n========\n\nWhat it is.\n\nUsage\n=====\n\nUse it.\n"
    )


def test_every_readme_is_current():
    assert not readmes.main([])
