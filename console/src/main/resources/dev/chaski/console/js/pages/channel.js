// One channel: what waits in it, who consumes it, and how that went since the page was opened.
import { empty, remove, setPaused } from '../actions.js';
import { get, path } from '../api.js';
import { chart } from '../chart.js';
import { count, millis, moment, plural, rate, short } from '../format.js';
import { icon } from '../icons.js';
import { messagesView } from '../messages.js';
import { badge, badgesOf, commandLine, figures, pageHead, panel, table, waiting, warnings } from '../parts.js';
import { Poll } from '../poll.js';
import { html, nothing, refresh } from '../render.js';
import { link } from '../router.js';
import { mayChange, session } from '../session.js';

const POLL_MS = 1_000;
/** The charts begin with one minute, so that there is something to see, and then reach further back. */
const WINDOWS_MS = [60_000, 5 * 60_000];
const PEEK_COUNT = 20;
const BODY_BYTES_MAX = 4096;

export function channel([topic, name]) {
    const points = [];
    const where = path('topics', topic, 'channels', name);
    const poll = new Poll((signal) => get(where, {}, signal), POLL_MS, (now) => note(points, now));
    const peek = { messages: [], error: null, at: null, chosen: null, isBusy: false };
    const look = async () => {
        peek.isBusy = true;
        refresh();
        try {
            const found = await get(`${where}/messages`, { limit: PEEK_COUNT, body_bytes: BODY_BYTES_MAX });
            Object.assign(peek, { messages: found.messages, error: null, at: Date.now(), warnings: found.warnings ?? [] });
        } catch (error) {
            peek.error = error;
        }
        peek.isBusy = false;
        refresh();
    };
    look();
    return {
        title: `${name} of ${topic}`,
        view: () => view(topic, name, poll, points, peek, look),
        close: () => poll.close(),
    };
}

function note(points, now) {
    const t = Date.now();
    points.push({
        t,
        depth: now.depth,
        in_flight: now.in_flight,
        delivered_per_second: now.delivered_per_second,
        finished_per_second: now.finished_per_second,
    });
    points.splice(0, points.findIndex((point) => point.t > t - WINDOWS_MS.at(-1)));
}

function view(topic, name, poll, points, peek, look) {
    const now = poll.data;
    const head = { trail: [['Topics', '#/topics'], [topic, link('topics', topic)]], title: name, isName: true };
    if (now === null) {
        return html`${pageHead(head)}${waiting(poll)}`;
    }
    const windowMs = WINDOWS_MS.find((each) => each >= points.at(-1).t - points[0].t) ?? WINDOWS_MS.at(-1);
    return html`
        ${pageHead({ ...head, badges: badgesOf(now), actions: mayChange() ? actions(topic, name, now, poll, look) : nothing })}
        ${warnings(now.warnings)}
        ${figures([
            ['Waiting', count(now.depth)],
            ['In flight', count(now.in_flight), `${short(now.deferred)} deferred`],
            ['Finished', `${rate(now.finished_per_second)}/s`, `${short(now.messages)} came in all`],
            ['Came back', count(now.requeued), `${short(now.timed_out)} timed out`],
            ['99% within', millis(now.latency?.p99_ms ?? null), 'from publish to finish'],
        ])}
        ${panel('Since you opened this page', html`
            <div class="charts">
                ${chart({ title: 'Messages not finished', points, windowMs, format: short, series: [
                    { key: 'depth', name: 'Waiting', hue: 'hue-1' }, { key: 'in_flight', name: 'In flight', hue: 'hue-2' }] })}
                ${chart({ title: 'Messages per second', points, windowMs, format: rate, series: [
                    { key: 'delivered_per_second', name: 'Delivered', hue: 'hue-1' },
                    { key: 'finished_per_second', name: 'Finished', hue: 'hue-3' }] })}
            </div>`, { id: 'charts' })}
        ${peeked(peek, look, now.nodes.length > 1)}
        ${clients(topic, name, now)}`;
}

function actions(topic, name, now, poll, look) {
    const then = async (done) => {
        if (await done) {
            poll.now();
            look();
        }
    };
    return html`
        <button @click=${() => then(setPaused(topic, name, !now.is_paused))}>
            ${icon(now.is_paused ? 'play' : 'pause')}${now.is_paused ? 'Unpause' : 'Pause'}
        </button>
        <button @click=${() => then(empty(topic, name, now.depth))}>Empty</button>
        <button class="danger" @click=${() => leave(topic, name)}>Delete</button>`;
}

async function leave(topic, name) {
    if (await remove(topic, name)) {
        location.hash = link('topics', topic);
    }
}

function peeked(peek, look, hasOtherNodes) {
    const said = peek.error ? peek.error.message : peek.at === null ? 'Asking the broker…' : 'Nothing waits in this channel.';
    return panel('Waiting messages', html`
        ${warnings(peek.warnings)}
        ${messagesView({
            name: 'Waiting messages, the next one first',
            messages: peek.messages,
            chosen: peek.chosen,
            choose: (message) => { peek.chosen = message; refresh(); },
            empty: html`<p>${said}</p>`,
        })}`, {
        id: 'waiting',
        note: peek.at === null ? '' : `the next ${plural(peek.messages.length, 'message')}${hasOtherNodes ? ' at this node' : ''}, looked at ${moment(peek.at)}; nothing is consumed`,
        actions: html`<button class="small" ?disabled=${peek.isBusy} @click=${look}>${icon('refresh')}Look again</button>`,
    });
}

function clients(topic, name, now) {
    const list = Array.isArray(now.clients) ? now.clients : [];
    const rows = list.map((client) => html`
        <tr>
            <th scope="row"><span class="name">${client.id || client.hostname}</span>
                ${features(client).map((text) => badge([text, '']))}</th>
            <td class="wide">${client.user_agent}</td>
            <td class="name wide-s">${client.address}</td>
            <td class="name wide">${client.node}</td>
            <td class="figure">${count(client.rdy)}</td>
            <td class="figure">${count(client.in_flight)}</td>
            <td class="figure wide-s">${count(client.finished)}</td>
            <td class="figure wide">${count(client.requeued)}</td>
            <td class="wide">${moment(client.connected_at)}</td>
        </tr>`);
    const head = ['Client', { text: 'Library', kind: 'wide' }, { text: 'Address', kind: 'wide-s' }, { text: 'Node', kind: 'wide' }, fig('RDY'),
        fig('In flight'), fig('Finished', 'wide-s'), fig('Requeued', 'wide'), { text: 'Connected', kind: 'wide' }];
    const nobody = html`
        <div class="empty">
            <p>Nobody consumes this channel now. Messages wait. To see them come in a shell:</p>
            ${commandLine(consume(topic, name))}
        </div>`;
    return panel('Clients', list.length === 0 ? nobody : table('Clients', head, rows), { id: 'clients' });
}

function consume(topic, name) {
    const port = session()?.tcp_port;
    const server = port && port !== 4150 ? ` --nsqd-tcp-address=127.0.0.1:${port}` : '';
    return `./chaski tail ${topic} --channel=${name}${server}`;
}

function features(client) {
    const found = ['tls', 'deflate', 'snappy', 'authed'].filter((one) => client[one]);
    return client.sample_rate > 0 ? [...found, `${client.sample_rate}% sample`] : found;
}

function fig(text, width = '') {
    return { text, kind: `figure ${width}` };
}
