// One dialog at a time, over the page. The browser keeps the focus inside and closes it on Esc.
import { afterDraw, html, nothing, refresh } from './render.js';

let open = null;

/** Shows what `view` makes; ends with what it gives to `close`, or null if it was put away. */
export function show(title, view) {
    open?.resolve(null);
    const returnTo = document.activeElement;
    return new Promise((resolve) => {
        open = { title, view, resolve, returnTo };
        afterDraw(() => document.getElementById('dialog')?.showModal());
    });
}

function end(value) {
    const { resolve, returnTo } = open;
    open = null;
    refresh();
    returnTo?.focus?.();
    resolve(value);
}

/** Asks before something is done. With `name` that must be typed first. */
export function confirm({ title, text, action, name = null }) {
    let typed = '';
    const submit = (event) => {
        event.preventDefault();
        if (name === null || typed === name) {
            end(true);
        }
    };
    return show(title, () => html`
        <form @submit=${submit}>
            <p>${text}</p>
            ${name === null ? nothing : html`
                <label class="field">
                    <span>Type <code>${name}</code> to go on</span>
                    <input name="typed" autocomplete="off" autocapitalize="off" spellcheck="false"
                        @input=${(event) => { typed = event.target.value; refresh(); }}>
                </label>`}
            ${buttons(action, name !== null && typed !== name, 'danger')}
        </form>`);
}

/** Asks for a few words: `fields` are {name, label, hint, pattern}. Ends with an object of them, or null. */
export function ask({ title, text = '', action, fields }) {
    const submit = (event) => {
        event.preventDefault();
        end(Object.fromEntries(new FormData(event.target)));
    };
    return show(title, () => html`
        <form @submit=${submit}>
            ${text === '' ? nothing : html`<p>${text}</p>`}
            ${fields.map(({ name, label, hint = '', pattern, required = true }) => html`
                <div class="field">
                    <label for="field-${name}">${label}</label>
                    <input id="field-${name}" name=${name} ?required=${required} pattern=${pattern} title=${hint}
                        aria-describedby=${hint === '' ? nothing : `hint-${name}`} autocomplete="off" autocapitalize="off" spellcheck="false">
                    ${hint === '' ? nothing : html`<small id="hint-${name}">${hint}</small>`}
                </div>`)}
            ${buttons(action, false, 'primary')}
        </form>`);
}

function buttons(action, isHeldBack, kind) {
    return html`
        <div class="buttons">
            <button type="button" @click=${() => end(null)}>Cancel</button>
            <button class=${kind} ?disabled=${isHeldBack}>${action}</button>
        </div>`;
}

export function dialogView() {
    if (open === null) {
        return nothing;
    }
    return html`
        <dialog id="dialog" aria-labelledby="dialog-title" @cancel=${(event) => { event.preventDefault(); end(null); }}>
            <h2 id="dialog-title">${open.title}</h2>
            ${open.view(end)}
        </dialog>`;
}
