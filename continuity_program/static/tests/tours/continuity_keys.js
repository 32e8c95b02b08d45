import { press } from "@odoo/hoot-dom";

/** Steps that take no mouse: keys go to what has the focus. */

export function keys(text) {
    return {
        content: `Keys: ${text}`,
        trigger: "body",
        async run() {
            for (const key of text) {
                await press(key);
            }
        },
    };
}

export function key(name, trigger = "body") {
    return { content: `Key: ${name}`, trigger, run: `press ${name}` };
}

/** Tab until an element has the focus; nobody goes on for ever. */
export function tabTo(selector, limit = 8) {
    return {
        content: `Tab to ${selector}`,
        trigger: selector,
        async run() {
            const document = this.anchor.ownerDocument;
            for (let n = 0; document.activeElement !== this.anchor; n++) {
                if (n === limit) {
                    throw new Error(`${limit} times Tab do not lead to ${selector}`);
                }
                await press("Tab");
            }
        },
    };
}
