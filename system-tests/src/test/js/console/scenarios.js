// What a person does with the console, and what they must see. Each takes {base, start, args}; start opens a window.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const FIRST_VIEW_TRIES = 3;
const FIRST_VIEW_MS = 1_000;

const at = (base, ...parts) => `${base}/console/#/${parts.map(encodeURIComponent).join('/')}`;

/** What comes over the network until the overview and its charts are there, and how long that takes; again where the machine was busy. */
export async function firstView({ base, start }) {
    let best = { ms: Infinity };
    for (let i = 0; i < FIRST_VIEW_TRIES && best.ms > FIRST_VIEW_MS; i += 1) {
        const page = await start();
        const network = await page.context().newCDPSession(page);
        const sizes = new Map();
        await network.send('Network.enable');
        network.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
            sizes.set(requestId, (sizes.get(requestId) ?? 0) + encodedDataLength);
        });
        network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
        await page.goto(`${base}/console`);
        await page.locator('.cord-value').first().waitFor();
        await page.locator('.chart svg').nth(3).waitFor();
        const ms = await page.evaluate(() => performance.now());
        const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
        if (ms < best.ms) {
            best = { ms: Math.round(ms), bytes, requests: sizes.size };
        }
    }
    return best;
}

/** A newcomer's way: nothing there, a message from a shell, a message from the page. */
export async function publishAndSeeItArrive({ base, start }) {
    const page = await start();
    await page.goto(at(base));
    await page.getByRole('heading', { name: 'No message has come by yet' }).waitFor();
    const line = await page.locator('.welcome code').first().innerText();
    assert.equal(line, `curl -d 'hello' '${base}/pub?topic=greetings'`);
    await page.locator('.welcome').getByRole('button', { name: 'Copy this line' }).first().click();
    await page.getByText('Copied.').waitFor();

    await fetch(`${base}/pub?topic=greetings`, { method: 'POST', body: 'hello' });
    await page.getByRole('link', { name: 'greetings' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'greetings' }).waitFor();
    await page.locator('button.message', { hasText: 'hello' }).waitFor();
    await page.locator('.tail .dot.good').waitFor();

    await page.getByLabel('Body of the message').fill('{"id":18446744073709551615,"tags":["a"],"html":"<img src=x onerror=alert(1)>"}');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    const row = page.locator('button.message', { hasText: '18446744073709551615' });
    await row.click();
    // The list stays still while it is pointed at.
    await page.mouse.move(0, 0);
    const body = await page.locator('.inspector .body').innerText();
    assert.equal(body, '{\n  "id": 18446744073709551615,\n  "tags": [\n    "a"\n  ],\n  "html": "<img src=x onerror=alert(1)>"\n}');

    await fetch(`${base}/pub?topic=greetings`, { method: 'POST', body: 'from a shell' });
    await page.locator('button.message', { hasText: 'from a shell' }).waitFor();
    await page.getByLabel('Show only messages that contain').fill('A SHELL');
    await page.locator('button.message', { hasText: '18446744073709551615' }).waitFor({ state: 'detached' });
    assert.equal(await page.locator('button.message').count(), 1);
}

/** Create, pause, look, empty, delete: as nsqadmin does it, with questions where something is lost. */
export async function everyAction({ base, start }) {
    const page = await start();
    await page.goto(at(base, 'topics'));
    await page.getByRole('button', { name: 'New topic' }).click();
    await page.getByLabel('Topic', { exact: true }).fill('orders');
    await page.getByLabel('First channel (optional)').fill('billing');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'orders' }).waitFor();

    await page.getByRole('button', { name: 'Pause', exact: true }).first().click();
    await page.locator('.page-head .badge', { hasText: 'paused' }).waitFor();
    await page.getByRole('button', { name: 'Unpause' }).click();
    await page.locator('.page-head .badge', { hasText: 'paused' }).waitFor({ state: 'detached' });

    for (const body of ['one', 'two', 'three']) {
        await page.getByLabel('Body of the message').fill(body);
        await page.getByRole('button', { name: 'Publish', exact: true }).click();
        await page.locator('button.message', { hasText: body }).waitFor();
    }
    await page.getByRole('link', { name: 'billing' }).click();
    await page.getByRole('heading', { level: 1, name: 'billing' }).waitFor();
    const waitingNow = page.locator('.figures > div', { hasText: 'Waiting' }).locator('dd');
    await page.locator('.figures dd', { hasText: /^3$/ }).waitFor();
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.locator('button.message').nth(2).waitFor();
    assert.deepEqual(await page.locator('.message-body').allInnerTexts(), ['one', 'two', 'three']);
    assert.equal(await waitingNow.innerText(), '3', 'a look consumes nothing');

    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.locator('.page-head .badge', { hasText: 'paused' }).waitFor();
    await page.getByRole('button', { name: 'Empty' }).click();
    await page.getByRole('dialog').getByText('3 messages of this channel').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    assert.equal(await waitingNow.innerText(), '3', 'Esc does nothing');
    await page.getByRole('button', { name: 'Empty' }).click();
    await page.getByRole('button', { name: 'Empty it' }).click();
    await page.locator('.figures dd', { hasText: /^0$/ }).first().waitFor();
    await page.getByText('Nothing waits in this channel.').waitFor();

    await remove(page, 'billing');
    await page.getByText('No channel yet').waitFor();
    await remove(page, 'orders');
    await page.getByRole('heading', { level: 1, name: 'Topics' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'orders' }).count(), 0);
}

async function remove(page, name) {
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const button = page.getByRole('button', { name: 'Delete it' });
    assert.ok(await button.isDisabled(), 'the name must be typed first');
    await page.getByRole('dialog').getByRole('textbox').pressSequentially(name);
    await button.click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
}

/** For so long as messages come at the rate that the test publishes at, the page goes on drawing and answers a click. */
export async function liveTail({ base, start, args: { topic, seconds } }) {
    const page = await start();
    await page.goto(at(base, 'topics', topic));
    await page.locator('.tail .dot.good').waitFor();
    // The test publishes from here on.
    await page.locator('button.message').first().waitFor();
    const watched = await page.evaluate(watch, seconds * 1000);
    const clicked = Date.now();
    await page.getByRole('button', { name: 'Pause', exact: true }).last().click();
    await page.getByText(/paused, [\d,]+ more/).waitFor();
    return { ...watched, pauseMs: Date.now() - clicked };
}

/** Runs in the page: how long it did not draw, and what held it up. */
function watch(forMs) {
    return new Promise((resolve) => {
        const gaps = [];
        const longTasks = [];
        const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)));
        observer.observe({ entryTypes: ['longtask'] });
        const seen = () => Number(document.querySelector('.tail-state').innerText.match(/([\d,]+) seen/)[1].replaceAll(',', ''));
        const skipped = () => Number(document.querySelector('.tail-state').innerText.match(/([\d,]+) skipped/)?.[1].replaceAll(',', '') ?? 0);
        const began = performance.now();
        const before = seen();
        let last = began;
        const frame = (now) => {
            gaps.push(now - last);
            last = now;
            if (now - began < forMs) {
                requestAnimationFrame(frame);
                return;
            }
            observer.disconnect();
            gaps.sort((a, b) => a - b);
            const round = (value) => Math.round(value * 10) / 10;
            resolve({
                frames: gaps.length,
                frameP50Ms: round(gaps[gaps.length >> 1]),
                frameP99Ms: round(gaps[Math.floor(gaps.length * 0.99)]),
                frameMaxMs: round(gaps.at(-1)),
                longTasks: longTasks.length,
                longestTaskMs: round(Math.max(0, ...longTasks)),
                seenPerSecond: Math.round((seen() - before) / ((now - began) / 1000)),
                skipped: skipped(),
            });
        };
        requestAnimationFrame(frame);
    });
}

/** Every page in light and dark: nothing that axe finds. Nothing is wider than the window, also on a phone. */
export async function everyPageIsAccessible({ base, start, args: { pages } }) {
    const { node } = await (await fetch(`${base}/v1/me`)).json();
    const looks = { light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, phone: { ...PHONE, colorScheme: 'light' } };
    let checked = 0;
    for (const [look, settings] of Object.entries(looks)) {
        const page = await start(settings);
        await page.goto(at(base));
        await page.evaluate(AXE);
        for (const parts of [...pages, ['nodes', node]]) {
            await page.evaluate((hash) => { location.hash = hash; }, `#/${parts.map(encodeURIComponent).join('/')}`);
            await page.locator('main:not(:has([aria-busy="true"])) h1').waitFor();
            await page.waitForLoadState('load');
            const name = `${parts.join('/') || 'overview'} (${look})`;
            await fits(page, name);
            // Of what is other on a phone axe would see the frame, which one page shows.
            if (look !== 'phone' || parts.length === 0) {
                await passes(page, name);
            }
            checked += 1;
        }
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
        await passes(page, `dialog (${look})`);
    }
    return { checked };
}

async function passes(page, name) {
    // While a colour changes, axe would measure one that nobody sees.
    await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
    const violations = await page.evaluate(async () => {
        const found = await globalThis.axe.run(document, { resultTypes: ['violations'] });
        return found.violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.slice(0, 3).map((one) => `${one.html} ${one.failureSummary}`) }));
    });
    assert.deepEqual(violations, [], `axe on ${name}`);
}

async function fits(page, name) {
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(over <= 0, `${name} is wider than the window by ${over}`);
}

/** Search, sort and pages of many topics. */
export async function manyTopics({ base, start, args: { count } }) {
    const page = await start();
    await page.goto(at(base, 'topics'));
    await page.getByText(`${count.toLocaleString('en')} topics`).waitFor();
    const times = {};
    const timed = async (name, action, until) => {
        const began = Date.now();
        await action();
        await until.waitFor();
        times[name] = Date.now() - began;
    };
    const last = `topic-${String(count - 1).padStart(5, '0')}`;
    await timed('searchMs', () => page.getByRole('searchbox').fill(last), page.getByText('1 topic', { exact: false }).and(page.getByRole('status')));
    assert.deepEqual(await page.locator('tbody a').allInnerTexts(), [last]);
    await timed('clearMs', () => page.getByRole('searchbox').fill(''), page.locator('tbody tr').nth(49));
    await timed('sortMs', () => page.getByRole('button', { name: 'Topic', exact: true }).click(), page.getByRole('link', { name: last }));
    await timed('pageMs', () => page.getByRole('button', { name: 'Next' }).click(), page.getByText('51–100 of'));
    assert.equal(await page.locator('tbody tr').count(), 50);
    return times;
}

/** Keys, the way to the content, and a theme that stays. */
export async function keyboard({ base, start }) {
    const page = await start({ colorScheme: 'light' });
    await page.goto(at(base));
    await page.locator('.cord-value').first().waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.innerText), 'Skip to the content');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { level: 1, name: 'Topics' }).waitFor();
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'search');
    await page.keyboard.type('g n');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'g n', 'what is typed is no command');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await colour();
    await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'Dark' }).click();
    const dark = await colour();
    assert.notEqual(dark, light);
    await page.reload();
    assert.equal(await colour(), dark, 'the theme stays');
}

/** Nothing can be changed where it may not be, and the page says why. */
export async function readOnly({ base, start, args: { topic } }) {
    const page = await start();
    await page.goto(at(base, 'topics', topic));
    await page.getByRole('heading', { level: 1, name: topic }).waitFor();
    await page.locator('.who .badge', { hasText: 'read only' }).waitFor();
    for (const name of ['Empty', 'Delete', 'New channel', 'Publish', 'Tombstone']) {
        assert.equal(await page.getByRole('button', { name, exact: true }).count(), 0, name);
    }
    const status = await page.evaluate(async (name) => {
        const answer = await fetch(`../v1/topics/${name}/empty`, { method: 'POST', headers: { 'X-Chaski-Console': '1' } });
        return answer.status;
    }, topic);
    assert.equal(status, 403);
}

/** Two brokers that the same lookup knows: their sums, one of them, what is done to both, and a tombstone. */
export async function manyNodes({ base, start, args: { nodes, topic } }) {
    const page = await start();
    await page.goto(at(base, 'nodes'));
    for (const node of nodes) {
        await page.locator('tr', { hasText: node }).getByText('OK').waitFor();
        await page.locator('tr', { hasText: node }).getByText('Chaski ').waitFor();
    }
    await page.goto(at(base, 'topics', topic));
    const figure = (text) => page.locator('.figures > div', { hasText: 'Waiting' }).locator('dd', { hasText: text });
    await figure(/^2/).waitFor();
    await page.getByLabel('Nodes looked at').selectOption(nodes[1]);
    await figure(/^1/).waitFor();
    await page.getByLabel('Nodes looked at').selectOption('all');
    await figure(/^2/).waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).first().click();
    await page.locator('.page-head .badge', { hasText: 'paused' }).waitFor();
    const row = page.locator('tr', { hasText: nodes[1] });
    await row.getByRole('button', { name: 'Tombstone' }).click();
    await page.getByRole('button', { name: 'Tombstone it' }).click();
    await row.getByText('tombstoned').waitFor();
}

/** In two parts, since the test stops the broker between them. */
export async function brokerGoesAway({ base, start, args: { topic, gone } }) {
    const page = await start();
    await page.goto(at(base, 'topics', topic));
    await page.locator('.tail .dot.good').waitFor();
    await fetch(`${base}/pub?topic=${topic}`, { method: 'POST', body: 'before it' });
    await page.locator('button.message', { hasText: 'before it' }).waitFor();
    await fetch(gone);
    await page.getByText('The broker has not answered since').waitFor();
    await page.getByRole('heading', { level: 1, name: topic }).waitFor();
    await fetch(`${gone}back`);
    await page.getByText('The broker has not answered since').waitFor({ state: 'detached' });
    await page.locator('.tail .dot.good').waitFor();
    await fetch(`${base}/pub?topic=${topic}`, { method: 'POST', body: 'after the break' });
    await page.locator('button.message', { hasText: 'after the break' }).waitFor();
    assert.equal(await page.locator('button.message', { hasText: 'before it' }).count(), 1, 'what was seen comes once');
}
