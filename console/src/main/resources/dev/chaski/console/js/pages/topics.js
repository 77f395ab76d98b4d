// All topics: found, sorted and paged by the broker, so that ten thousand are no more work here than ten.
import { createTopic } from '../actions.js';
import { get, path } from '../api.js';
import { bytes, count, plural, rate, short } from '../format.js';
import { icon } from '../icons.js';
import { badge, badgesOf, commandLine, curlPublish, pageHead, scopeNote, table, waiting, warnings } from '../parts.js';
import { Poll } from '../poll.js';
import { html, live, nothing, refresh, repeat } from '../render.js';
import { link } from '../router.js';
import { mayChange } from '../session.js';

const POLL_MS = 2_000;
const PER_PAGE = 50;
const SEARCH_AFTER_MS = 120;
/** Columns that sort from many to few at first. */
const FALLING = new Set(['depth', 'published', 'messages', 'channels']);

export function topics(args, query) {
    const asked = {
        search: query.get('search') ?? '',
        sort: query.get('sort') ?? 'name',
        order: query.get('order') ?? 'asc',
        page: Number(query.get('page')) || 1,
    };
    const poll = new Poll((signal) => get(path('topics'), { ...asked, per_page: PER_PAGE }, signal), POLL_MS);
    let typing = null;

    function change(changes) {
        Object.assign(asked, { page: 1 }, changes);
        const fields = Object.entries(asked).filter(([key, value]) => value !== { search: '', sort: 'name', order: 'asc', page: 1 }[key]);
        const suffix = fields.length === 0 ? '' : `?${new URLSearchParams(fields)}`;
        history.replaceState(null, '', `#/topics${suffix}`);
        refresh();
        poll.now();
    }

    function search(text) {
        asked.search = text;
        clearTimeout(typing);
        typing = setTimeout(() => change({ search: text }), SEARCH_AFTER_MS);
    }

    return {
        title: 'Topics',
        view: () => view(poll, asked, change, search),
        close() {
            clearTimeout(typing);
            poll.close();
        },
    };
}

function view(poll, asked, change, search) {
    return html`
        ${pageHead({ title: 'Topics', actions: mayChange() ? html`
            <button class="primary" @click=${create}>${icon('plus')}New topic</button>` : nothing })}
        <div class="bar">
            <input type="search" id="search" class="search" placeholder="Search topics" aria-label="Search topics"
                aria-keyshortcuts="/" .value=${live(asked.search)} @input=${(event) => search(event.target.value)}>
            <span class="quiet" role="status">${poll.data ? plural(poll.data.total, 'topic') : ''} ${scopeNote()}</span>
        </div>
        ${poll.data === null ? waiting(poll) : html`
            ${warnings(poll.data.warnings)}
            ${poll.data.total === 0 ? none(asked) : html`${rows(poll.data.topics, asked, change)}${pager(poll.data, change)}`}`}`;
}

async function create() {
    const topic = await createTopic();
    if (topic !== null) {
        location.hash = link('topics', topic);
    }
}

function none({ search }) {
    return search !== ''
        ? html`<div class="empty"><p>No topic's name contains <code>${search}</code>.</p></div>`
        : html`
            <div class="empty">
                <p><strong>There is no topic yet.</strong></p>
                <p>A topic is made when something is published to it, or somebody subscribes:</p>
                ${commandLine(curlPublish('greetings'))}
            </div>`;
}

function rows(list, { sort, order }, change) {
    const go = (key) => {
        const first = FALLING.has(key) ? 'desc' : 'asc';
        change({ sort: key, order: sort === key ? (order === 'asc' ? 'desc' : 'asc') : first });
    };
    const column = (text, key, kind = 'figure') => ({ text, kind, sort: { key, by: sort, order, go } });
    const head = [
        column('Topic', 'name', ''),
        column('Waiting', 'depth'),
        { text: 'In flight', kind: 'figure wide' },
        column('Published/s', 'published', 'figure wide-s'),
        column('Messages', 'messages', 'figure wide'),
        { text: 'Backlog', kind: 'figure wide' },
        column('Channels', 'channels', 'figure wide-s'),
        { text: 'Clients', kind: 'figure wide' },
    ];
    return table('Topics', head, repeat(list, (topic) => topic.name, (topic) => html`
        <tr>
            <th scope="row">
                <a class="name" href=${link('topics', topic.name)}>${topic.name}</a>
                ${badgesOf(topic).map(badge)}
            </th>
            <td class="figure">${count(topic.depth)}</td>
            <td class="figure wide">${count(topic.in_flight)}</td>
            <td class="figure wide-s">${rate(topic.published_per_second)}</td>
            <td class="figure wide">${short(topic.messages)}</td>
            <td class="figure wide">${bytes(topic.backlog_bytes)}</td>
            <td class="figure wide-s">${count(Array.isArray(topic.channels) ? topic.channels.length : topic.channels)}</td>
            <td class="figure wide">${count(topic.clients)}</td>
        </tr>`));
}

function pager({ total, page, per_page: perPage }, change) {
    const last = Math.max(1, Math.ceil(total / perPage));
    if (last === 1) {
        return nothing;
    }
    return html`
        <nav class="pager" aria-label="Pages of topics">
            <button ?disabled=${page <= 1} @click=${() => change({ page: page - 1 })}>Previous</button>
            <span>${count((page - 1) * perPage + 1)}–${count(Math.min(page * perPage, total))} of ${count(total)}</span>
            <button ?disabled=${page >= last} @click=${() => change({ page: page + 1 })}>Next</button>
        </nav>`;
}
