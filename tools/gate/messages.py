"""What goes through the gate, one way and the other."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode


@dataclass(frozen=True)
class Request:
    """A request of HTTP.

    :param str method: of HTTP
    :param str path: with its leading slash, without a query
    :param tuple fields: name and value of each field, of its query and its body
    :param dict headers: by their names in lower case
    """

    method: str
    path: str
    fields: tuple = ()
    headers: dict = field(default_factory=dict)

    @classmethod
    def read(cls, method, target, headers, content):
        """Return a request as it comes from the network.

        :param str target: path and query
        :param dict headers: of HTTP
        :param bytes content: its body, a form or JSON
        :rtype: Request
        """
        path, _mark, query = target.partition("?")
        headers = {name.lower(): value for name, value in headers.items()}
        fields = parse_qsl(query, keep_blank_values=True)
        # Not every module says that it sends JSON
        if content.startswith(b"{"):
            fields.append(("json", content.decode()))
        else:
            fields += parse_qsl(content.decode(), keep_blank_values=True)
        return cls(method, path, tuple(fields), headers)

    def get(self, name, default=""):
        """Return the value of a field."""
        return dict(self.fields).get(name, default)

    def get_json(self):
        """Return the body, where it is JSON."""
        return json.loads(self.get("json", "{}"))

    def encode(self):
        """Return the fields as a form.

        :rtype: str
        """
        return urlencode(self.fields)


@dataclass(frozen=True)
class Answer:
    """An answer of HTTP: JSON, or a page for people.

    :param int status: of HTTP
    :param dict body: its content
    :param dict headers: of HTTP
    :param str page: HTML instead of the content
    """

    status: int
    body: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    page: str = ""

    @property
    def kind(self):
        """What it is, as HTTP says it."""
        return "text/html; charset=utf-8" if self.page else "application/json"

    def encode(self):
        """Return the content as bytes."""
        return (self.page or json.dumps(self.body)).encode()
