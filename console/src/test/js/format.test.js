import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, count, duration, millis, moment, plural, rate, short, versionOf } from '../js/format.js';

test('what is not known is a dash', () => {
    for (const format of [bytes, count, duration, millis, moment, rate, short]) {
        assert.equal(format(null), '–');
        assert.equal(format(undefined), '–');
        assert.equal(format(NaN), '–');
    }
});

test('a figure below ten thousand has every digit, a larger one three', () => {
    assert.deepEqual([0, 7, 9999, 10_000, 12_345, 123_456, 1_234_567, 1.5e9, 2e13].map(short),
        ['0', '7', '9,999', '10k', '12.3k', '123k', '1.23M', '1.5G', '20T']);
});

test('a rate has one digit after the point where it is small', () => {
    assert.deepEqual([0, 0.44, 12.34, 99.96, 1234.5, 45_678].map(rate), ['0', '0.4', '12.3', '100', '1,235', '45.7k']);
});

test('bytes are in units of a thousand', () => {
    assert.deepEqual([0, 999, 1000, 1_234_567, 61e9, 2e15].map(bytes), ['0 B', '999 B', '1 KB', '1.23 MB', '61 GB', '2 PB']);
});

test('a length of time has its two largest units', () => {
    assert.deepEqual([0, 59_400, 60_000, 3_725_000, 90_000_000].map(duration),
        ['0 s', '59 s', '1 min 0 s', '1 h 2 min', '1 d 1 h']);
    assert.deepEqual([0.254, 12.3, 3400, 125_000].map(millis), ['0.25 ms', '12.3 ms', '3.4 s', '2 min 5 s']);
});

test('a moment of another day has its day', () => {
    const noon = new Date(2026, 10, 21, 12, 0, 5).getTime();
    assert.equal(moment(noon, noon + 1000), '12:00:05');
    assert.equal(moment(noon, noon + 86_400_000), '2026-11-21 12:00:05');
});

test('one is not many', () => {
    assert.deepEqual([0, 1, 1200].map((value) => plural(value, 'topic')), ['0 topics', '1 topic', '1,200 topics']);
});

test('a node is a Chaski where it says so', () => {
    assert.equal(versionOf({ chaski_version: '0.1.0', version: '1.3.0' }), 'Chaski 0.1.0');
    assert.equal(versionOf({ chaski_version: null, version: '1.3.0' }), 'NSQ 1.3.0');
    assert.equal(versionOf({}), '–');
});
