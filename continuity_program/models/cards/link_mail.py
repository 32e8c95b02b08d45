# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What has become of the mail with the link of the card page."""


def describe_sending(message, partner):
    """Say of the mail with the link what the mail queue says.

    :param mail.message message: the mail
    :param res.partner partner: who gets it
    :return: type and text of the notification
    :rtype: dict
    """
    env = partner.env
    # Whoever sends the link may know whether it has left
    sent_sudo = message.sudo().notification_ids.filtered(
        lambda notification: notification.res_partner_id == partner
    )
    failed_sudo = sent_sudo.filtered(
        lambda sent: sent.notification_status in ("exception", "bounce", "canceled")
    )
    if failed_sudo or not sent_sudo:
        return {
            "type": "danger",
            "sticky": True,
            "message": env._(
                "The mail to %(email)s has not left: %(reason)s. Check the address,"
                " or take the card on the telephone.",
                email=partner.email,
                reason=failed_sudo[:1].failure_reason or env._("no reason is known"),
            ),
        }
    if all(sent.notification_status == "sent" for sent in sent_sudo):
        return {
            "type": "success",
            "message": env._("The link was sent to %s.", partner.email),
        }
    return {
        "type": "success",
        "message": env._(
            "The link to %s is on its way. If the mail fails, the chatter says so.",
            partner.email,
        ),
    }
