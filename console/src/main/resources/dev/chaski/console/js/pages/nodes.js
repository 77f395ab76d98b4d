// Every broker that the lookups know, and this one, on one page.
import { get, path } from '../api.js';
import { count, duration, moment, plural, versionOf } from '../format.js';
import { badge, pageHead, table, waiting, warnings } from '../parts.js';
import { Poll } from '../poll.js';
import { html, nothing } from '../render.js';
import { link } from '../router.js';

const POLL_MS = 3_000;

export function nodes() {
    const poll = new Poll((signal) => get(path('nodes'), { node: 'all' }, signal), POLL_MS);
    return { title: 'Nodes', view: () => view(poll), close: () => poll.close() };
}

function view(poll) {
    const list = (poll.data?.nodes ?? []).toSorted((a, b) => b.is_self - a.is_self || a.node.localeCompare(b.node));
    return html`
        ${pageHead({ title: 'Nodes', actions: poll.data ? html`<p class="subtitle">${plural(list.length, 'node')}</p>` : nothing })}
        ${poll.data === null ? waiting(poll) : html`
            ${warnings(poll.data.warnings)}
            ${table('Nodes', ['Node', { text: 'Version', kind: 'wide-s' }, fig('Topics', 'wide-s'), fig('Clients', 'wide-s'), fig('Waiting'),
                fig('Messages', 'wide'), { text: 'Up for', kind: 'wide' }, 'Health'], list.map(row))}
            ${list.length > 1 ? nothing : html`
                <p class="hint">Nodes that register at the same lookups appear here by themselves:
                    see <a href="#/lookups">Lookups</a>.</p>`}`}`;
}

function row(node) {
    const started = typeof node.started_at === 'number' ? Date.now() - node.started_at : null;
    return html`
        <tr>
            <th scope="row">
                <a class="name" href=${link('nodes', node.node)}>${node.node}</a>
                ${node.is_self ? badge(['this one', 'self']) : nothing}
                <small class="under">${node.hostname}</small>
            </th>
            <td class="wide-s">${versionOf(node)}</td>
            <td class="figure wide-s">${count(node.topics)}</td>
            <td class="figure wide-s">${count(node.clients)}</td>
            <td class="figure">${count(node.depth)}</td>
            <td class="figure wide">${count(node.messages)}</td>
            <td class="wide"><span title=${moment(node.started_at)}>${duration(started)}</span></td>
            <td><i class="dot ${node.health === 'OK' ? 'good' : 'bad'}"></i>${node.health ?? 'unknown'}</td>
        </tr>`;
}

function fig(text, width = '') {
    return { text, kind: `figure ${width}` };
}
