// Where this broker registers, and where consumers find it.
import { get, path } from '../api.js';
import { commandLine, pageHead, table, waiting } from '../parts.js';
import { Poll } from '../poll.js';
import { html } from '../render.js';

const POLL_MS = 5_000;

export function lookups() {
    const poll = new Poll((signal) => get(path('lookups'), { node: null }, signal), POLL_MS);
    return { title: 'Lookups', view: () => view(poll), close: () => poll.close() };
}

function view(poll) {
    const list = Array.isArray(poll.data) ? poll.data : poll.data?.lookups ?? [];
    return html`
        ${pageHead({ title: 'Lookups' })}
        <p class="lead">A lookup tells consumers which nodes have a topic. This broker registers at those that it was started with.</p>
        ${poll.data === null ? waiting(poll) : list.length === 0 ? none() : table('Lookups', ['Lookup', 'State'], list.map((one) => html`
            <tr>
                <th scope="row"><span class="name">${one.address}</span></th>
                <td><i class="dot ${one.ok ? 'good' : 'bad'}"></i>${one.ok ? 'answers' : one.error ?? 'does not answer'}</td>
            </tr>`))}`;
}

function none() {
    return html`
        <div class="empty">
            <p><strong>This broker uses no lookup.</strong></p>
            <p>Consumers connect to it directly. Several brokers are found, and seen on the page of nodes, when each is started with the same one:</p>
            ${commandLine('./chaski serve --lookupd-tcp-address=127.0.0.1:4160')}
        </div>`;
}
