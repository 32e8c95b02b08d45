"""Are the translations whole? `tools.translations ADDON …`: each `.po` file of them.

Every language of the glossary is there, and in it every text of the committed template,
once, with its placeholders, tags, blanks and closing mark; a word of the glossary is
said with the glossary's word for it.
"""

import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polib

GLOSSARY = Path(__file__).parents[1] / "docs" / "words.md"
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[-+0-9.]*[sdfgr]|%%|\{\{.*?\}\}")
TAG = re.compile(r"<[^<>]*>")
# What a tag says to people is translated; the rest of it is code.
SAID = re.compile(
    r"""\s(?:title|alt|placeholder|aria-label)=("[^"]*"|'[^']*')""", re.IGNORECASE
)
CLOSING = ".:!?…"
# Behind three letters or fewer a full stop is no end of a sentence: "No."
ABBREVIATION = 3
SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True)
class Word:
    """A word of the glossary in one language."""

    english: str
    forms: tuple

    @property
    def pattern(self):
        """Find the English word, or its plural, in a text."""
        plural = rf"{re.escape(self.english)}(?:s|es)?"
        if self.english.endswith("y"):
            plural += rf"|{re.escape(self.english[:-1])}ies"
        return re.compile(rf"(?<![\w-])(?:{plural})(?![\w-])")


def read_glossary(text):
    """Read the tables of the glossary.

    :param str text: of the file
    :return: the bold words with their forms by language, the longest first: of words
        that overlap the longer one counts
    :rtype: dict(str, list(Word))
    """
    words, languages = {}, {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells and cells[0] == "Word":
            languages = {
                index: cell
                for index, cell in enumerate(cells)
                if re.fullmatch("[a-z]{2}", cell)
            }
        elif cells and re.fullmatch(r"\*\*.+\*\*", cells[0]):
            for index, language in languages.items():
                if forms := [_fold(form) for form in cells[index].split(" / ") if form]:
                    word = Word(_fold(cells[0].strip("*")), tuple(forms))
                    words.setdefault(language, []).append(word)
    for rows in words.values():
        rows.sort(key=lambda word: -len(word.english))
    return words


def _fold(text):
    """Leave out what does not make another word: capitals, kinds of blanks, quotes."""
    return SPACES.sub(" ", text).replace("’", "'").casefold().strip()


def _plain(text):
    """Leave out tags and placeholders."""
    return _fold(PLACEHOLDER.sub(" ", TAG.sub(" ", text)))


def missing_words(source, target, words):
    """Return the words of the glossary that a translation does not say.

    :param str source: English text
    :param str target: its translation
    :param list(Word) words: of the language, the longest first
    :rtype: list(Word)
    """
    source, target = _plain(source), _plain(target)
    missing = []
    for word in words:
        source, found = word.pattern.subn("·", source)
        if found and not any(form in target for form in word.forms):
            missing.append(word)
    return missing


def _placeholders(text):
    """Return the named placeholders, which a sentence may repeat, and count others."""
    found = [match.group() for match in PLACEHOLDER.finditer(text)]
    named = {one for one in found if "(" in one or one.startswith("{{")}
    return named, Counter(one for one in found if one not in named)


def _tags(text):
    return Counter(SPACES.sub(" ", SAID.sub("", tag)) for tag in TAG.findall(text))


def _blanks(text):
    return text[:1].isspace(), text[-1:].isspace()


def _closing(text):
    """Return the mark a sentence ends with."""
    text = text.strip()
    return text[-1:] if text[-1:] in CLOSING and len(text) > ABBREVIATION else ""


COMPARED = (
    ("placeholders", _placeholders),
    ("tags", _tags),
    ("blank at the beginning or end", _blanks),
    ("closing mark", _closing),
)


def entry_faults(source, target, words):
    """Return what is wrong with the translation of one text, in words."""
    for what, part in COMPARED:
        if part(source) != part(target):
            yield f"another {what}"
    for word in missing_words(source, target, words):
        yield f"“{word.english}” is “{word.forms[0]}”"


def file_faults(template, catalogue, words):
    """Compare a translated catalogue with its template.

    :param template: what is to be translated
    :type template: polib.POFile
    :param catalogue: its translation
    :type catalogue: polib.POFile
    :param list(Word) words: of the language, the longest first
    :return: text and fault, one after the other
    :rtype: iterator(tuple(str, str))
    """
    wanted = {(entry.msgctxt, entry.msgid) for entry in template}
    present = Counter()
    for entry in catalogue:
        if entry.obsolete:
            continue
        key = (entry.msgctxt, entry.msgid)
        present[key] += 1
        if key not in wanted:
            yield entry.msgid, "not in the template"
        elif not entry.msgstr:
            yield entry.msgid, "not translated"
        elif entry.fuzzy:
            yield entry.msgid, "fuzzy"
        else:
            for fault in entry_faults(entry.msgid, entry.msgstr, words):
                yield entry.msgid, f"{fault}: {entry.msgstr!r}"
    for (_context, text), count in present.items():
        if count > 1:
            yield text, "translated twice"
    for _context, text in sorted(wanted - present.keys(), key=str):
        yield text, "missing"


def addon_faults(addon, glossary):
    """Return the faults of all languages of an addon, a line each.

    :param Path addon: its folder
    :param glossary: from :func:`read_glossary`
    :rtype: iterator(str)
    """
    template = addon / "i18n" / f"{addon.name}.pot"
    if not template.exists():
        return
    files = sorted(addon.glob("i18n/*.po"))
    for language in sorted(glossary.keys() - {path.stem for path in files}):
        yield f"{addon.name}/{language}: not translated at all"
    template = polib.pofile(str(template))
    for path in files:
        words = glossary.get(path.stem, [])
        for text, fault in file_faults(template, polib.pofile(str(path)), words):
            yield f"{addon.name}/{path.stem}: {text!r}: {fault}"


def main(*addons):
    """Print the faults of the addons' translations.

    :return: exit code
    """
    glossary = read_glossary(GLOSSARY.read_text())
    found = [line for addon in addons for line in addon_faults(Path(addon), glossary)]
    print(*found, sep="\n", end="\n" * bool(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
