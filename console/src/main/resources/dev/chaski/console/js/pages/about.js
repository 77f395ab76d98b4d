// What runs here, who looks, and how the page is used.
import { badge, pageHead, panel } from '../parts.js';
import { html, nothing } from '../render.js';
import { mayChange, session } from '../session.js';
import { KEYS } from '../keys.js';
import { setTheme, theme, THEMES } from '../theme.js';

export function about() {
    return { title: 'Settings and about', view, close() {} };
}

function view() {
    const me = session();
    return html`
        ${pageHead({ title: 'Settings and about' })}
        ${panel('Looks', html`
            <fieldset class="choices">
                <legend>Theme</legend>
                ${THEMES.map(([name, text]) => html`
                    <label><input type="radio" name="theme" value=${name} .checked=${theme() === name}
                        @change=${() => setTheme(name)}> ${text}</label>`)}
            </fieldset>`, { id: 'looks' })}
        ${panel('Keys', html`
            <dl class="keys">${KEYS.map(([keys, text]) => html`
                <div><dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd>`)}</dt><dd>${text}</dd></div>`)}
            </dl>`, { id: 'keys' })}
        ${me === null ? nothing : panel('This console', html`
            <dl class="facts">
                <div><dt>Broker</dt><dd>Chaski ${me.version}</dd></div>
                <div><dt>Node</dt><dd><code>${me.node}</code></dd></div>
                <div><dt>You</dt><dd>${me.user ?? 'not signed in'} ${mayChange() ? nothing : badge(['read only', 'warn'])}
                    <small>${permission(me)}</small></dd></div>
                <div><dt>Lookups</dt><dd>${me.lookups?.length ? me.lookups.join(', ') : 'none'}</dd></div>
            </dl>`, { id: 'console' })}
        <p class="hint">Chaski is free software under the Apache License 2.0. These pages use lit-html, whose
            <a href="lib/lit-html/LICENSE.txt">licence</a> comes with them. They ask nobody but this broker for anything.</p>`;
}

function permission(me) {
    if (me.read_only) {
        return 'The broker was started with --console-read-only: nothing can be changed here.';
    }
    return me.is_admin ? 'You may change things. Every change is in the audit log.' : 'Only admin users may change things.';
}
