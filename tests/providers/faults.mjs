// Providers that change their keys, stall, or say too much. Each test has one of its own.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { ADMIN, call, must, signIn } from '../support/site.mjs';
import { makeKey, makeToken, startLyingProvider } from './lying_provider.mjs';

// `stage`: site, root, and what providers.test.mjs starts and ends sign-ins by. `play` gets the provider and what signs
// somebody in through it, by a token of this key.
async function withProvider(stage, slug, play) {
    const liar = await startLyingProvider();
    const askedFor = (path) => liar.asked.filter((one) => one.path === path).length;
    const begin = async () => {
        const url = await stage.start(slug);
        const query = new URLSearchParams({ code: 'a code', state: url.searchParams.get('state') });
        return { nonce: url.searchParams.get('nonce'), end: () => stage.comeBack(slug, `?${query}`) };
    };
    const signInBy = async (key) => {
        const { nonce, end } = await begin();
        const now = Math.floor(Date.now() / 1000);
        liar.token = () => makeToken(key, { iss: liar.issuer, aud: 'fleet', sub: slug, exp: now + 300, iat: now, nonce,
            email: `${slug}@site.example.com`, email_verified: true });
        return end();
    };
    await stage.makeProvider(slug, liar.issuer, `${liar.issuer}/document`, { createsUsers: true });
    try {
        await play({ liar, askedFor, begin, signInBy });
    } finally {
        await liar.close();
    }
}

const refusedBy = ({ status, json }) => [status, json?.code];

export const keysChangeInTheMiddle = (stage) => withProvider(stage, 'rotating', async ({ liar, askedFor, signInBy }) => {
    assert.equal((await signInBy(liar.key)).status, 200);
    const next = makeKey('next');
    liar.keys = [next];
    assert.equal(askedFor('/keys'), 1);
    const fresh = await signInBy(next);
    assert.equal(fresh.status, 200, fresh.text);
    assert.equal(askedFor('/keys'), 2);
    for (let i = 0; i < 5; i += 1)
        assert.deepEqual(refusedBy(await signInBy(makeKey(`unknown ${i}`))), [401, 'id_token_invalid']);
    assert.deepEqual(refusedBy(await signInBy(liar.key)), [401, 'id_token_invalid']); // which it has withdrawn
    assert.equal((await signInBy(next)).status, 200);
    assert.equal(askedFor('/keys'), 2);
});

// Strangers can have keys asked for anew, by a logout token. Where there are none then, the known ones go on.
export const keysAreKeptWhereNoneCome = (stage) => withProvider(stage, 'failing', async ({ liar, askedFor, signInBy }) => {
    assert.equal((await signInBy(liar.key)).status, 200);
    const keys = liar.answers['/keys'];
    liar.answers['/keys'] = () => ({ status: 500 });
    assert.deepEqual(refusedBy(await signInBy(makeKey('unknown'))), [401, 'id_token_invalid']);
    assert.equal(askedFor('/keys'), 2);
    assert.equal((await signInBy(liar.key)).status, 200);
    liar.answers['/keys'] = keys;
});

export const aStallIsWaitedForOnce = (stage) => withProvider(stage, 'stalling', async ({ liar, askedFor, begin, signInBy }) => {
    const { site, root } = stage;
    assert.equal((await signInBy(liar.key)).status, 200);
    const before = askedFor('/token');
    let ended = 0;
    liar.answers['/token'] = () => ({ raw: () => {} });
    const begun = await Promise.all([1, 2, 3, 4].map(begin));
    const stalled = begun.map(({ end }) => end().finally(() => { ended += 1; }));
    await must(site, 'GET', '/users/me', { token: root });
    await signIn(site, ADMIN);
    assert.equal(ended, 0); // others are answered meanwhile
    for (const answer of await Promise.all(stalled))
        assert.deepEqual(refusedBy(answer), [401, 'token_exchange_failed'], answer.text);
    assert.ok(askedFor('/token') - before <= 2, `${askedFor('/token')}`); // as many as there are workers to wait
    assert.equal((await stage.signInAs('ann')).status, 200);
});

// A byte now and then is an answer that goes on: the whole has its time, too.
export const anAnswerThatDripsEnds = (stage) => withProvider(stage, 'dripping', async ({ liar, signInBy }) => {
    let hungUp;
    const dripping = new Promise((resume) => { hungUp = resume; });
    liar.answers['/token'] = () => ({ raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 200);
        response.on('close', () => { clearInterval(drip); hungUp(response.writableEnded); });
    } });
    assert.deepEqual(refusedBy(await signInBy(liar.key)), [401, 'token_exchange_failed']);
    assert.equal(await dripping, false); // we hung up
});

// Writes for as long as somebody reads.
const endless = (piece) => (response) => {
    const { socket } = response;
    const more = () => { while (!socket.destroyed && socket.write(piece)); };
    socket.on('error', () => {}).on('drain', more);
    more();
};
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

export const whoSaysTooMuchIsCutOff = (stage) => withProvider(stage, 'endless', async ({ liar, signInBy }) => {
    const { '/token': token, '/keys': keys } = liar.answers;
    const talk = (head, piece) => () => ({ raw: (response) => {
        response.socket.write(head);
        endless(piece)(response);
    } });
    liar.answers['/token'] = talk(`${HEAD}\r\n`, Buffer.alloc(65_536, ' '));
    assert.deepEqual(refusedBy(await signInBy(liar.key)), [401, 'token_exchange_failed']);
    liar.answers['/token'] = talk(HEAD, 'X-More: '.padEnd(1022, 'x').concat('\r\n'));
    assert.deepEqual(refusedBy(await signInBy(liar.key)), [401, 'token_exchange_failed']);
    liar.answers['/token'] = token;
    liar.answers['/keys'] = talk(`${HEAD}\r\n`, Buffer.alloc(65_536, ' '));
    assert.deepEqual(refusedBy(await signInBy(liar.key)), [401, 'id_token_invalid']);
    liar.answers['/keys'] = keys;
    assert.equal((await call(stage.site, 'GET', '/health/ready')).status, 200);
});
