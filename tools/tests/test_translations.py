"""The check of translations: what it finds, and what it lets pass."""

import polib
import pytest

from tools.translations import (
    addon_faults,
    entry_faults,
    file_faults,
    missing_words,
    read_glossary,
)

GLOSSARY = """
| Word | What it is | Original | sv | fr |
| --- | --- | --- | --- | --- |
| **order** | | Order | order | commande |
| **child order** | | Child order | underordna | commande enfant / commandes enfant |
| **company** | | – | bolag | société / sociétés |
| **event** | one step | Event | händelse | |
| run | of a process | – | körning | exécution |
"""


@pytest.fixture(scope="module")
def words():
    """Return the French words of the small glossary."""
    return read_glossary(GLOSSARY)["fr"]


def catalogue(*entries):
    """Return a catalogue of texts with their translations."""
    made = polib.POFile()
    for msgid, msgstr, *flags in entries:
        made.append(polib.POEntry(msgid=msgid, msgstr=msgstr, flags=flags))
    return made


def faults(source, target):
    return list(entry_faults(source, target, []))


def test_glossary_holds_bold_words_that_are_decided(words):
    assert [word.english for word in words] == ["child order", "company", "order"]
    assert words[1].forms == ("société", "sociétés")


def test_whole_translation_has_no_fault(words):
    whole = catalogue(("%s child orders created.", "%s commandes enfant créées."))
    assert not list(file_faults(whole, whole, words))


@pytest.mark.parametrize(
    ("translated", "fault"),
    [
        ((), "missing"),
        ([("Run", "")], "not translated"),
        ([("Run", "Exécution", "fuzzy")], "fuzzy"),
        ([("Run", "Exécution"), ("Run", "Exécuter")], "translated twice"),
        ([("Run", "Exécution"), ("Old", "Vieux")], "not in the template"),
    ],
)
def test_each_text_of_the_template_is_translated_once(translated, fault):
    template = catalogue(("Run", ""))
    found = [
        fault for _text, fault in file_faults(template, catalogue(*translated), [])
    ]
    assert found == [fault]


def test_obsolete_text_does_not_count():
    translated = catalogue(("Run", "Exécution"), ("Old", "Vieux"))
    translated[1].obsolete = True
    assert not list(file_faults(catalogue(("Run", "")), translated, []))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("%s orders", "Commandes"),
        ("%(name)s of %(order)s", "%(name)s de %(ordre)s"),
        ("%s of %s", "%s de"),
        ("100 %% of %s", "100 % de %s"),
        ("%(count).2f h", "%(count)s h"),
        ("{{ object.name }}: bill", "{{ object.nom }} : facture"),
    ],
)
def test_placeholders_stay(source, target):
    assert faults(source, target) == ["another placeholders"]


def test_named_placeholder_may_come_twice():
    assert not faults("%(name)s and its card", "%(name)s et la carte de %(name)s")


def test_percent_sign_is_no_placeholder():
    assert not faults("0 to 100 % discount", "remise de 0 à 100 %")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("<b>Stop</b> it", "<b>Arrêter</b> ceci"),
        ("Stop<br/>it", "Arrêtez<br/>ceci"),
        ('<i class="x" title="Done"/> it', '<i class="x" title="Fait"/> ceci'),
        ('<t t-out="a\n  b"/>', '<t t-out="a b"/>'),
    ],
)
def test_tags_stay_and_what_they_say_is_translated(source, target):
    assert not faults(source, target)


@pytest.mark.parametrize(
    "target", ["Arrêter ceci", "<b>Arrêter ceci", '<b class="x">Arrêter</b> ceci']
)
def test_lost_tag_is_found(target):
    assert faults("<b>Stop</b> it", target) == ["another tags"]


@pytest.mark.parametrize("target", [" Annulé", "Annulé ", "Annulé\n"])
def test_blanks_at_the_ends_stay(target):
    assert faults("Cancelled", target) == ["another blank at the beginning or end"]


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("Stop it.", "Arrêtez", ["another closing mark"]),
        ("Ready?", "Prêt !", ["another closing mark"]),
        ("Payment:", "Paiement\u00a0:", []),
        ("No.", "N°", []),
        ("“Stop”", "«\u00a0Arrêter\u00a0»", []),
    ],
)
def test_closing_mark_stays(source, target, found):
    assert faults(source, target) == found


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("Orders of %s", "Ordres de %s", ["order"]),
        ("Sales orders", "Commandes client", []),
        ("Companies", "Entreprises", ["company"]),
        ("The company’s orders", "Les commandes de la société", []),
        ("Child orders", "Commandes filles", ["child order"]),
        ("Child orders", "Commandes\u00a0enfant", []),
        # The longer word counts, alone
        ("Child order", "commande enfant", []),
        # No word of ours: a part of another word, a tag, a placeholder, code
        ("Ordered in reorder", "Demandé", []),
        ("%(order)s: <b class='order'>", "x", []),
        ("order_id", "order_id", []),
        # Not decided in this language
        ("Event", "Occasion", []),
        # Not checked: it is not bold
        ("Run", "Course", []),
    ],
)
def test_words_are_those_of_the_glossary(words, source, target, found):
    missing = missing_words(source, target, words)
    assert [word.english for word in missing] == found


def test_addon_without_texts_needs_no_language(tmp_path):
    assert not list(addon_faults(tmp_path / "addon", read_glossary(GLOSSARY)))


def test_every_language_of_the_glossary_is_there(tmp_path):
    folder = tmp_path / "addon" / "i18n"
    folder.mkdir(parents=True)
    catalogue(("Run", "")).save(str(folder / "addon.pot"))
    catalogue(("Run", "Körning")).save(str(folder / "sv.po"))
    assert list(addon_faults(tmp_path / "addon", read_glossary(GLOSSARY))) == [
        "addon/fr: not translated at all"
    ]


def test_fault_names_addon_language_and_text(tmp_path):
    folder = tmp_path / "addon" / "i18n"
    folder.mkdir(parents=True)
    catalogue(("Child order", "")).save(str(folder / "addon.pot"))
    catalogue(("Child order", "Commande fille")).save(str(folder / "fr.po"))
    catalogue(("Child order", "underordnad")).save(str(folder / "sv.po"))
    assert list(addon_faults(tmp_path / "addon", read_glossary(GLOSSARY))) == [
        "addon/fr: 'Child order': “child order” is “commande enfant”: 'Commande fille'"
    ]
