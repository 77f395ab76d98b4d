// One topic: its figures, its channels, what is published to it right now, and the nodes that have it.
import { createChannel, empty, publish, remove, setPaused, tombstone } from '../actions.js';
import { get, path } from '../api.js';
import { bytes, count, rate, short } from '../format.js';
import { icon } from '../icons.js';
import { badge, badgesOf, commandLine, curlPublish, figures, pageHead, panel, table, waiting, warnings } from '../parts.js';
import { Poll } from '../poll.js';
import { html, live, nothing, refresh } from '../render.js';
import { link } from '../router.js';
import { mayChange } from '../session.js';
import { Tail } from '../tail.js';

const POLL_MS = 1_000;
const EXAMPLE = '{"hello": "from the console"}';

export function topic([name]) {
    const tail = new Tail(name);
    // A topic that is not there has no tail yet.
    const poll = new Poll((signal) => get(path('topics', name), {}, signal), POLL_MS, () => tail.connect());
    const draft = { body: EXAMPLE, deferS: 0, isBusy: false };
    return {
        title: name,
        view: () => view(name, poll, tail, draft),
        close() {
            poll.close();
            tail.close();
        },
    };
}

function view(name, poll, tail, draft) {
    const now = poll.data;
    const head = { trail: [['Topics', '#/topics']], title: name, isName: true };
    if (now === null) {
        return html`${pageHead(head)}${poll.error?.status === 404 ? unknown(name) : waiting(poll)}`;
    }
    return html`
        ${pageHead({ ...head, badges: badgesOf(now), actions: mayChange() ? actions(name, now, poll) : nothing })}
        ${warnings(now.warnings)}
        ${figures([
            ['Waiting', count(now.depth), `${short(unclaimed(now))} before any channel`],
            ['Published', `${rate(now.published_per_second)}/s`, `${short(now.messages)} in all`],
            ['In flight', count(now.in_flight), `${short(now.deferred)} deferred`],
            ['Clients', count(now.clients)],
            ['On disk', bytes(now.backlog_bytes)],
        ])}
        ${channels(name, now, poll)}
        ${mayChange() ? publishing(name, draft, poll) : nothing}
        ${tail.view(now.nodes.length > 1)}
        ${nodes(name, now)}`;
}

/** Messages that wait in the topic itself: for its first channel, or for the end of a pause. */
function unclaimed(now) {
    return Math.max(0, now.channels.reduce((depth, channel) => depth - channel.depth, now.depth));
}

function unknown(name) {
    return html`
        <div class="empty">
            <p><strong>There is no topic of this name.</strong></p>
            <p>Publishing to it makes it:</p>
            ${commandLine(curlPublish(name))}
        </div>`;
}

function actions(name, now, poll) {
    const then = async (done) => (await done) && poll.now();
    return html`
        <button @click=${() => then(setPaused(name, null, !now.is_paused))}>
            ${icon(now.is_paused ? 'play' : 'pause')}${now.is_paused ? 'Unpause' : 'Pause'}
        </button>
        <button @click=${() => then(empty(name, null, unclaimed(now)))}>Empty</button>
        <button class="danger" @click=${() => leave(name)}>Delete</button>`;
}

async function leave(name) {
    if (await remove(name, null)) {
        location.hash = '#/topics';
    }
}

function channels(name, now, poll) {
    const head = ['Channel', fig('Waiting'), fig('In flight'), fig('Deferred', 'wide'), fig('Finished/s', 'wide-s'),
        fig('Requeued', 'wide'), fig('Timed out', 'wide'), fig('Clients')];
    const rows = now.channels.map((channel) => html`
        <tr>
            <th scope="row">
                <a class="name" href=${link('topics', name, 'channels', channel.name)}>${channel.name}</a>
                ${badgesOf(channel).map(badge)}
            </th>
            <td class="figure">${count(channel.depth)}</td>
            <td class="figure">${count(channel.in_flight)}</td>
            <td class="figure wide">${count(channel.deferred)}</td>
            <td class="figure wide-s">${rate(channel.finished_per_second)}</td>
            <td class="figure wide">${count(channel.requeued)}</td>
            <td class="figure wide">${count(channel.timed_out)}</td>
            <td class="figure">${count(Array.isArray(channel.clients) ? channel.clients.length : channel.clients)}</td>
        </tr>`);
    return panel('Channels', table('Channels', head, rows, {
        isEmpty: now.channels.length === 0,
        empty: 'No channel yet: messages wait here for the first one, which gets them all.',
    }), {
        id: 'channels',
        actions: mayChange() ? html`
            <button class="small" @click=${async () => (await createChannel(name)) && poll.now()}>${icon('plus')}New channel</button>` : nothing,
    });
}

function fig(text, width = '') {
    return { text, kind: `figure ${width}` };
}

function publishing(name, draft, poll) {
    const submit = async (event) => {
        event?.preventDefault();
        draft.isBusy = true;
        refresh();
        await publish(name, draft.body, Math.round(draft.deferS * 1000));
        draft.isBusy = false;
        poll.now();
    };
    const keys = (event) => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && submit(event);
    return panel('Publish a message', html`
        <form class="publish" @submit=${submit}>
            <textarea rows="3" aria-label="Body of the message" spellcheck="false" .value=${live(draft.body)} @keydown=${keys}
                @input=${(event) => { draft.body = event.target.value; }}></textarea>
            <div class="publish-end">
                <label>Deliver after
                    <input type="number" min="0" max="3600" step="1" .value=${live(String(draft.deferS))}
                        @input=${(event) => { draft.deferS = Number(event.target.value); }}> s</label>
                <button class="primary" ?disabled=${draft.isBusy}>Publish</button>
            </div>
        </form>`, { id: 'publish', note: 'Ctrl+Enter sends' });
}

function nodes(name, now) {
    const rows = now.nodes.map((node) => html`
        <tr>
            <th scope="row"><a class="name" href=${link('nodes', node.node)}>${node.node}</a>
                ${node.is_paused ? badge(['paused', 'warn']) : nothing}
                ${node.is_tombstoned ? badge(['tombstoned', 'warn']) : nothing}</th>
            <td class="figure">${count(node.depth)}</td>
            <td class="figure wide-s">${count(node.messages)}</td>
            <td class="figure wide-s">${count(Array.isArray(node.channels) ? node.channels.length : node.channels)}</td>
            <td class="figure">${mayChange() ? html`
                <button class="small" ?disabled=${node.is_tombstoned} @click=${() => tombstone(node.node, name)}>Tombstone</button>` : nothing}</td>
        </tr>`);
    return panel('Nodes', table('Nodes that have this topic', ['Node', fig('Waiting'), fig('Messages', 'wide-s'),
        fig('Channels', 'wide-s'), { text: html`<span class="unseen">Actions</span>`, kind: 'figure' }], rows,
    { isEmpty: now.nodes.length === 0 }), { id: 'nodes' });
}
