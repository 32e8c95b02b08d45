import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/**
 * The result of a search: one row is marked, *Select* takes it (rules H2).
 *
 * It opens even for a single hit: two persons of one name are told apart by address,
 * telephone and last order, and one wrong person is not noticed otherwise.
 */
export class CustomerSearchDialog extends Component {
    static template = "continuity_program.CustomerSearchDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        term: String,
        customers: Array,
        hasMore: Boolean,
        canCreate: Boolean,
        onSelect: Function,
        onCreate: Function,
    };

    setup() {
        this.state = useState({ marked: 0 });
        this.isDone = false;
        this.rows = useRef("rows");
        onMounted(() => this.rows.el?.focus());
        useEffect(
            (marked) => {
                this.rows.el
                    ?.querySelector(`tr[data-index="${marked}"]`)
                    ?.scrollIntoView({ block: "nearest" });
            },
            () => [this.state.marked]
        );
    }

    get nobodyText() {
        return _t("Nobody was found for “%s”.", this.props.term);
    }

    onKeydown(ev) {
        const last = this.props.customers.length - 1;
        const steps = { ArrowDown: 1, ArrowUp: -1 };
        if (ev.key in steps) {
            ev.preventDefault();
            const next = this.state.marked + steps[ev.key];
            this.state.marked = Math.min(Math.max(next, 0), last);
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            this.select();
        }
    }

    mark(index) {
        this.state.marked = index;
    }

    select(index = this.state.marked) {
        const customer = this.props.customers[index];
        if (customer) {
            this.leave(() => this.props.onSelect(customer.id));
        }
    }

    create() {
        this.leave(() => this.props.onCreate());
    }

    /** Once: a second key comes before the dialog is gone. */
    leave(callback) {
        if (!this.isDone) {
            this.isDone = true;
            callback();
            this.props.close();
        }
    }
}
