# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


class OfOrder:
    """What is made of one continuity order, for one answer, and then thrown away.

    Texts, previews and documents are built by such classes, each in the room of its
    subject: the model keeps what the order is and what is done with it. What another
    addon is to extend stays a method of the model.

    :param continuity.order order: the order, in the language and with the rights of
        whoever is answered
    """

    def __init__(self, order):
        order.ensure_one()
        self.order = order
        self.env = order.env
