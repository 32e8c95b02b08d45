import { onMounted } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";

/** Long enough to read it and to press its button, in milliseconds. */
const TOAST_DELAY = 12000;
const TAKE_ANOTHER_CARD = "footer button[name=action_open_payment]";

/**
 * The recap. Opened by Odoo, a dialog would put the focus on its first field, which is
 * below everything that is read aloud. It begins at its top; after a refusal the focus
 * is on what helps.
 */
export class ContinuityRecapController extends FormController {
    setup() {
        super.setup();
        onMounted(() => {
            const modal = this.rootRef.el.closest(".modal");
            const body = modal?.querySelector(".modal-body");
            if (!body) {
                return;
            }
            // A stop of Tab: the arrow keys scroll what is read aloud, a screen reader says
            // its name, and whoever has gone on comes back to it
            body.tabIndex = 0;
            body.setAttribute("role", "region");
            body.setAttribute("aria-label", _t("What the customer gets"));
            (modal.querySelector(TAKE_ANOTHER_CARD) || body).focus();
            body.scrollTop = 0;
        });
    }
}

registry.category("views").add("continuity_recap", {
    ...formView,
    Controller: ContinuityRecapController,
});

/** Submitted: says what was done, closes the recap, and offers the next call. */
export function tellSubmitted({ services }, { params }) {
    const close = services.notification.add(params.message, {
        title: params.title,
        type: "success",
        autocloseDelay: TOAST_DELAY,
        buttons: [
            {
                name: _t("Next call"),
                primary: true,
                onClick: () => {
                    close();
                    services.action.doAction(
                        "continuity_program.continuity_customer_service_action",
                        { clearBreadcrumbs: true }
                    );
                },
            },
        ],
    });
    return { type: "ir.actions.act_window_close" };
}

registry.category("actions").add("continuity_submitted", tellSubmitted);
