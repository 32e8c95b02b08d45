import { Component } from "@odoo/owl";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/**
 * What can be done with a series: the method on the server, and of which record. The
 * server says which of them are offered; each opens the dialog that says what it means.
 */
const ACTIONS = {
    complete: { label: _t("Complete"), icon: "fa-pencil", open: "order" },
    skip: { label: _t("Skip"), on: "next", method: "action_open_skip" },
    move: { label: _t("Move"), on: "next", method: "action_open_move" },
    swap: { label: _t("Swap"), on: "next", method: "action_open_swap" },
    postpone: { label: _t("Postpone"), on: "next", method: "action_open_postpone" },
    end: { label: _t("End after it"), on: "next", method: "action_open_end" },
    pause: { label: _t("Pause"), on: "order", method: "action_open_pause" },
    resume: {
        label: _t("Resume"),
        on: "order",
        method: "action_resume",
        confirm: _t(
            "The shipments that fell into the pause are moved or left out, as the program says."
        ),
        done: _t("The series goes on."),
    },
    cancel: { label: _t("Cancel"), on: "order", method: "action_open_cancel" },
    address: { label: _t("Address"), open: "address" },
    card: { label: _t("New card"), on: "order", method: "action_add_card" },
    link: { label: _t("Mail card link"), on: "order", method: "action_send_card_link" },
    authenticate: {
        label: _t("Mail link of the bank"),
        on: "order",
        method: "action_send_authenticate_link",
    },
    return: { label: _t("Return"), on: "returnable", method: "action_open_return" },
    hold: { label: _t("Hold"), on: "order", method: "action_open_hold" },
    release: {
        label: _t("Release hold"),
        on: "order",
        method: "action_release",
        done: _t("The hold is released."),
    },
};

/** One series: what comes next, until when it can be changed, and the buttons. */
export class SeriesCard extends Component {
    static template = "continuity_program.SeriesCard";
    static props = {
        series: Object,
        isMarked: Boolean,
        openRecord: Function,
        onOpened: Function,
        onChanged: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
    }

    get buttons() {
        return this.props.series.actions.map((name) => ({ name, ...ACTIONS[name] }));
    }

    get stateClass() {
        const classes = {
            running: "text-bg-success",
            on_hold: "text-bg-danger",
            paused: "text-bg-warning",
        };
        return classes[this.props.series.state] || "text-bg-secondary";
    }

    parcelClass(parcel) {
        const classes = {
            done: "text-bg-success",
            ordered: "text-bg-info",
            skipped: "text-bg-light text-decoration-line-through",
        };
        return classes[parcel.state] || "text-bg-secondary";
    }

    parcelLabel(parcel) {
        return _t("Parcel %(number)s, %(state)s: %(title)s", {
            number: parcel.number,
            state: parcel.state_label,
            title: parcel.title,
        });
    }

    async onClick({ open, confirm, ...button }) {
        if (open === "order") {
            const { order_id, order } = this.props.series;
            return this.props.openRecord("sale.order", order_id, order);
        }
        if (open === "address") {
            return this.openAddress();
        }
        if (confirm) {
            this.dialog.add(ConfirmationDialog, {
                body: confirm,
                confirm: () => this.run(button),
                cancel: () => {},
            });
            return;
        }
        return this.run(button);
    }

    /** Call the method of a button, and open what it answers. */
    async run({ on, method, done }) {
        const { id, shipment_id, returnable_id } = this.props.series;
        const target = {
            order: ["continuity.order", id],
            next: ["continuity.shipment", shipment_id],
            returnable: ["continuity.shipment", returnable_id],
        };
        const [model, recordId] = target[on];
        const action = await this.orm.call(model, method, [[recordId]]);
        const onChanged = () => this.props.onChanged(id);
        if (!action?.type) {
            this.notification.add(done, { type: "success" });
            return onChanged();
        }
        // Before it: an answer may show the screen anew
        this.props.onOpened(id);
        return this.action.doAction(action, { onClose: onChanged });
    }

    openAddress() {
        this.dialog.add(
            FormViewDialog,
            {
                resModel: "continuity.order",
                resId: this.props.series.id,
                title: _t("Addresses of %s", this.props.series.name),
                size: "md",
                canExpand: false,
                context: {
                    form_view_ref:
                        "continuity_program.continuity_order_view_form_address",
                },
            },
            { onClose: () => this.props.onChanged(this.props.series.id) }
        );
    }
}
