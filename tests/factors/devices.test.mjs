// Trusted devices: made by who has just shown a second factor, they stand for it with the password, and with nothing else.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';
import { codeOf } from '../support/totp.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
let site, root, made = 0;

const ask = (token, method, path, body) => call(site, method, `/api/v1${path}`, { token, body });
const outcome = ({ status, json }) => [status, json?.code];

/* A person with an authenticator, signed in by a code. */
async function makeOne() {
    const person = await makePerson(site, root, `person-${++made}`, 'user');
    const { secret } = await must(site, 'POST', '/auth/mfa/setup/initiate', { token: person.token });
    await must(site, 'POST', '/auth/mfa/setup/confirm', { token: person.token, body: { token: codeOf(secret) } });
    const { mfaChallengeToken: challengeToken } =
        await must(site, 'POST', '/auth/login', { body: person.credentials });
    const { accessToken } = await must(site, 'POST', '/auth/mfa/challenge/verify',
        { body: { challengeToken, token: codeOf(secret) } });
    return { ...person, token: accessToken, secret };
}

const trust = (person) =>
    must(site, 'POST', '/users/me/devices', { token: person.token, body: { name: 'Laptop' } });
const signInOn = (person, deviceToken) =>
    must(site, 'POST', '/auth/login', { body: { ...person.credentials, deviceToken } });

before(async () => {
    site = await startSite(program, log);
    root = await signIn(site, ADMIN);
});
after(() => site?.close());

test('a trusted device stands for the code, not for the password', async () => {
    const person = await makeOne();
    const { id, deviceToken, name } = await trust(person);
    assert.match(deviceToken, /^fld_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
    assert.equal(name, 'Laptop');
    const session = await signInOn(person, deviceToken);
    assert.equal((await ask(session.accessToken, 'GET', '/users/me')).json.id, person.id);
    assert.equal((await ask(session.accessToken, 'GET', '/users/me/sessions')).json
        .find((row) => row.isCurrent).method, 'trusted_device');
    assert.ok((await ask(session.accessToken, 'GET', '/users/me/devices')).json
        .find((row) => row.id === id).lastUsedAt);
    assert.equal((await ask(null, 'POST', '/auth/login',
        { email: person.credentials.email, password: 'wrong-password', deviceToken })).status, 401);
    assert.deepEqual(outcome(await ask(session.accessToken, 'POST', '/users/me/devices', { name: 'Another' })),
        [403, 'second_factor_not_fresh']);
});

test('a token that is another\'s, changed or ended has a code be asked for', async () => {
    const [person, other] = [await makeOne(), await makeOne()];
    const { id, deviceToken } = await trust(person);
    const theirs = (await trust(other)).deviceToken;
    const changed = `${deviceToken.slice(0, -1)}${deviceToken.endsWith('0') ? '1' : '0'}`;
    for (const token of [theirs, changed, 'fld_', '', deviceToken.replace('fld_', 'flt_')])
        assert.equal((await signInOn(person, token)).requiresMfa, true, token);
    assert.deepEqual(outcome(await ask(other.token, 'DELETE', `/users/me/devices/${id}`)), [404, 'device_not_found']);
    assert.equal((await ask(person.token, 'DELETE', `/users/me/devices/${id}`)).status, 200);
    assert.equal((await signInOn(person, deviceToken)).requiresMfa, true);
});

test('an admin sees and ends it, and what changes a sign-in ends it', async () => {
    const person = await makeOne();
    const { deviceToken } = await trust(person);
    assert.equal((await ask(root, 'GET', `/users/${person.id}/devices`)).json.length, 1);
    assert.equal((await ask(person.token, 'GET', `/users/${person.id}/devices`)).status, 403);
    assert.equal((await ask(root, 'DELETE', `/users/${person.id}/devices`)).status, 200);
    assert.equal((await signInOn(person, deviceToken)).requiresMfa, true);
    const again = (await trust(person)).deviceToken;
    assert.ok((await signInOn(person, again)).accessToken);
    await must(site, 'PATCH', `/users/${person.id}`, { token: root, body: { role: 'platform_auditor' } });
    assert.equal((await signInOn(person, again)).requiresMfa, true);
});

test('its token is in no log, and no list', async () => {
    const person = await makeOne();
    const { deviceToken } = await trust(person);
    await signInOn(person, deviceToken);
    assert.ok(!JSON.stringify((await ask(person.token, 'GET', '/users/me/devices')).json).includes('fld_'));
    assert.ok(!readFileSync(`${log}.err`, 'utf8').includes(deviceToken));
});
