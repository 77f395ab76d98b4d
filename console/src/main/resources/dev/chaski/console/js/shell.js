// What is around every page: the way to the others, how the broker is, and the line that says it is away.
import { getScope, setScope } from './api.js';
import { isLost, lostSince } from './connection.js';
import { dialogView } from './dialogs.js';
import { moment } from './format.js';
import { icon, mark } from './icons.js';
import { noticesView } from './notices.js';
import { html, nothing } from './render.js';
import { mayChange, session } from './session.js';
import { setTheme, theme, THEMES } from './theme.js';

const PLACES = [
    ['#/', 'Overview', 'overview', ['']],
    ['#/topics', 'Topics', 'topics', ['topics']],
    ['#/nodes', 'Nodes', 'nodes', ['nodes']],
    ['#/lookups', 'Lookups', 'lookups', ['lookups']],
    ['#/about', 'Settings', 'about', ['about']],
];

/** The page in its frame. `at` is the first part of the route; `nodes` are the addresses to choose from. */
export function shellView({ at, content, nodes, onScope }) {
    return html`
        <a class="skip" href="#main" @click=${toMain}>Skip to the content</a>
        <header class="side">
            <a class="brand" href="#/" aria-label="Chaski, overview">${mark()}<span>Chaski</span></a>
            <nav class="places" aria-label="Pages">
                ${PLACES.map(([href, text, picture, names]) => html`
                    <a href=${href} aria-current=${names.includes(at) ? 'page' : nothing}>${icon(picture)}<span>${text}</span></a>`)}
            </nav>
            <div class="side-end">
                ${scopeChoice(nodes, onScope)}
                ${who()}
                ${themeSwitch()}
            </div>
        </header>
        <main id="main" tabindex="-1">
            <div role="status" class="away-place">
                ${isLost() ? html`<p class="away"><i class="dot warn"></i>The broker has not answered since ${moment(lostSince())}.
                    What you see is from then; this page goes on by itself when it is back.</p>` : nothing}
            </div>
            ${content}
        </main>
        ${noticesView()}
        ${dialogView()}`;
}

function toMain(event) {
    event.preventDefault();
    document.getElementById('main').focus();
}

/** Which nodes are looked at; nothing to choose where there is but one. */
function scopeChoice(nodes, onScope) {
    if (nodes.length < 2) {
        return nothing;
    }
    const choose = (event) => {
        setScope(event.target.value);
        onScope();
    };
    return html`
        <label class="scope"><span>Nodes looked at</span>
            <select @change=${choose}>
                <option value="all" ?selected=${getScope() === 'all'}>all ${nodes.length}</option>
                ${nodes.map((node) => html`<option value=${node} ?selected=${getScope() === node}>${node}</option>`)}
            </select>
        </label>`;
}

function who() {
    const me = session();
    return me === null ? nothing : html`
        <p class="who">
            <i class="dot ${isLost() ? 'warn' : 'good'}"></i><code>${me.node}</code>
            ${mayChange() ? nothing : html`<span class="badge">read only</span>`}
        </p>`;
}

function themeSwitch() {
    return html`
        <div class="switch theme-switch" role="group" aria-label="Theme">
            ${THEMES.map(([name, text]) => html`
                <button aria-pressed=${theme() === name ? 'true' : 'false'} @click=${() => setTheme(name)}>${text}</button>`)}
        </div>`;
}
