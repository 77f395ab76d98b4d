// One node: its topics and who is connected to it.
import { tombstone } from '../actions.js';
import { get, path } from '../api.js';
import { count, duration, moment, versionOf } from '../format.js';
import { badge, figures, pageHead, panel, table, waiting, warnings } from '../parts.js';
import { Poll } from '../poll.js';
import { html, nothing, refresh } from '../render.js';
import { link } from '../router.js';
import { mayChange } from '../session.js';

const POLL_MS = 3_000;
/** A node may have ten thousand topics; what is not seen is not drawn. */
const ROWS_MAX = 200;

export function node([address]) {
    const poll = new Poll((signal) => get(path('nodes', address), { node: null }, signal), POLL_MS);
    const filter = { text: '' };
    return { title: address, view: () => view(address, poll, filter), close: () => poll.close() };
}

function view(address, poll, filter) {
    const now = poll.data === null ? null : { ...poll.data.node, ...poll.data, node: address };
    const head = { trail: [['Nodes', '#/nodes']], title: address, isName: true };
    if (now === null) {
        return html`${pageHead(head)}${waiting(poll)}`;
    }
    const topics = Array.isArray(now.topics) ? now.topics : [];
    const clients = Array.isArray(now.clients) ? now.clients : [];
    return html`
        ${pageHead({ ...head, badges: now.is_self ? [['this one', 'self']] : [] })}
        ${warnings(now.warnings)}
        ${figures([
            ['Health', now.health ?? '–'],
            ['Version', versionOf(now), now.hostname ?? ''],
            ['Waiting', count(now.depth)],
            ['Messages', count(now.messages)],
            ['Up for', duration(typeof now.started_at === 'number' ? Date.now() - now.started_at : null), moment(now.started_at)],
        ])}
        ${topicsOf(address, topics, now, filter, poll)}
        ${clientsOf(clients)}`;
}

function topicsOf(address, topics, now, filter, poll) {
    const found = topics.filter((topic) => topic.name.includes(filter.text));
    const tombstones = new Set(now.tombstones ?? []);
    const rows = found.slice(0, ROWS_MAX).map((topic) => html`
        <tr>
            <th scope="row"><a class="name" href=${link('topics', topic.name)}>${topic.name}</a>
                ${topic.is_paused ? badge(['paused', 'warn']) : nothing}
                ${topic.is_tombstoned || tombstones.has(topic.name) ? badge(['tombstoned', 'warn']) : nothing}</th>
            <td class="figure">${count(topic.depth)}</td>
            <td class="figure wide-s">${count(topic.messages)}</td>
            <td class="figure wide-s">${count(Array.isArray(topic.channels) ? topic.channels.length : topic.channels)}</td>
            <td class="figure">${mayChange() ? html`
                <button class="small" @click=${async () => (await tombstone(address, topic.name)) && poll.now()}>Tombstone</button>` : nothing}</td>
        </tr>`);
    return panel('Topics', html`
        ${topics.length <= 10 ? nothing : html`
            <input type="search" id="search" class="search" placeholder="Search topics" aria-label="Search topics of this node"
                @input=${(event) => { filter.text = event.target.value; refresh(); }}>`}
        ${table('Topics of this node', ['Topic', { text: 'Waiting', kind: 'figure' }, { text: 'Messages', kind: 'figure wide-s' },
            { text: 'Channels', kind: 'figure wide-s' }, { text: html`<span class="unseen">Actions</span>`, kind: 'figure' }], rows,
        { isEmpty: found.length === 0, empty: topics.length === 0 ? 'This node has no topic.' : 'None of its topics is called so.' })}
        ${found.length > ROWS_MAX ? html`<p class="quiet">The first ${count(ROWS_MAX)} of ${count(found.length)}: search for others.</p>` : nothing}`,
    { id: 'topics' });
}

function clientsOf(clients) {
    const rows = clients.slice(0, ROWS_MAX).map((client) => html`
        <tr>
            <th scope="row"><span class="name">${client.id || client.hostname}</span></th>
            <td class="name wide-s">${client.address}</td>
            <td>${client.topic ? html`<a class="name" href=${link('topics', client.topic)}>${client.topic}</a>` : '–'}</td>
            <td>${client.channel ? html`<a class="name" href=${link('topics', client.topic, 'channels', client.channel)}>${client.channel}</a>` : '–'}</td>
            <td class="figure">${count(client.in_flight)}</td>
            <td class="figure wide-s">${count(client.finished)}</td>
        </tr>`);
    return panel('Clients', html`
        ${table('Clients of this node', ['Client', { text: 'Address', kind: 'wide-s' }, 'Topic', 'Channel', { text: 'In flight', kind: 'figure' },
            { text: 'Finished', kind: 'figure wide-s' }], rows, { isEmpty: clients.length === 0, empty: 'Nobody is connected.' })}
        ${clients.length > ROWS_MAX ? html`<p class="quiet">The first ${count(ROWS_MAX)} of ${count(clients.length)}.</p>` : nothing}`,
    { id: 'clients' });
}
