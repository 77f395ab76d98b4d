import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KEPT_COUNT_MAX, TailBuffer } from '../js/tail-buffer.js';

const messages = (from, count) => Array.from({ length: count }, (ignored, i) => ({ id: `${from + i}`, body: `Body ${from + i}` }));
const ids = (list) => list.map(({ id }) => id);

test('the newest are shown first, and no more than asked for', () => {
    const buffer = new TailBuffer();
    buffer.add(messages(0, 5));
    assert.deepEqual(ids(buffer.shown(3)), ['4', '3', '2']);
});

test('only so many are kept, and all are counted', () => {
    const buffer = new TailBuffer();
    buffer.add(messages(0, KEPT_COUNT_MAX + 7));
    assert.equal(buffer.total, KEPT_COUNT_MAX + 7);
    assert.equal(buffer.shown(Infinity).length, KEPT_COUNT_MAX);
    assert.equal(buffer.shown(Infinity).at(-1).id, '7');
});

test('a filter finds in any case of letters', () => {
    const buffer = new TailBuffer();
    buffer.add(messages(0, 20));
    buffer.filter = 'bODY 1';
    assert.deepEqual(ids(buffer.shown(100)), ['19', '18', '17', '16', '15', '14', '13', '12', '11', '10', '1']);
});

test('a pause holds what is shown, and counts what comes', () => {
    const buffer = new TailBuffer();
    buffer.add(messages(0, 2));
    buffer.shown(10);
    buffer.setStill({ isPaused: true });
    buffer.add(messages(2, 30));
    assert.deepEqual(ids(buffer.shown(10)), ['1', '0']);
    assert.equal(buffer.sinceStill, 30);
    buffer.setStill({ isPaused: false });
    assert.equal(buffer.shown(10)[0].id, '31');
    assert.equal(buffer.sinceStill, 0);
});

test('what is pointed at stays as it was last drawn', () => {
    const buffer = new TailBuffer();
    buffer.add(messages(0, 3));
    buffer.shown(10);
    buffer.add(messages(3, 3));
    buffer.setStill({ isHeld: true });
    assert.deepEqual(ids(buffer.shown(10)), ['2', '1', '0']);
    assert.equal(buffer.sinceStill, 3);
});

test('the rate is that of the last seconds', () => {
    const buffer = new TailBuffer();
    buffer.add(messages(0, 300), 1000);
    buffer.add(messages(300, 600), 3900);
    assert.equal(buffer.ratePerSecond(3950), 300);
    assert.equal(buffer.ratePerSecond(4100), 200);
    assert.equal(buffer.ratePerSecond(9000), 0);
});
