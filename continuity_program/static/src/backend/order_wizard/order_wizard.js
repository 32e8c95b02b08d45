import { onMounted } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";

/** The open page of each notebook, of the wizard that was left last. */
let lastPages = {};

const OK = "footer button[name=action_wizard_done]";
const CARD = "[name=payment_token_id] input";

/**
 * The Continuity wizard. Odoo closes a dialog behind every button, and the wizard
 * opens itself again; the seller finds the page that was open.
 */
export class ContinuityWizardController extends FormController {
    static template = "continuity_program.WizardFormView";

    setup() {
        super.setup();
        this.activeNotebookPages = this.props.context.continuity_reopened ? lastPages : {};
        const pages = (lastPages = { ...this.activeNotebookPages });
        const rememberInState = this.onNotebookPageChange;
        this.onNotebookPageChange = (notebookId, page) => {
            pages[notebookId] = page;
            rememberInState(notebookId, page);
        };
        onMounted(() => this.start());
    }

    /** @override What is proposed, or typed, is stored by *OK* alone. */
    beforeVisibilityChange() {}

    /** @override */
    async beforeUnload() {}

    /** Propose the customer's card, and put the focus on what comes next. */
    async start() {
        const { root } = this.model;
        const { payment_method, proposed_token_id } = root.data;
        const modal = this.rootRef.el.closest(".modal");
        const focus = (selector) => modal?.querySelector(selector)?.focus();
        // At once, or the dialog takes it for its first field
        focus(OK);
        const first = document.activeElement;
        if (!payment_method && proposed_token_id) {
            await root.update({
                payment_method: "card",
                payment_token_id: proposed_token_id,
            });
        }
        // Unless somebody goes on already while the server thinks
        if (root.data.payment_missing && document.activeElement === first) {
            focus(CARD);
        }
    }
}

registry.category("views").add("continuity_wizard", {
    ...formView,
    Controller: ContinuityWizardController,
});
