// A list of messages, and the one that is looked at, pretty-printed. The page keeps which one that is.
import { bytes, count, momentExact, plural } from './format.js';
import { pretty } from './json.js';
import { copy } from './parts.js';
import { html, nothing } from './render.js';

const PREVIEW_CHARS = 160;
const HEX_BYTES_PER_LINE = 16;

/**
 * `chosen` is the message that is looked at, or null; `choose` changes it. Rows are used again for other messages, which
 * is what makes thousands a second cheap: who shows a stream holds it while somebody points at it.
 */
export function messagesView({ name, messages, chosen, choose, empty }) {
    return html`
        <div class="messages ${chosen ? 'has-chosen' : ''}">
            ${messages.length === 0 ? html`<div class="messages-empty">${empty}</div>` : html`
                <ul class="message-list" aria-label=${name} tabindex="-1">
                    ${messages.map((message) => row(message, chosen, choose))}
                </ul>`}
            ${chosen ? inspector(chosen, choose) : nothing}
        </div>`;
}

function row(message, chosen, choose) {
    return html`
        <li><button class="message" aria-pressed=${chosen?.id === message.id ? 'true' : 'false'}
            @click=${() => choose(chosen?.id === message.id ? null : message)}>
            <span class="message-time">${momentExact(message.published_at)}</span>
            <span class="message-body">${preview(message)}</span>
            <span class="message-size">${stateOf(message)}${bytes(message.size_bytes)}</span>
        </button></li>`;
}

function stateOf(message) {
    return message.state && message.state !== 'waiting'
        ? html`<span class="badge">${message.state.replace('_', ' ')}</span>`
        : nothing;
}

function preview(message) {
    if (message.encoding === 'base64') {
        return `binary, ${bytes(message.size_bytes)}`;
    }
    return message.body.length > PREVIEW_CHARS ? `${message.body.slice(0, PREVIEW_CHARS)}…` : message.body;
}

function inspector(message, choose) {
    return html`
        <article class="inspector" aria-label="Message ${message.id}">
            <header>
                <code>${message.id}</code>
                <span class="actions">
                    <button class="small" @click=${() => copy(message.body)}>Copy body</button>
                    <button class="small" @click=${() => choose(null)}>Close</button>
                </span>
            </header>
            <p class="inspector-facts">
                Published ${momentExact(message.published_at)} · ${count(message.size_bytes)} bytes
                ${message.attempts > 0 ? html`· ${plural(message.attempts, 'attempt')}` : nothing}
                ${message.due_at ? html`· due ${momentExact(message.due_at)}` : nothing}
                ${message.is_cut ? html`· only its beginning is shown` : nothing}
            </p>
            <pre class="body" tabindex="0">${body(message)}</pre>
        </article>`;
}

function body(message) {
    if (message.encoding === 'base64') {
        return hex(message.body);
    }
    const pieces = pretty(message.body);
    return pieces === null
        ? message.body
        : pieces.map(({ kind, text }) => html`<span class="json-${kind}">${text}</span>`);
}

/** Bytes that are no text, as a hex dump. */
export function hex(base64) {
    const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const lines = [];
    for (let at = 0; at < data.length; at += HEX_BYTES_PER_LINE) {
        const part = Array.from(data.subarray(at, at + HEX_BYTES_PER_LINE));
        const digits = part.map((value) => value.toString(16).padStart(2, '0')).join(' ');
        const text = part.map((value) => (value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '.')).join('');
        lines.push(`${at.toString(16).padStart(4, '0')}  ${digits.padEnd(HEX_BYTES_PER_LINE * 3 - 1)}  ${text}`);
    }
    return lines.join('\n');
}
