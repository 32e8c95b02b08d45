"""Can other addons inherit our views? What they need a name for has one."""

from xml.etree import ElementTree

#: Where groups are no part of a page: filters, and rows
ELSEWHERE = frozenset({"search", "kanban", "list"})
#: What other addons put their fields into
PLACES = frozenset({"group", "page"})


def unnamed_places(path):
    """Say which views of a file have a group or a page that cannot be addressed.

    :param Path path: an XML file of an addon
    :return: one text per view and kind
    :rtype: Iterator[str]
    """
    for record in ElementTree.parse(path).iter("record"):
        if record.get("model") == "ir.ui.view":
            unnamed = [el.tag for el in _places(record) if not _is_addressed(el)]
            for tag in sorted(set(unnamed)):
                number = unnamed.count(tag)
                yield f"{record.get('id')}: {number} × <{tag}> without a name"


def _places(element):
    for child in element:
        if child.tag in PLACES:
            yield child
        if child.tag not in ELSEWHERE:
            yield from _places(child)


def _is_addressed(element):
    return element.get("name") or element.get("id")
