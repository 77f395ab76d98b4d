import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pretty } from '../js/json.js';

const text = (json) => pretty(json).map((piece) => piece.text).join('');

test('JSON is indented as JSON.stringify would', () => {
    for (const value of [{}, [], { a: 1 }, [[], {}], { a: { b: [1, 'x', null, true, -2.5e-7] }, 'ä"\\': 'é\n}' }]) {
        for (const written of [JSON.stringify(value), JSON.stringify(value, null, 3)]) {
            assert.equal(text(written), JSON.stringify(value, null, 2));
        }
    }
});

test('a long number keeps its digits', () => {
    assert.equal(text('{"id":18446744073709551615}'), '{\n  "id": 18446744073709551615\n}');
});

test('what is no JSON, or no object or list, stays as it is', () => {
    for (const body of ['', 'hello', '{', '{"a":1', '12', '"x"', '{"a":1} x']) {
        assert.equal(pretty(body), null, body);
    }
});

test('each piece says what it is', () => {
    assert.deepEqual(pretty('{"a":["b",1,true]}').filter(({ kind }) => kind !== 'mark').map(({ kind, text: is }) => [kind, is]),
        [['key', '"a"'], ['string', '"b"'], ['number', '1'], ['word', 'true']]);
});
