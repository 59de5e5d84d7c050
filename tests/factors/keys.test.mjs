// Security keys: people register them, sign in by them and remove them. Whatever a key or a page says wrong opens
// nothing, and what opens something opens it once.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';
import { codeOf } from '../support/totp.mjs';
import { cbor, makeKey } from '../support/authenticator.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const PAGE = 'https://fleet.example:8443';
let site, root, made = 0;

const ask = (token, method, path, body) => call(site, method, `/api/v1${path}`, { token, body });
const outcome = ({ status, json }) => [status, json?.code];
const KEYS = '/users/me/security-keys';

before(async () => {
    site = await startSite(program, log, { WEB_APP_URL: `${PAGE}/console` });
    root = await signIn(site, ADMIN);
});
after(() => site?.close());

const makeAnybody = () => makePerson(site, root, `owner-${++made}`, 'user');

async function register(token, key, { name = 'My key', alter } = {}) {
    const { challengeToken, publicKey } = await must(site, 'POST', `${KEYS}/options`, { token });
    return ask(token, 'POST', KEYS, { name, challengeToken, credential: key.create(publicKey, alter) });
}

async function begin({ credentials }) {
    const first = await must(site, 'POST', '/auth/login', { body: credentials });
    assert.equal(first.requiresMfa, true);
    return { methods: first.methods, first: first.mfaChallengeToken };
}

async function askKey(person) {
    const { first } = await begin(person);
    return must(site, 'POST', '/auth/mfa/security-key/options', { body: { challengeToken: first } });
}

async function show(person, key, alter) {
    const { challengeToken, publicKey } = await askKey(person);
    return ask(undefined, 'POST', '/auth/mfa/security-key/verify',
        { challengeToken, credential: key.get(publicKey, alter) });
}

async function makeOwner(options) {
    const person = await makeAnybody();
    const key = makeKey(PAGE, options);
    const { status, json } = await register(person.token, key);
    assert.equal(status, 201);
    return { person, key, id: json.id, codes: json.recoveryCodes };
}

async function confirm(token, key) {
    const { challengeToken, publicKey } = await must(site, 'POST', `${KEYS}/confirmation/options`, { token });
    return { challengeToken, credential: key.get(publicKey) };
}

for (const algorithm of ['ES256', 'EdDSA', 'RS256'])
    test(`a key that signs by ${algorithm} is registered, and signs in`, async () => {
        const { person, key, codes } = await makeOwner({ algorithm });
        assert.equal(codes.length, 8);
        assert.equal((await ask(person.token, 'GET', '/users/me')).status, 401, 'all sessions have ended');
        assert.deepEqual((await begin(person)).methods, ['security_key', 'recovery_code']);
        const { status, json } = await show(person, key);
        assert.equal(status, 200);
        assert.equal(json.user.mfaEnabled, true);
        const [listed] = await must(site, 'GET', KEYS, { token: json.accessToken });
        assert.equal(listed.name, 'My key');
        assert.deepEqual(listed.transports, ['usb', 'nfc']);
        assert.notEqual(listed.lastUsedAt, null);
        const [session] = await must(site, 'GET', '/users/me/sessions', { token: json.accessToken });
        assert.equal(session.method, 'security_key');
    });

test('browsers are told of the dashboard, of keys that are there, and of no make', async () => {
    const { person, key } = await makeOwner();
    const request = await askKey(person);
    assert.equal(request.publicKey.rpId, 'fleet.example');
    assert.deepEqual(request.publicKey.allowCredentials, [{ type: 'public-key', id: key.id, transports: ['usb', 'nfc'] }]);
    const { json } = await show(person, key);
    const { publicKey } = await must(site, 'POST', `${KEYS}/options`, { token: json.accessToken });
    assert.equal(publicKey.attestation, 'none');
    assert.deepEqual(publicKey.pubKeyCredParams.map(({ alg }) => alg), [-7, -8, -257]);
    assert.deepEqual(publicKey.excludeCredentials.map(({ id }) => id), [key.id]);
    assert.equal(publicKey.authenticatorSelection.userVerification, 'preferred');
});

const WRONG = {
    'another page': { client: { origin: 'https://fleet.example' } },
    'a page of another site': { client: { origin: 'https://evil.example' } },
    'another site by the key': { rpId: 'evil.example' },
    'another challenge': { client: { challenge: Buffer.alloc(32, 7).toString('base64url') } },
    'no touch': { flags: 0x40 },
    'a page in a frame': { client: { crossOrigin: true } },
    'something behind its data': { tail: Buffer.from([0]) },
    'flags that contradict each other': { flags: 0x51 },
};
test('a key that is registered of anything else than was asked is refused', async () => {
    const person = await makeAnybody();
    const key = makeKey(PAGE);
    for (const [what, alter] of [...Object.entries(WRONG), ['another purpose', { client: { type: 'webauthn.get' } }],
        ['a point beside its curve', { cose: (map) => map.set(-3, Buffer.alloc(32, 1)) }],
        ['an algorithm of no table', { cose: (map) => map.set(3, -35) }],
        ['bytes that are none', { attestation: Buffer.from([0xbf, 0xff]) }],
        ['no authenticator data', { attestation: cbor(new Map([['fmt', 'none']])) }]])
        assert.deepEqual(outcome(await register(person.token, key, { alter })), [400, 'security_key_invalid'], what);
    assert.deepEqual(await must(site, 'GET', KEYS, { token: person.token }), []);
});

test('whatever a key signs that was not asked opens nothing, and is on record', async () => {
    for (const [what, alter] of [...Object.entries(WRONG), ['another purpose', { client: { type: 'webauthn.create' } }],
        ['a broken signature', { signature: true }]]) {
        const { person, key } = await makeOwner();
        if (what === 'no touch')
            alter.flags = 0x04;
        assert.deepEqual(outcome(await show(person, key, alter)), [401, 'security_key_wrong'], what);
        assert.equal((await show(person, key)).status, 200, 'the key is good all the same');
    }
    const failed = await must(site, 'GET', '/audit-logs?action=auth.login.failed', { token: root });
    assert.equal(failed[0].metadata.failure, 'wrong_security_key');
});

test('a challenge is good once, for what it was asked for, and for whom', async () => {
    const { person, key } = await makeOwner({ counts: false });
    const { challengeToken, publicKey } = await askKey(person);
    const body = { challengeToken, credential: key.get(publicKey) };
    const both = await Promise.all([1, 2].map(() => ask(undefined, 'POST', '/auth/mfa/security-key/verify', body)));
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 401]);
    assert.deepEqual(outcome(await ask(undefined, 'POST', '/auth/mfa/security-key/verify', body)),
        [401, 'security_key_challenge_used']);
    const token = both.find(({ status }) => status === 200).json.accessToken;
    const confirmation = await confirm(token, key);
    assert.deepEqual(outcome(await ask(undefined, 'POST', '/auth/mfa/security-key/verify', confirmation)),
        [401, 'challenge_invalid']);
    for (const path of ['/users/me', KEYS])
        assert.equal((await ask(challengeToken, 'GET', path)).status, 401, 'a challenge opens nothing else');
    const other = await makeOwner();
    const { json } = await show(other.person, other.key);
    assert.deepEqual(outcome(await ask(json.accessToken, 'DELETE', `${KEYS}/${other.id}`, confirmation)),
        [401, 'challenge_invalid']);
});

test('a key that counts back is refused, and on record', async () => {
    const { person, key } = await makeOwner();
    assert.equal((await show(person, key)).status, 200);
    assert.equal((await show(person, key)).status, 200);
    for (const count of [2, 1, 0])
        assert.deepEqual(outcome(await show(person, key, { count })), [401, 'security_key_copied'], `${count}`);
    const failed = await must(site, 'GET', '/audit-logs?action=auth.login.failed', { token: root });
    assert.equal(failed[0].metadata.failure, 'security_key_copied');
});

test('a key of somebody else opens nothing, and is registered once', async () => {
    const [ann, bob] = [await makeOwner(), await makeOwner()];
    assert.deepEqual(outcome(await show(ann.person, bob.key)), [401, 'security_key_unknown']);
    const { json } = await show(ann.person, ann.key);
    assert.deepEqual(outcome(await register(json.accessToken, bob.key)), [409, 'security_key_taken']);
    assert.deepEqual(outcome(await register(json.accessToken, ann.key)), [409, 'security_key_taken']);
});

test('several keys sign in, and each is removed by itself, as another one or a code confirms', async () => {
    const { person, key, id, codes } = await makeOwner();
    const spare = makeKey(PAGE, { counts: false });
    let { json } = await show(person, key);
    const added = await register(json.accessToken, spare, { name: 'Spare' });
    assert.equal(added.json.recoveryCodes, undefined, 'there are some');
    ({ json } = await show(person, spare));
    assert.deepEqual((await must(site, 'GET', KEYS, { token: json.accessToken })).map(({ name }) => name), ['Spare', 'My key']);
    assert.equal((await ask(json.accessToken, 'DELETE', `${KEYS}/${id}`, {})).status, 400);
    assert.deepEqual(outcome(await ask(json.accessToken, 'DELETE', `${KEYS}/${id}`, { token: '000000' })),
        [401, 'authenticator_code_invalid']);
    const removed = await ask(json.accessToken, 'DELETE', `${KEYS}/${id}`, await confirm(json.accessToken, spare));
    assert.deepEqual([removed.status, removed.json], [200, { deleted: true, id }]);
    assert.deepEqual(outcome(await show(person, key)), [401, 'security_key_unknown']);
    const { first } = await begin(person);
    ({ json } = await ask(undefined, 'POST', '/auth/mfa/recovery/verify', { challengeToken: first, recoveryCode: codes[0] }));
    assert.equal((await ask(json.accessToken, 'DELETE', `${KEYS}/${added.json.id}`, await confirm(json.accessToken, spare))).status, 200);
    const alone = await must(site, 'POST', '/auth/login', { body: person.credentials });
    assert.equal(alone.user.mfaEnabled, false, 'the password is enough again');
});

test('keys and codes stand side by side, and a required factor keeps one of them', async () => {
    const { person, key, id } = await makeOwner();
    let { json } = await show(person, key);
    const { secret } = await must(site, 'POST', '/auth/mfa/setup/initiate', { token: json.accessToken });
    await must(site, 'POST', '/auth/mfa/setup/confirm', { token: json.accessToken, body: { token: codeOf(secret) } });
    assert.deepEqual((await begin(person)).methods, ['code', 'security_key', 'recovery_code']);
    ({ json } = await show(person, key));
    await must(site, 'DELETE', '/auth/mfa', { token: json.accessToken, body: { token: codeOf(secret) } });
    ({ json } = await show(person, key));
    assert.equal(json.user.mfaEnabled, true);
    const workspace = await must(site, 'POST', '/workspaces', { token: root, body: { name: 'Strict', slug: 'strict' } });
    const owner = await must(site, 'POST', `/workspaces/${workspace.id}/members`,
        { token: root, body: { userId: person.id, role: 'owner' } });
    assert.equal(owner.role, 'owner');
    await must(site, 'PATCH', `/workspaces/${workspace.id}`, { token: json.accessToken, body: { secondFactorRequired: true } });
    assert.deepEqual(outcome(await ask(json.accessToken, 'DELETE', `${KEYS}/${id}`, await confirm(json.accessToken, key))),
        [409, 'second_factor_needed']);
});

test('who has keys alone gets other recovery codes just after showing one', async () => {
    const { person, key, codes } = await makeOwner();
    const opened = await show(person, key);
    const token = opened.json.accessToken;
    const renewed = await ask(token, 'POST', '/auth/mfa/recovery/regenerate', {});
    assert.equal(renewed.status, 200, renewed.text);
    assert.equal(renewed.json.recoveryCodes.length, 8);
    assert.ok(!codes.includes(renewed.json.recoveryCodes[0]));
    assert.equal((await ask(token, 'GET', '/users/me')).status, 401);
    const { first } = await begin(person);
    const byCode = await must(site, 'POST', '/auth/mfa/recovery/verify',
        { body: { challengeToken: first, recoveryCode: renewed.json.recoveryCodes[0] } });
    assert.deepEqual(outcome(await ask(byCode.accessToken, 'POST', '/auth/mfa/recovery/regenerate', {})),
        [403, 'second_factor_not_fresh']);
});
