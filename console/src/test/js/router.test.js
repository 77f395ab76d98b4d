import assert from 'node:assert/strict';
import { test } from 'node:test';
import { link, match, parse } from '../js/router.js';

test('a link to any name leads back to it', () => {
    for (const name of ['orders', 'a/b', 'x#ephemeral', '..', 'a?b=c', '100%', 'ü']) {
        assert.deepEqual(parse(link('topics', name, 'channels', name)).parts, ['topics', name, 'channels', name]);
    }
});

test('the query comes after the parts', () => {
    const { parts, query } = parse('#/topics?search=a%20b&page=2');
    assert.deepEqual(parts, ['topics']);
    assert.equal(query.get('search'), 'a b');
    assert.equal(query.get('page'), '2');
});

test('a route is found by its parts', () => {
    const routes = [['', 'home'], ['topics', 'topics'], ['topics/:', 'topic'], ['topics/:/channels/:', 'channel']];
    const found = (hash) => match(routes, parse(hash).parts);
    assert.deepEqual(found(''), { page: 'home', args: [] });
    assert.deepEqual(found('#/topics/orders'), { page: 'topic', args: ['orders'] });
    assert.deepEqual(found('#/topics/orders/channels/a.b'), { page: 'channel', args: ['orders', 'a.b'] });
    assert.equal(found('#/nowhere'), null);
    assert.equal(found('#/topics/orders/channels'), null);
});

test('an address that is not well encoded is taken as it is', () => {
    assert.deepEqual(parse('#/topics/100%').parts, ['topics', '100%']);
});
