// Pieces that several pages are made of.
import { getScope } from './api.js';
import { icon } from './icons.js';
import { tell, tellFailure } from './notices.js';
import { html, nothing } from './render.js';

/** The head of a page: where it is, its name, what it is, and what can be done. */
export function pageHead({ trail = [], title, badges = [], actions = nothing, isName = false }) {
    return html`
        <header class="page-head">
            <div>
                ${trail.length === 0 ? nothing : html`
                    <nav class="trail" aria-label="Where this is">
                        ${trail.map(([text, href]) => html`<a href=${href}>${text}</a><span aria-hidden="true">/</span>`)}
                    </nav>`}
                <h1 tabindex="-1" class=${isName ? 'name' : ''}>${title}</h1>
                ${badges.map(badge)}
            </div>
            <div class="actions">${actions}</div>
        </header>`;
}

/** What is true of a topic or channel, in a word each. */
export function badgesOf({ is_paused: isPaused, is_ephemeral: isEphemeral }) {
    return [isPaused ? ['paused', 'warn'] : null, isEphemeral ? ['ephemeral', ''] : null].filter(Boolean);
}

export function badge([text, kind]) {
    return html`<span class="badge ${kind}">${text}</span>`;
}

/** Figures side by side: [name, figure, note]. */
export function figures(list) {
    return html`
        <dl class="figures">
            ${list.map(([name, value, note = '']) => html`
                <div><dt>${name}</dt><dd>${value}${note === '' ? nothing : html`<small>${note}</small>`}</dd></div>`)}
        </dl>`;
}

export function panel(title, content, { id, actions = nothing, note = '' }) {
    return html`
        <section class="panel" aria-labelledby=${id}>
            <header>
                <h2 id=${id}>${title}</h2>
                ${note === '' ? nothing : html`<p class="panel-note">${note}</p>`}
                <div class="actions">${actions}</div>
            </header>
            ${content}
        </section>`;
}

/** While nothing is known yet, or why nothing is. */
export function waiting(poll) {
    if (poll.error === null) {
        return html`<p class="quiet" aria-busy="true">Asking the broker…</p>`;
    }
    return html`
        <div class="empty">
            <p><strong>${poll.error.status === 404 ? 'This is not here.' : 'This could not be had.'}</strong></p>
            <p>${poll.error.message}</p>
        </div>`;
}

/** What went wrong at other nodes, beside what was found. */
export function warnings(list = []) {
    return list.length === 0 ? nothing : html`
        <ul class="warnings" aria-label="Warnings">${list.map((text) => html`<li>${text}</li>`)}</ul>`;
}

/** A line to be typed into a shell. */
export function commandLine(text) {
    return html`
        <div class="command">
            <pre tabindex="0"><code>${text}</code></pre>
            <button class="plain" aria-label="Copy this line" title="Copy" @click=${() => copy(text)}>${icon('copy')}</button>
        </div>`;
}

export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
        tell('Copied.');
    } catch {
        // Without TLS a browser lets only this machine's own pages write there.
        tellFailure('The browser does not let this page copy: mark the text instead.');
    }
}

/** A table that scrolls sideways where the page is narrow, and can be scrolled with keys then. */
export function table(name, head, rows, { isEmpty = false, empty = 'There is nothing here.' } = {}) {
    if (isEmpty) {
        return html`<p class="quiet">${empty}</p>`;
    }
    return html`
        <div class="table" role="group" aria-label=${name} tabindex="0">
            <table>
                <caption class="unseen">${name}</caption>
                <thead><tr>${head.map(headCell)}</tr></thead>
                <tbody>${rows}</tbody>
            </table>
        </div>`;
}

/** A column: text, or {text, kind, sort: {key, by, order, go}}. */
function headCell(column) {
    const { text, kind = '', sort = null } = typeof column === 'string' ? { text: column } : column;
    if (sort === null) {
        return html`<th scope="col" class=${kind}>${text}</th>`;
    }
    const isSorted = sort.by === sort.key;
    const order = isSorted ? (sort.order === 'asc' ? 'ascending' : 'descending') : 'none';
    return html`
        <th scope="col" class=${kind} aria-sort=${order}>
            <button class="sort" @click=${() => sort.go(sort.key)}>
                ${text}${isSorted ? icon(sort.order === 'asc' ? 'up' : 'down') : nothing}
            </button>
        </th>`;
}

/** The address that clients on other machines would use too: the one this page came from. */
export function curlPublish(topic, body = 'hello') {
    return `curl -d '${body}' '${new URL('../pub', document.baseURI)}?topic=${encodeURIComponent(topic)}'`;
}

/** Says which nodes the figures are of, where that is not all. */
export function scopeNote() {
    const scope = getScope();
    return scope === 'all' ? '' : scope === 'self' ? 'this node only' : `node ${scope} only`;
}
