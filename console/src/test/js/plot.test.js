import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plot, scaleMax, thin } from '../js/plot.js';

const box = { start: 0, windowMs: 10_000, top: 10, width: 100, height: 100 };

test('the scale ends at a round figure above all', () => {
    const end = (...values) => scaleMax(values.map((v) => ({ v })), ['v']);
    assert.deepEqual([end(), end(0), end(0.3), end(7), end(11), end(1234), end(95_000)], [1, 1, 1, 8, 15, 1500, 100_000]);
    assert.equal(scaleMax([{ a: 3, b: 41 }], ['a', 'b']), 50);
});

test('a line goes from left to right, up where figures are large', () => {
    const { line, area } = plot([{ t: 0, v: 0 }, { t: 1000, v: 5 }, { t: 2000, v: 10 }], 'v', box);
    assert.equal(line, 'M0 100L10 50L20 0');
    assert.equal(area, 'M0 100L10 50L20 0L20 100L0 100Z');
});

test('where figures are missing the line is broken', () => {
    const { line } = plot([{ t: 0, v: 1 }, { t: 1000, v: 1 }, { t: 2000, v: null }, { t: 9000, v: 1 }], 'v', box);
    assert.equal(line, 'M0 90L10 90M90 90h1');
});

test('of many points the peaks stay', () => {
    const points = Array.from({ length: 900 }, (ignored, i) => ({ t: i * 1000, v: i === 500 ? 77 : 1 }));
    const thinned = thin(points, 'v', 3000);
    assert.equal(thinned.length, 300);
    assert.equal(Math.max(...thinned.map(({ value }) => value)), 77);
});
