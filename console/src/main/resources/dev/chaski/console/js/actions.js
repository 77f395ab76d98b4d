// Everything that can be done to topics and channels. What destroys asks first.
import { path, send } from './api.js';
import * as dialogs from './dialogs.js';
import { plural } from './format.js';
import { tell, tellFailure } from './notices.js';

/** A name of a topic or a channel, as NSQ has it. */
const NAME = '[.a-zA-Z0-9_\\-]{1,64}(#ephemeral)?';
const NAME_HINT = 'Letters, digits, dots, dashes and underscores; #ephemeral at its end if it shall leave nothing behind.';

/** Does something; says that it was done, or why not. True if it was. */
async function attempt(action, done) {
    try {
        await action();
    } catch (error) {
        tellFailure(error.message);
        return false;
    }
    tell(done);
    return true;
}

export async function createTopic() {
    const asked = await dialogs.ask({
        title: 'New topic',
        action: 'Create',
        fields: [
            { name: 'topic', label: 'Topic', hint: NAME_HINT, pattern: NAME },
            { name: 'channel', label: 'First channel (optional)', pattern: NAME, required: false },
        ],
    });
    if (asked === null) {
        return null;
    }
    const json = asked.channel ? asked : { topic: asked.topic };
    const isDone = await attempt(() => send('POST', path('topics'), { json }), `Created topic ${asked.topic}.`);
    return isDone ? asked.topic : null;
}

export async function createChannel(topic) {
    const asked = await dialogs.ask({
        title: 'New channel',
        text: `It gets every message that is published to ${topic} from now on; the first channel of a topic also gets those that wait.`,
        action: 'Create',
        fields: [{ name: 'channel', label: 'Channel', hint: NAME_HINT, pattern: NAME }],
    });
    return asked !== null && attempt(
        () => send('POST', path('topics'), { json: { topic, channel: asked.channel } }),
        `Created channel ${asked.channel}.`,
    );
}

/** What is acted on: a topic, or a channel of it. */
function target(topic, channel) {
    return channel === null
        ? { where: ['topics', topic], words: `topic ${topic}`, name: topic }
        : { where: ['topics', topic, 'channels', channel], words: `channel ${channel}`, name: channel };
}

export function setPaused(topic, channel, isPaused) {
    const { where, words } = target(topic, channel);
    return attempt(
        () => send('POST', path(...where, isPaused ? 'pause' : 'unpause')),
        isPaused ? `Paused ${words}.` : `${words[0].toUpperCase()}${words.slice(1)} goes on.`,
    );
}

export async function empty(topic, channel, depth) {
    const { where, words } = target(topic, channel);
    const isMeant = await dialogs.confirm({
        title: `Empty ${words}?`,
        text: channel === null
            ? `${plural(depth, 'message')} that no channel has got yet will be dropped. Channels keep theirs.`
            : `${plural(depth, 'message')} of this channel will be dropped, with those in flight and deferred. Other channels keep theirs.`,
        action: 'Empty it',
    });
    return isMeant && attempt(() => send('POST', path(...where, 'empty')), `Emptied ${words}.`);
}

export async function remove(topic, channel) {
    const { where, words, name } = target(topic, channel);
    const isMeant = await dialogs.confirm({
        title: `Delete ${words}?`,
        text: channel === null
            ? 'The topic, its channels and all their messages will be gone, on every node and at the lookups.'
            : 'The channel and its messages will be gone, on every node and at the lookups. Its clients are disconnected.',
        action: 'Delete it',
        name,
    });
    return isMeant && attempt(() => send('DELETE', path(...where)), `Deleted ${words}.`);
}

export async function tombstone(node, topic) {
    const isMeant = await dialogs.confirm({
        title: `Tombstone ${topic} at ${node}?`,
        text: 'Lookups stop telling consumers that this node has the topic, so that it can be deleted there without coming back.',
        action: 'Tombstone it',
    });
    return isMeant && attempt(
        () => send('DELETE', path('nodes', node, 'topics', topic)),
        `${topic} is tombstoned at ${node}.`,
    );
}

export function publish(topic, body, deferMs) {
    return attempt(
        () => send('POST', path('topics', topic, 'messages'), { body, query: { defer_ms: deferMs || null } }),
        deferMs ? `Published; it is delivered in ${deferMs / 1000} s.` : 'Published.',
    );
}
