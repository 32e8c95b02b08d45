# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bank asks for the customer: what he is told, and which card is kept."""


def get_authentication_text(order, rows_sudo):
    """Say that the bank wants to see the customer, and what comes next.

    :param continuity.order order: the order
    :param continuity.payment rows_sudo: what is not paid, by due date
    :return: sentences
    :rtype: list[str]
    """
    texts = order._get_authentication(rows_sudo[0])
    sentences = [
        order.env._(
            "Your bank wants to see that it is you: %(amount)s, due on %(day)s, is"
            " not paid.",
            amount=order._format(sum(rows_sudo.mapped("amount"))),
            day=texts["day"],
        )
    ]
    if texts["please"]:
        sentences.append(texts["please"])
    elif order.hold_payment:
        sentences.append(order.env._("Nothing is sent until it is paid."))
    return sentences


def take_card_of(orders, tx):
    """Charge the card from now on that the customer has just paid with.

    :param continuity.order orders: the orders
    :param payment.transaction tx: has stored it
    """
    for order in orders:
        if refusal := tx.token_id._continuity_get_refusal(order):
            # Somebody else pays since the page was opened
            order.message_post(body=refusal[1])
            continue
        order._set_payment_token(tx.token_id)
        order.message_post(
            body=order.env._(
                "The card %s is charged from now on: the customer has paid with it, and"
                " confirmed it with the bank.",
                tx.token_id.display_name,
            )
        )
