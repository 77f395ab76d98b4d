// How the broker is: the way of its messages in figures, and the last minutes as lines.
import { get, path } from '../api.js';
import { chart } from '../chart.js';
import { bytes, count, duration, millis, moment, plural, rate, short } from '../format.js';
import { History } from '../history.js';
import { commandLine, curlPublish, pageHead, panel, scopeNote, table, waiting, warnings } from '../parts.js';
import { Poll } from '../poll.js';
import { html, nothing, refresh } from '../render.js';
import { link } from '../router.js';
import { session } from '../session.js';

const POLL_MS = 2_000;
const BUSIEST_COUNT = 6;
const MINUTES = [1, 5, 15];
let minutes = 5;

export function overview() {
    const poll = new Poll((signal) => get(path('overview'), {}, signal), POLL_MS);
    const busiest = new Poll(
        (signal) => get(path('topics'), { sort: 'depth', order: 'desc', per_page: BUSIEST_COUNT }, signal),
        POLL_MS,
    );
    const history = new History();
    return {
        title: 'Overview',
        view: () => view(poll, busiest, history),
        close() {
            poll.close();
            busiest.close();
            history.close();
        },
    };
}

function view(poll, busiest, history) {
    const now = poll.data;
    return html`
        ${pageHead({ title: 'Overview', actions: now === null ? nothing : subtitle(now) })}
        ${now === null ? waiting(poll) : html`
            ${now.health === 'OK' ? nothing : html`<p class="alarm" role="alert">${now.health}</p>`}
            ${warnings(now.warnings)}
            ${cord(now)}
            ${now.topics === 0 ? welcome() : nothing}
            ${charts(history)}
            ${now.topics === 0 ? nothing : busiestTopics(busiest)}
            ${machine(now)}`}`;
}

function subtitle(now) {
    return html`<p class="subtitle">
        ${now.nodes_known > 1 ? html`<a href="#/nodes">${now.nodes_up} of ${plural(now.nodes_known, 'node')} up</a> · ` : nothing}
        up for ${duration(Date.now() - now.started_at)}
    </p>`;
}

/** The way of a message, knot by knot. */
function cord(now) {
    const knots = [
        ['Published', rate(now.published_per_second), '/s', `${short(now.messages)} in all`, 'hue-1'],
        ['Waiting', short(now.depth), '', `in ${plural(now.topics, 'topic')}, ${plural(now.channels, 'channel')}`, 'hue-2'],
        ['In flight', short(now.in_flight), '', `at ${plural(now.clients, 'client')}; ${short(now.deferred)} deferred`, 'hue-2'],
        ['Finished', rate(now.finished_per_second), '/s', now.latency
            ? `99% within ${millis(now.latency.p99_ms)}` : delivered(now.delivered_per_second), 'hue-3'],
    ];
    return html`
        <ol class="cord" aria-label="The way of a message">
            ${knots.map(([name, value, unit, note, hue]) => html`
                <li class=${hue}>
                    <span class="cord-name">${name}</span>
                    <span class="cord-value">${value}${unit === '' ? nothing : html`<small>${unit}</small>`}</span>
                    <span class="cord-note">${note}</span>
                </li>`)}
        </ol>`;
}

/** Not known where other nodes have a part in it. */
function delivered(perSecond) {
    return perSecond === null ? '' : `${rate(perSecond)}/s delivered`;
}

function welcome() {
    return html`
        <section class="panel welcome" aria-labelledby="welcome">
            <h2 id="welcome">No message has come by yet</h2>
            <p>Publish the first one from a shell. The topic is made as you do.</p>
            ${commandLine(curlPublish('greetings'))}
            <p>Then <a href=${link('topics', 'greetings')}>look at the topic</a>, or let a consumer run:</p>
            ${commandLine('./chaski tail greetings')}
        </section>`;
}

function charts(history) {
    const windowMs = minutes * 60_000;
    history.reach(minutes * 60);
    const { points } = history;
    const common = { points, windowMs };
    return panel('The last minutes', html`
        <div class="charts">
            ${chart({ ...common, title: 'Messages per second', format: rate, series: [
                { key: 'published_per_second', name: 'Published', hue: 'hue-1' },
                { key: 'delivered_per_second', name: 'Delivered', hue: 'hue-2' },
                { key: 'finished_per_second', name: 'Finished', hue: 'hue-3' }] })}
            ${chart({ ...common, title: 'Messages not finished', format: short, series: [
                { key: 'depth', name: 'Waiting', hue: 'hue-1' },
                { key: 'in_flight', name: 'In flight', hue: 'hue-2' }] })}
            ${chart({ ...common, title: 'From publish to finish', note: 'slowest channel', format: millis, empty: latencyHint(), series: [
                { key: 'p99_ms', name: '99% within', hue: 'hue-2' },
                { key: 'p50_ms', name: 'Half within', hue: 'hue-1' }] })}
            ${chart({ ...common, title: 'Disk used by messages', format: bytes, series: [
                { key: 'disk_used_bytes', name: 'Used', hue: 'hue-1' }] })}
        </div>`, { id: 'history', note: 'this node', actions: windowSwitch() });
}

function latencyHint() {
    return session()?.keeps_latency === false
        ? html`Measured when the broker is started with <code>--e2e-processing-latency-percentile=0.5,0.99</code>`
        : 'Nothing was finished in this time';
}

function windowSwitch() {
    return html`
        <div class="switch" role="group" aria-label="How far back">
            ${MINUTES.map((each) => html`
                <button aria-pressed=${minutes === each ? 'true' : 'false'} @click=${() => { minutes = each; refresh(); }}>
                    ${each} min
                </button>`)}
        </div>`;
}

function busiestTopics(busiest) {
    const topics = busiest.data?.topics ?? [];
    const rows = topics.map((topic) => html`
        <tr>
            <th scope="row"><a class="name" href=${link('topics', topic.name)}>${topic.name}</a></th>
            <td class="figure">${count(topic.depth)}</td>
            <td class="figure">${count(topic.in_flight)}</td>
            <td class="figure wide-s">${rate(topic.published_per_second)}</td>
            <td class="figure wide-s">${short(topic.messages)}</td>
        </tr>`);
    const head = ['Topic', figure('Waiting'), figure('In flight'), figure('Published/s', 'wide-s'), figure('Messages', 'wide-s')];
    return panel('Where most waits', table('Topics with most waiting messages', head, rows, {
        isEmpty: topics.length === 0, empty: 'Asking the broker…',
    }), { id: 'busiest', note: scopeNote(), actions: html`<a href="#/topics">All topics</a>` });
}

function figure(text, width = '') {
    return { text, kind: `figure ${width}` };
}

function machine({ disk, memory, started_at: startedAt }) {
    const usedShare = disk && disk.total_bytes ? (disk.total_bytes - disk.free_bytes) / disk.total_bytes : null;
    return panel('This node', html`
        <dl class="facts">
            ${disk ? html`
                <div><dt>Disk</dt><dd>
                    ${bytes(disk.free_bytes)} free of ${bytes(disk.total_bytes)}
                    <meter min="0" max="1" high="0.9" value=${usedShare ?? 0} aria-label="Share of the disk that is used"></meter>
                    <small>${disk.is_writable ? `publishing stops below ${bytes(disk.low_water_bytes)} free` : 'publishing is refused now'}</small>
                </dd></div>` : nothing}
            ${memory ? html`
                <div><dt>Heap</dt><dd>
                    ${bytes(memory.heap_used_bytes)} of ${bytes(memory.heap_max_bytes)}
                    <meter min="0" max=${memory.heap_max_bytes} value=${memory.heap_used_bytes} aria-label="Heap that is used"></meter>
                    <small>${bytes(memory.direct_bytes)} of buffers beside it</small>
                </dd></div>` : nothing}
            <div><dt>Started</dt><dd>${moment(startedAt)}</dd></div>
        </dl>`, { id: 'machine' });
}
