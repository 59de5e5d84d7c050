// Sign-ins through providers that begin or end at a follower: it tells where to go by itself, and passes what opens or
// ends a session on to its leader.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { admitFollower } from '../support/followers.mjs';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, freePort, signIn, startSite, until } from '../support/site.mjs';
import { makeToken } from './lying_provider.mjs';

const isOpen = async (at, answer) =>
    (await call(at, 'GET', '/api/v1/users/me', { token: answer.json.accessToken })).status === 200;
const soon = (what, ask) => until(what, ask, { ms: 40_000 });

// Begun here and ended there, whichever each is: a state is good at both, and once for both.
async function signsIn({ start, visit, comeBack }, from, to, other) {
    const query = await visit(await start('corp', '/here', from));
    const opened = await comeBack('corp', query, to);
    assert.equal(opened.status, 200, opened.text);
    assert.equal(opened.json.redirectPath, '/here');
    await soon('the session where it was opened', () => isOpen(to, opened));
    await soon('the session at the other one', () => isOpen(other, opened));
    for (const at of [to, other]) {
        const again = await comeBack('corp', query, at);
        assert.equal(again.status, 401, again.text); // the provider takes the code no more, either
    }
}

// A token that comes to the follower before its session does is refused, and good as soon as that is there.
async function isAskedTooSoon(leader, follower) {
    for (let i = 0; i < 10; i += 1) {
        const opened = { json: { accessToken: await signIn(leader, ADMIN) } };
        await soon('the session at the follower', () => isOpen(follower, opened));
    }
}

async function passesOn(stage, follower) {
    const { site: leader, root, liar, honest, people, signInSaying, logoutClaims } = stage;
    const person = await makePerson(leader, root, 'fay', 'user');
    people.fay = { email: person.credentials.email, email_verified: true };
    honest.who = 'fay';
    for (const [from, to, other] of [[follower, follower, leader], [leader, follower, leader], [follower, leader, follower]])
        await signsIn(stage, from, to, other);
    const opened = await signInSaying({ sid: 'far' });
    await soon('the session at the follower', () => isOpen(follower, opened));
    const body = new URLSearchParams({ logout_token: makeToken(liar.key, logoutClaims({ sid: 'far' })) });
    const path = '/api/v1/auth/oidc/liar/backchannel-logout';
    const answer = await fetch(`${follower.url}${path}`, { method: 'POST', body });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal(await isOpen(leader, opened), false);
    await soon('its end at the follower', async () => !await isOpen(follower, opened));
    assert.equal((await (await fetch(`${leader.url}${path}`, { method: 'POST', body })).json()).code, 'logout_token_used');
}

// `stage` has a leader (site), and what starts and ends sign-ins at the server that is named.
export async function aFollowerPassesCallbacksOn(stage, program, log, settings) {
    const follower = await startSite(program, `${log}-follower`,
        { ...await admitFollower(stage.site, 'second', settings), PORT: String(await freePort()) });
    try {
        await soon('the providers at the follower', async () =>
            (await call(follower, 'GET', '/api/v1/auth/providers')).text.includes('"corp"'));
        await isAskedTooSoon(stage.site, follower);
        await passesOn(stage, follower);
    } finally {
        await follower.close();
    }
}
