# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must be true of a life, said by the test's own book and the posted documents.

Nothing of `billing` or `reading` is used to find what should be: documents are read by
plain records, and money is what the book of provider and bank says.
"""

#: What is compared: the account the core makes; whether jobs fail, what money moved,
#: what rows ask, and how it ends
SUBJECTS = ("account", "jobs", "money", "rows", "end")


class Broken(AssertionError):
    """A law does not hold; its subject says whose fault it may be."""

    def __init__(self, subject, law):
        super().__init__(f"{subject}: {law}")
        self.subject = subject


class Oracle:
    """Says what must be true of one order."""

    def __init__(self, case, order, book):
        """Look at one order.

        :param TransactionCase case: for its environment
        :param continuity.order order: the order
        :param Book book: what provider and bank have moved
        """
        self.env, self.order, self.book = case.env, order.sudo(), book
        self.currency = order.currency_id

    def units(self, amount, currency=None):
        """Say how many smallest units an amount is."""
        return round((amount or 0.0) / (currency or self.currency).rounding)

    # === DOCUMENTS, BY PLAIN RECORDS === #

    def get_scopes(self):
        """What can be claimed of the order."""
        scopes = [("child", child.id) for child in self.get_children()]
        if self.order.bill_upfront:
            scopes.append(("upfront", self.order.id))
        return scopes

    def get_children(self):
        """Children that are there, and those that were."""
        return self.env["sale.order"].search(
            [("continuity_order_id", "=", self.order.id)], order="id"
        )

    def get_documents(self):
        """All invoices and notes of the order, by scope.

        :rtype: dict[tuple, account.move]
        """
        moves = self.env["account.move"]
        found = moves.search([("continuity_order_id", "=", self.order.id)])
        lines = self.get_children().order_line | self.order.sale_order_line_id
        found |= lines.invoice_lines.move_id
        while more := moves.search([("reversed_entry_id", "in", found.ids)]) - found:
            found |= more
        result = {}
        for move in found.filtered(lambda m: m.is_sale_document()).sorted("id"):
            scope = self.get_scope(move)
            result[scope] = result.get(scope, moves) | move
        return result

    def get_scope(self, move):
        """Whose a document is."""
        children = move.invoice_line_ids.sale_line_ids.order_id.filtered(
            "continuity_order_id"
        )
        if children:
            return "child", children[0].id
        if move.reversed_entry_id:
            return self.get_scope(move.reversed_entry_id)
        return "upfront", self.order.id

    def add_up(self, moves, move_type=None):
        """Total of posted documents; notes count below 0."""
        return sum(
            self.units(move.amount_total) * (-1 if "refund" in move.move_type else 1)
            for move in moves or ()
            if move.state == "posted" and move_type in (None, move.move_type)
        )

    # === CLAIMS === #

    def get_claim(self, scope, documents=None):
        """What documents ask, and what is still to be invoiced.

        :return: amount, and by how many units rounding may change it
        :rtype: tuple[int, int]
        """
        moves = (documents or self.get_documents()).get(scope)
        posted = self.add_up(moves)
        number = len(moves or ()) + 1
        if scope[0] == "child":
            child = self.env["sale.order"].browse(scope[1])
            return posted + self._get_to_come(child), number
        has_invoice = any(
            move.state == "posted" and move.move_type == "out_invoice"
            for move in moves or ()
        )
        if has_invoice or self.order.state == "cancelled":
            return posted, number
        return posted + self.units(self.order.sale_order_line_id.price_total), number

    def _get_to_come(self, child):
        if child.state == "cancel" or child.continuity_cancel_reason:
            return 0
        value = 0.0
        for line in child.order_line.filtered(lambda line: not line.display_type):
            ordered = line.product_uom_qty
            if ordered:
                items = line.invoice_lines.filtered(
                    lambda item: item.move_id.move_type == "out_invoice"
                )
                come = ordered - self._get_called_off(line)
                come -= self._sum(items, "posted")
                come = max(come, self._sum(items, "draft"))
                value += line.price_total * come / ordered
        return max(0, self.units(value))

    def _sum(self, items, state):
        items = items.filtered(lambda item: item.move_id.state == state)
        return sum(items.mapped("quantity"))

    def _get_called_off(self, line):
        """The rest of a delivery that nobody will send."""
        is_by_delivery = line.product_id.invoice_policy == "delivery"
        if "move_ids" not in line._fields or not is_by_delivery or not line.move_ids:
            return 0.0
        if line.move_ids.filtered(lambda m: m.state not in ("done", "cancel")):
            return 0.0
        sent = line.move_ids.filtered(
            lambda m: m.state == "done" and m.location_dest_id.usage == "customer"
        )
        return max(0.0, line.product_uom_qty - sum(sent.mapped("quantity")))

    def get_explained(self, scope, documents):
        """What may have gone back with a reason: notes, or more than was claimed."""
        notes = -self.add_up(documents.get(scope), "out_refund")
        claim, _number = self.get_claim(scope, documents)
        gross, twice = self.book.gross(scope), self.book.doubles(scope)[0]
        before = self.book.settled_before(scope)
        spare = gross - twice - before - claim
        return max(notes, spare, 0) + twice + before

    def get_may_ask(self, scope, documents):
        """What may be asked of a card at most, by money and documents."""
        claim, number = self.get_claim(scope, documents)
        gone = min(self.book.returned(scope), self.get_explained(scope, documents))
        return claim - (self.book.gross(scope) - gone) + number

    # === LAWS === #

    def check_charge(self, parts):
        """Say what is wrong with asking a card for so much now.

        :param parts: scope, row and amount
        :rtype: list[str]
        """
        documents, wanted, wrong = self.get_documents(), {}, []
        for scope, row, amount in parts:
            wanted[scope] = wanted.get(scope, 0) + amount
            if self.book.successes(row):
                wrong.append(f"row {row} was paid, and is asked again")
        for scope, amount in wanted.items():
            may = self.get_may_ask(scope, documents) - self.book.under_way(scope)
            if amount > may:
                wrong.append(f"{scope} is asked for {amount}, at most {may} is owed")
        return wrong

    def check_account(self, answers):
        """Compare what the core says with book and documents.

        :param dict answers: Facts and Settlement per scope
        :raise Broken: the first law that does not hold
        """
        documents = self.get_documents()
        for scope in self.get_scopes():
            if scope not in answers:
                raise Broken("account", f"{scope} is not answered")
            sums = answers[scope][1].sums
            book = self.book.gross(scope), self.book.returned(scope)
            found = sums.received, sums.returned
            if book[0] - book[1] != found[0] - found[1]:
                raise Broken("account", f"{scope}: {found} came and went, book {book}")
            posted = self.add_up(documents.get(scope))
            if posted != sums.documents:
                raise Broken(
                    "account", f"{scope}: documents {sums.documents}, books {posted}"
                )
            claim, number = self.get_claim(scope, documents)
            if abs(claim - sums.claim) > number:
                raise Broken("account", f"{scope}: claim {sums.claim}, not {claim}")
            self._check_answer(scope, answers[scope][1], documents)

    def _check_answer(self, scope, settlement, documents):
        sums = settlement.sums
        claim, number = self.get_claim(scope, documents)
        asked = sum(ask.amount for ask in settlement.ask_now)
        may = self.get_may_ask(scope, documents) - self.book.under_way(scope)
        may -= sums.adjusted
        if asked > max(0, may):
            raise Broken("account", f"{scope}: {asked} asked, at most {may} owed")
        net, left = self.book.net(scope), self.book.doubles(scope)[1]
        most = max(0, net + sums.adjusted - claim) + left + number
        if sums.to_refund > most:
            raise Broken(
                "account", f"{scope}: {sums.to_refund} to refund, at most {most}"
            )

    def check_rows(self):
        """Compare the rows there are with book and documents."""
        documents = self.get_documents()
        for scope in self.get_scopes():
            rows = self.order.payment_ids.filtered(lambda r, s=scope: self.of(r) == s)
            number = self.get_claim(scope, documents)[1]
            open_rows = rows.filtered(
                lambda r: r.state in ("scheduled", "billed", "declined")
            )
            asked = sum(self.units(row.amount) for row in open_rows)
            # What came twice is offered back, and pays no row before one is due
            may = max(0, self.get_may_ask(scope, documents))
            may += self.book.doubles(scope)[1]
            if asked > may:
                raise Broken("rows", f"{scope}: rows ask {asked}, {may} is owed")
            paid = rows.filtered(lambda r: r.state == "paid")
            paid = sum(self.units(row.amount) for row in paid)
            if paid > self.book.gross(scope) + number:
                came = self.book.gross(scope)
                raise Broken("rows", f"{scope}: {paid} paid, {came} has come")

    def of(self, row):
        """Whose a row is."""
        child = row.child_order_id
        return ("child", child.id) if child else ("upfront", self.order.id)

    def check_refunds(self, before):
        """Say whether a refund gave back what was owed to the customer, and no more.

        :param dict before: per scope, what was there before it, and what was claimed
        :raise Broken: more went back
        """
        for scope, (net, claim, number, left) in before.items():
            given = net - self.book.net(scope)
            if given > max(0, net - claim) + left + number:
                raise Broken("money", f"{scope}: {given} given back of {net - claim}")

    def check_end(self, answers):
        """When all is over: nothing is owed by anybody, but what people have to do."""
        documents = self.get_documents()
        for scope in self.get_scopes():
            settlement = answers[scope][1]
            sums = settlement.sums
            rest = self.add_up(documents.get(scope)) - self.book.net(scope)
            known = sums.written_off + sums.held + sums.adjusted
            # What came by bank an accountant gives back
            by_hand = sum(one.amount for one in settlement.refunds if one.by_hand)
            if abs(rest - known + by_hand) > 1:
                raise Broken(
                    "end", f"{scope}: {rest} is owed at the end, not {known - by_hand}"
                )
            for move in documents.get(scope, ()):
                left = self.units(move.amount_residual)
                # The note of what goes back by hand is open until it has gone
                if move.state == "posted" and left > known + by_hand:
                    raise Broken("end", f"{scope}: {move.name} is open: {left}")
