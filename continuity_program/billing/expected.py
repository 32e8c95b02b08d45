# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What documents will still ask, and what may be invoiced or come back."""


def expected(facts):
    """Say what the documents that are still to come will ask.

    A note never raises it: what was invoiced once stays invoiced. A draft invoice over
    a line that was invoiced before does.

    :param Facts facts: of one scope
    :return: 0 or more
    :rtype: int
    """
    scope = facts.scope
    if not scope.alive:
        return 0
    invoices = [
        doc.total
        for doc in facts.docs
        if doc.state == "posted" and doc.kind == "invoice"
    ]
    if scope.kind == "upfront":
        return 0 if invoices else max(0, scope.total)
    come = _by_lines(scope.total, facts.lines, sum(invoices), len(invoices))
    return max(0, come - facts.down_payments)


def _by_lines(total, lines, invoiced, number):
    """Value of what the lines have not had on an invoice.

    Part invoices are rounded one by one. Where they ask what the lines say but for
    these roundings, the rest of the plan is what is to come: no cent of difference is
    seen before the last invoice.
    """
    share, called_off, parts = _shares(lines)
    if not share or not parts:
        return 0
    come = round_half_up(total * share, parts)
    plan = total - round_half_up(total * called_off, parts)
    is_plain = all(line.invoiced <= line.ordered for line in lines)
    if is_plain and abs(plan - come - invoiced) <= number:
        return plan - invoiced
    return come


def _shares(lines):
    """Parts of the value that are to come and called off, and of how many parts."""
    share = called_off = gross = 0
    scale = 1
    for line in lines:
        if not line.ordered:
            continue
        to_come = line.ordered - line.called_off - line.invoiced
        to_come = max(to_come, line.drafted)
        # All fractions on one denominator: exact, and quicker than `Fraction`
        share = share * line.ordered + line.gross * to_come * scale
        called_off = called_off * line.ordered + line.gross * line.called_off * scale
        scale *= line.ordered
        gross += line.gross
    return share, called_off, gross * scale


def delivered_value(total, lines):
    """Value of what was delivered and has not been invoiced, rounded down.

    :param int total: of the order
    :param Sequence[Line] lines: its lines
    :return: never more than the order; 0 or more
    :rtype: int
    """
    value = gross = 0
    scale = 1
    for line in lines:
        if not line.ordered:
            continue
        part = min(line.delivered, line.ordered - line.called_off) - line.invoiced
        value = value * line.ordered + line.gross * max(0, part) * scale
        scale *= line.ordered
        gross += line.gross
    return max(0, total * value // (gross * scale)) if gross else 0


def to_invoice(line, by_delivery=False):
    """Say how much of a line may be invoiced now.

    A note gives nothing back, a returned parcel takes nothing away: what was on an
    invoice once, draft or posted, is not invoiced again.

    :param Line line: the line
    :param bool by_delivery: its product is invoiced by delivered quantities
    :return: quantity, 0 or more
    :rtype: int
    """
    wanted = line.ordered - line.called_off
    if by_delivery:
        wanted = min(wanted, line.delivered)
    return max(0, wanted - line.invoiced - line.drafted)


def may_come_back(line):
    """Say how much of a line may still be taken back.

    :param Line line: the line
    :return: invoiced quantity that neither came back nor is on a note, even a draft
    :rtype: int
    """
    return max(0, line.invoiced - max(line.taken_back, line.credited))


def round_half_up(numerator, denominator):
    """Divide whole numbers and round, a half away from zero.

    :rtype: int
    """
    if numerator * denominator < 0:
        return -round_half_up(-numerator, denominator)
    numerator, denominator = abs(numerator), abs(denominator)
    return (2 * numerator + denominator) // (2 * denominator)
