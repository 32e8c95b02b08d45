import { registry } from "@web/core/registry";
import { formView } from "@web/views/form/form_view";
import { FormController } from "@web/views/form/form_controller";

/** The open page of each notebook, of the wizard that was left last. */
let lastPages = {};

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
    }
}

registry.category("views").add("continuity_wizard", {
    ...formView,
    Controller: ContinuityWizardController,
});
