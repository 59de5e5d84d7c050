// People sign in through providers: npm's oidc-provider, which is other people's program, and one that
// lies. Whatever is not as it must be opens nothing.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { makeKey as makeSecurityKey } from '../support/authenticator.mjs';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';
import { codeOf } from '../support/totp.mjs';
import { directoryTellsOfItsPeopleAlone } from './directory.mjs';
import * as faults from './faults.mjs';
import { aFollowerPassesCallbacksOn } from './follower.mjs';
import { directoryTellsWhoIsInWhichGroup } from './groups.mjs';
import { makeKey, makeToken, startLyingProvider } from './lying_provider.mjs';

const [program, log, work] = [process.env.PROGRAM, process.env.SITE_LOG, process.env.WORK];
const DASHBOARD = 'http://localhost:3001';
const SECRET = 'planted-client-secret-0123456789';
const CALLBACK = (slug) => `${DASHBOARD}/api/auth/oidc/${slug}/callback`;
const SHARED = { SECRETS_ENCRYPTION_KEY: 'a secret that leader and follower share' };
const people = { // of oidc-provider
    ann: { email: 'Ann@site.example.com', email_verified: true, name: 'Ann' },
    eve: { email: ADMIN.email, email_verified: false, name: 'Eve' },
};
let site, root, liar, honest;

async function startHonestProvider() {
    const { default: Provider } = await import(
        pathToFileURL(join(work, 'node_modules/oidc-provider/lib/index.js')));
    const front = { who: 'ann' };
    const server = createServer((request, response) => (request.url.startsWith('/interaction/')
        ? front.provider.interactionFinished(request, response, { login: { accountId: front.who } })
        : front.handle(request, response)));
    await new Promise((resume) => server.listen(0, '127.0.0.1', resume));
    front.issuer = `http://127.0.0.1:${server.address().port}`;
    front.provider = new Provider(front.issuer, {
        clients: [{ client_id: 'fleet', client_secret: SECRET, token_endpoint_auth_method: 'client_secret_post',
            redirect_uris: [CALLBACK('corp')], backchannel_logout_session_required: true,
            backchannel_logout_uri: `${site.url}/api/v1/auth/oidc/corp/backchannel-logout` }],
        claims: { email: ['email', 'email_verified'], profile: ['name', 'groups'] },
        fetch: (url, options) => fetch(url, { ...options, dispatcher: undefined }), // it asks nobody of this machine by itself
        features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
        interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
        findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
        loadExistingGrant: async ({ oidc }) => {
            const grant = new oidc.provider.Grant(
                { clientId: oidc.client.clientId, accountId: oidc.session.accountId });
            front.lastSession = oidc.session;
            grant.addOIDCScope('openid email profile');
            await grant.save();
            return grant;
        },
    });
    front.handle = front.provider.callback();
    front.close = () => new Promise((resume) => { server.close(resume); server.closeAllConnections(); });
    return front;
}

const makeProvider = (slug, issuer, discoveryUrl, more = {}) => must(site, 'POST', '/auth/providers',
    { token: root, body: { slug, name: slug, issuer, clientId: 'fleet', discoveryUrl, ...more } });

before(async () => {
    site = await startSite(program, log, { OUTBOUND_ALLOW: '127.0.0.0/8', WEB_APP_URL: DASHBOARD,
        CORS_ORIGIN: 'http://fleet.lan:3002, https://*.example', ...SHARED });
    liar = await startLyingProvider();
    honest = await startHonestProvider(); // which knows where the site is
    root = await signIn(site, ADMIN);
    await makeProvider('corp', honest.issuer, `${honest.issuer}/.well-known/openid-configuration`,
        { clientSecret: SECRET });
    await makeProvider('liar', liar.issuer, `${liar.issuer}/document`, { createsUsers: true });
});
after(async () => {
    await Promise.all([site?.close(), liar?.close(), honest?.close()]);
});

async function start(slug, next, at = site) {
    const query = new URLSearchParams({ redirectUri: CALLBACK(slug), ...(next && { next }) });
    return new URL((await must(at, 'GET', `/auth/oidc/${slug}/start?${query}`)).authorizationUrl);
}

// What a browser does at the provider: goes on until it is sent back.
async function visit(url) {
    const cookies = new Map();
    for (let step = 0; step < 10; step += 1) {
        const answer = await fetch(url, { redirect: 'manual',
            headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
        for (const cookie of answer.headers.getSetCookie()) {
            const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
            cookies.set(name, value);
        }
        url = new URL(answer.headers.get('location') ?? assert.fail(await answer.text()), url);
        if (url.origin === DASHBOARD)
            return url.search;
    }
    return assert.fail('it leads nowhere');
}

const comeBack = (slug, query, at = site) => call(at, 'GET', `/api/v1/auth/oidc/${slug}/callback${query}`);

async function signInAs(who, next) {
    honest.who = who;
    return comeBack('corp', await visit(await start('corp', next)));
}

test('the secret of a client is shown to nobody, and providers are offered by name', async () => {
    const list = await must(site, 'GET', '/auth/providers/admin', { token: root });
    assert.deepEqual(list.map(({ slug }) => slug), ['corp', 'liar']);
    assert.deepEqual(Object.keys(list[0]), ['id', 'slug', 'name', 'preset', 'issuer', 'clientId',
        'discoveryUrl', 'scopes', 'enabled', 'createdAt', 'updatedAt']);
    assert.deepEqual(await must(site, 'GET', '/auth/providers'),
        [{ slug: 'corp', name: 'corp', preset: null }, { slug: 'liar', name: 'liar', preset: null }]);
});

test('somebody signs in through a provider, and again, and goes on where they were', async () => {
    const person = await makePerson(site, root, 'ann', 'user');
    const first = await signInAs('ann', '/workspaces/one?tab=2');
    assert.equal(first.status, 200, first.text);
    assert.equal(first.json.user.id, person.id);
    assert.equal(first.json.redirectPath, '/workspaces/one?tab=2');
    const me = await must(site, 'GET', '/users/me', { token: first.json.accessToken });
    assert.equal(me.id, person.id);
    people.ann.email = 'ann.married@site.example.com'; // the account is that of the subject
    const second = await signInAs('ann');
    assert.equal(second.json.user.id, person.id, second.text);
    assert.equal(second.json.redirectPath, null);
    const sessions = await must(site, 'GET', '/users/me/sessions', { token: second.json.accessToken });
    assert.equal(sessions.filter(({ method }) => method === 'provider').length, 2);
    const trail = await must(site, 'GET', '/audit-logs?action=auth.oidc.identity.linked', { token: root });
    assert.equal(JSON.stringify(trail).match(/auth\.oidc\.identity\.linked/g).length, 1);
    assert.equal((await signInAs('eve')).json.message,
        'Single sign-on requires a verified email address from the identity provider.');
});

test('a second factor is asked for, and a suspended account is refused', async () => {
    const person = await makePerson(site, root, 'bob', 'user');
    people.bob = { email: person.credentials.email, email_verified: true };
    const signedIn = await signInAs('bob');
    assert.equal(signedIn.status, 200, signedIn.text);
    const token = signedIn.json.accessToken;
    const { secret } = await must(site, 'POST', '/auth/mfa/setup/initiate', { token });
    await must(site, 'POST', '/auth/mfa/setup/confirm', { token, body: { token: codeOf(secret) } });
    const challenged = await signInAs('bob');
    assert.equal(challenged.json.requiresMfa, true, challenged.text);
    assert.equal(challenged.json.accessToken, undefined);
    const session = await must(site, 'POST', '/auth/mfa/challenge/verify',
        { body: { challengeToken: challenged.json.mfaChallengeToken, token: codeOf(secret) } });
    assert.equal(session.user.id, person.id);
    await must(site, 'PATCH', `/users/${person.id}`, { token: root, body: { isActive: false } });
    assert.equal((await signInAs('bob')).status, 403);
});

test('nobody is sent back anywhere but to the dashboard', async () => {
    const ours = new URLSearchParams({ redirectUri: 'http://fleet.lan:3002/cb' });
    await must(site, 'GET', `/auth/oidc/corp/start?${ours}`);
    for (const query of [
        { redirectUri: 'https://evil.example/cb' }, { redirectUri: `${DASHBOARD}@evil.example/cb` }, { redirectUri: `${DASHBOARD}.evil.example/cb` },
        { redirectUri: 'http://localhost:3002/cb' }, { redirectUri: 'javascript:alert(1)' },
        { redirectUri: CALLBACK('corp'), next: 'https://evil.example' },
        { redirectUri: CALLBACK('corp'), next: '//evil.example' },
        { redirectUri: CALLBACK('corp'), next: '/\\evil.example' }]) {
        const answer = await call(site, 'GET',
            `/api/v1/auth/oidc/corp/start?${new URLSearchParams(query)}`);
        assert.equal(answer.status, 400, answer.text);
    }
});

const now = () => Math.floor(Date.now() / 1000);
const claims = (url, more = {}) => ({
    iss: liar.issuer, aud: 'fleet', sub: 'subject', exp: now() + 300, iat: now(),
    nonce: url.searchParams.get('nonce'), email: 'liar@site.example.com', email_verified: true, ...more });

// Comes back to a provider that lies, with a token that `make` has made of what was asked.
async function lie(make, query = {}) {
    const url = await start('liar');
    liar.token = () => make(url);
    const state = url.searchParams.get('state');
    return { url, state, answer: await comeBack('liar', `?${new URLSearchParams({ code: 'a code', state, ...query })}`) };
}

test('the code is exchanged with its verifier, and each state is good once, however many race', async () => {
    const { url, state, answer } = await lie((at) => makeToken(liar.key, claims(at)));
    assert.equal(answer.status, 200, answer.text);
    assert.equal(url.searchParams.get('tenant'), '1');
    assert.equal(url.searchParams.get('scope'), 'openid email profile');
    const { form } = liar.asked.findLast(({ path }) => path === '/token');
    assert.equal(form.get('redirect_uri'), CALLBACK('liar'));
    assert.equal(createHash('sha256').update(form.get('code_verifier')).digest('base64url'),
        url.searchParams.get('code_challenge'));
    const again = await comeBack('liar', `?${new URLSearchParams({ code: 'a code', state })}`);
    assert.equal(again.status, 401);
    assert.equal(again.json.code, 'state_used');
    const other = await start('liar');
    liar.token = () => makeToken(liar.key, claims(other));
    const query = `?${new URLSearchParams({ code: 'b', state: other.searchParams.get('state') })}`;
    const racing = await Promise.all([1, 2, 3, 4].map(() => comeBack('liar', query)));
    assert.deepEqual(racing.map(({ status }) => status).sort(), [200, 401, 401, 401]);
});

test('a token that is not as it must be opens nothing', async () => {
    const { curve } = liar;
    const stranger = makeKey('first');
    const refused = {
        'no algorithm': (at) => makeToken(liar.key, claims(at), { alg: 'none' }),
        'a secret that both know': (at) => makeToken(liar.key, claims(at), { alg: 'HS256', kid: 'first' }),
        'an algorithm of another kind of key': (at) => makeToken(liar.key, claims(at), { alg: 'RS256', kid: 'curve' }),
        'a key of somebody else': (at) => makeToken(stranger, claims(at)),
        'a key that it brings along': (at) => makeToken(stranger, claims(at), { alg: 'RS256', jwk: stranger.jwk }),
        'another type': (at) => makeToken(liar.key, claims(at), { alg: 'RS256', kid: 'first', typ: 'at+jwt' }),
        'another issuer': (at) => makeToken(liar.key, claims(at, { iss: `${liar.issuer}/` })),
        'another audience': (at) => makeToken(liar.key, claims(at, { aud: 'other' })),
        'several audiences': (at) => makeToken(liar.key, claims(at, { aud: ['fleet', 'other'] })),
        'another party': (at) => makeToken(liar.key, claims(at, { azp: 'other' })),
        'another sign-in': (at) => makeToken(liar.key, claims(at, { nonce: 'other' })),
        'no nonce': (at) => makeToken(liar.key, claims(at, { nonce: undefined })),
        'the past': (at) => makeToken(liar.key, claims(at, { exp: now() - 300 })),
        'the future': (at) => makeToken(liar.key, claims(at, { iat: now() + 300 })),
        'another access token': (at) => makeToken(liar.key, claims(at, { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' })),
    };
    for (const [why, make] of Object.entries(refused)) {
        const { answer } = await lie(make);
        assert.equal(answer.status, 401, `${why}: ${answer.text}`);
    }
    for (const [why, more] of Object.entries({ verified: { email_verified: false }, email: { email: undefined }, sub: { sub: undefined } }))
        assert.equal((await lie((at) => makeToken(liar.key, claims(at, more)))).answer.status, 403, why);
    const { answer } = await lie((at) => makeToken(curve, claims(at), { alg: 'ES256', kid: 'curve' }));
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await lie((at) => makeToken(liar.key, claims(at)), { iss: honest.issuer })).answer.status, 401);
    const mixed = await start('corp');
    assert.equal((await comeBack('liar', `?code=c&state=${mixed.searchParams.get('state')}`)).json.message,
        'OIDC state token does not match provider.');
});

let places = 0;
async function setRules(slug, make, more = {}) {
    const { id: workspaceId } = await must(site, 'POST', '/workspaces',
        { token: root, body: { name: `Place ${++places}`, slug: `place-${places}` } });
    const { id } = (await must(site, 'GET', '/auth/providers/admin', { token: root }))
        .find((provider) => provider.slug === slug);
    await must(site, 'PUT', `/auth/providers/${id}/rules`,
        { token: root, body: { rules: make(workspaceId), ...more } });
    return { id, workspaceId, place: `/api/v1/workspaces/${workspaceId}` };
}
const signInSaying = async (more) => (await lie((at) => makeToken(liar.key, claims(at, more)))).answer;
const statusAt = async (place, answer) => (await call(site, 'GET', place, { token: answer.json.accessToken })).status;

// What is told of somebody's access names the provider whose rules gave it, and no provider where a person did.
async function saysWhoseItIs(userId, workspaceId, providerId) {
    const { workspaces } = await must(site, 'GET', `/users/${userId}/access`, { token: root });
    assert.deepEqual(workspaces.map((one) => [one.workspaceId, one.role, one.providerId]), [[workspaceId, 'admin', providerId]]);
    const asked = new URLSearchParams({ userId, method: 'PATCH', path: `/api/v1/workspaces/${workspaceId}` });
    const { facts } = await must(site, 'GET', `/access/explain?${asked}`, { token: root });
    assert.equal(facts.find(({ fact }) => fact === 'membership').text,
        `In the workspace they are admin${providerId === null ? '' : ', by the rules of a provider'}.`);
}

test('what a token says decides who belongs where, from one sign-in to the next', async () => {
    const ruled = { sub: 'ruled', email: 'ruled@site.example.com' };
    const { id, place, workspaceId } = await setRules('liar',
        (at) => [{ value: 'ops', workspaceId: at, role: 'admin' }, { value: 'all', workspaceId: at, role: 'viewer' }],
        { claim: 'realm_access.roles' });
    const none = await signInSaying(ruled);
    assert.equal(await statusAt(place, none), 403);
    const viewer = await signInSaying({ ...ruled, realm_access: { roles: ['all', 7, 'x'.repeat(300)] } });
    assert.equal(await statusAt(place, viewer), 200);
    assert.equal((await call(site, 'PATCH', place, { token: viewer.json.accessToken, body: { name: 'Mine' } })).status, 403);
    const admin = await signInSaying({ ...ruled, realm_access: { roles: 'ops' } });
    assert.equal((await call(site, 'PATCH', place, { token: admin.json.accessToken, body: { name: 'Ours' } })).status, 200);
    const member = (await must(site, 'GET', `/workspaces/${workspaceId}/members`, { token: root }))
        .find(({ userId, user }) => (userId ?? user?.id) === admin.json.user.id);
    assert.equal(member.providerId, id);
    await saysWhoseItIs(admin.json.user.id, workspaceId, id);
    const gone = await signInSaying({ ...ruled, 'realm_access': { roles: ['others'] } });
    assert.equal(await statusAt(place, gone), 403);
    assert.equal(await statusAt(place, admin), 403); // at once, in sessions too that are open
    const tried = await must(site, 'POST', `/auth/providers/${id}/rules/try`, { token: root, body: { values: ['all', 'ops'] } });
    assert.deepEqual(tried, { isLetIn: true, platformRole: null, workspaces: [{ workspaceId, role: 'admin', isOpen: true }] });
    await must(site, 'POST', `/workspaces/${workspaceId}/members`, { token: root, body: { userId: admin.json.user.id, role: 'admin' } });
    await saysWhoseItIs(admin.json.user.id, workspaceId, null);
    await setRules('liar', () => []);
});

// An account that rules have changed is told of so: the fact, its event, and all that somebody can reach.
async function saysWhoseWordItWas(userId, providerId, name, ofAccount) {
    const { facts } = await must(site, 'GET', `/access/explain?${new URLSearchParams(
        { userId, method: 'GET', path: '/api/v1/users' })}`, { token: root });
    const fact = facts.find((one) => one.fact === name);
    assert.match(fact.text, /, by the rules of a provider\.$/);
    assert.equal(fact.event.providerId, providerId);
    const { account } = await must(site, 'GET', `/users/${userId}/access`, { token: root });
    assert.equal(account[ofAccount].providerId, providerId);
}

test('a role on the platform that rules gave is told of as theirs', async () => {
    const ruled = { sub: 'auditing', email: 'auditing@site.example.com' };
    const { id } = await setRules('liar', () => [{ value: 'audit', platformRole: 'platform_auditor' }]);
    const { user } = (await signInSaying({ ...ruled, groups: ['audit'] })).json;
    await saysWhoseWordItWas(user.id, id, 'platform_role', 'roleSince');
    await must(site, 'PATCH', `/users/${user.id}`, { token: root, body: { role: 'user' } });
    const { account } = await must(site, 'GET', `/users/${user.id}/access`, { token: root });
    assert.equal('providerId' in account.roleSince, false);
    await setRules('liar', () => []);
});

test('who loses the value that is required is switched off, and on again with it', async () => {
    const ruled = { sub: 'required', email: 'required@site.example.com' };
    const { id } = await setRules('liar', () => [], { requiredValue: 'staff' });
    const stranger = await signInSaying({ ...ruled, groups: ['others'] });
    assert.deepEqual([stranger.status, stranger.json.code], [403, 'claim_missing']);
    const open = await signInSaying({ ...ruled, groups: ['staff'] });
    assert.equal(open.status, 200, open.text);
    const many = await signInSaying({ ...ruled, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'x' } } });
    assert.deepEqual([many.status, many.json.code], [403, 'groups_elsewhere']); // which is no word against somebody
    assert.equal(await isOpen(open), true);
    const shut = await signInSaying({ ...ruled, groups: [] });
    assert.deepEqual([shut.status, shut.json.code], [403, 'claim_missing']);
    assert.equal(await isOpen(open), false);
    const people = await must(site, 'GET', '/users', { token: root });
    assert.equal(people.find((person) => person.id === open.json.user.id).isActive, false);
    await saysWhoseWordItWas(open.json.user.id, id, 'active', 'since');
    assert.equal((await signInSaying({ ...ruled, groups: ['staff', 'others'] })).status, 200);
    await setRules('liar', () => []);
});

test('who is in too many groups is told so, and nothing is cut off', async () => {
    const ruled = { sub: 'many', email: 'many@site.example.com' };
    const groups = Array.from({ length: 501 }, (_, at) => `g${at}`);
    const { place } = await setRules('liar', (at) => [{ value: 'g499', workspaceId: at, role: 'viewer' }]);
    const most = await signInSaying({ ...ruled, groups: groups.slice(0, 500) });
    assert.equal(await statusAt(place, most), 200);
    const more = await signInSaying({ ...ruled, groups });
    assert.deepEqual([more.status, more.json.code], [403, 'groups_too_many']);
    assert.equal(await statusAt(place, most), 200);
    await setRules('liar', () => []);
    assert.equal((await signInSaying({ ...ruled, groups })).status, 200); // which nobody asks about
});

test('a program of other people tells groups, where it tells the address', async () => {
    const person = await makePerson(site, root, 'gil', 'user');
    people.gil = { email: person.credentials.email, email_verified: true, groups: ['ops'] };
    const { place } = await setRules('corp', (at) => [{ value: 'ops', workspaceId: at, role: 'member' }]);
    assert.equal(await statusAt(place, await signInAs('gil')), 200);
    people.gil.groups = [];
    assert.equal(await statusAt(place, await signInAs('gil')), 403);
});

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';
let tokens = 0;
const logoutClaims = (more = {}) => ({ iss: liar.issuer, aud: 'fleet', iat: now(), jti: `token ${tokens += 1}`,
    sub: 'subject', events: { [LOGOUT]: {} }, ...more });
const sendLogout = (token, slug = 'liar') => fetch(`${site.url}/api/v1/auth/oidc/${slug}/backchannel-logout`,
    { method: 'POST', body: new URLSearchParams({ logout_token: token }) });
const sendMade = (more, header) => sendLogout(makeToken(liar.key, logoutClaims(more), header));
const isOpen = async (answer) => (await call(site, 'GET', '/api/v1/users/me', { token: answer.json.accessToken })).status === 200;

test('who signs out at the provider is signed out, of that session or of all', async () => {
    const [one, two] = [await signInSaying({ sid: 'one' }), await signInSaying({ sid: 'two' })];
    const done = await sendMade({ sid: 'one', sub: undefined }, { alg: 'RS256', kid: 'first', typ: 'logout+jwt' });
    assert.equal(done.status, 200, await done.text());
    assert.equal(done.headers.get('cache-control'), 'no-store');
    assert.equal(await isOpen(one), false);
    assert.equal(await isOpen(two), true);
    const early = makeToken(liar.key, logoutClaims({ sub: 'not yet' })); // ends nothing, and not later either
    assert.equal((await sendLogout(early)).status, 200);
    const late = await signInSaying({ sub: 'not yet', email: 'not.yet@site.example.com' });
    assert.equal((await (await sendLogout(early)).json()).code, 'logout_token_used');
    assert.equal(await isOpen(late), true);
    assert.equal((await sendMade({ sid: 'one' })).status, 200);
    assert.equal(await isOpen(two), true);
    const token = makeToken(liar.key, logoutClaims());
    assert.equal((await sendLogout(token)).status, 200);
    assert.equal(await isOpen(two), false);
    assert.equal((await (await sendLogout(token)).json()).code, 'logout_token_used');
    const trail = await must(site, 'GET', '/audit-logs?action=auth.sessions.ended', { token: root });
    assert.match(JSON.stringify(trail), /provider_logout/);
});

test('a session that a security key opened after the provider vouched for somebody ends there, too', async () => {
    const keyed = { sub: 'keyed', email: 'keyed@site.example.com' };
    const key = makeSecurityKey(new URL(DASHBOARD).origin);
    const { accessToken: token } = (await signInSaying(keyed)).json;
    const wanted = await must(site, 'POST', '/users/me/security-keys/options', { token });
    await must(site, 'POST', '/users/me/security-keys', { token,
        body: { name: 'Mine', challengeToken: wanted.challengeToken, credential: key.create(wanted.publicKey) } });
    const signInByKey = async (sid) => {
        const { mfaChallengeToken } = (await signInSaying({ ...keyed, sid })).json;
        const asked = await must(site, 'POST', '/auth/mfa/security-key/options',
            { body: { challengeToken: mfaChallengeToken } });
        return call(site, 'POST', '/api/v1/auth/mfa/security-key/verify',
            { body: { challengeToken: asked.challengeToken, credential: key.get(asked.publicKey) } });
    };
    const [one, two] = [await signInByKey('key one'), await signInByKey('key two')];
    assert.equal((await sendMade({ sid: 'key one', sub: undefined })).status, 200);
    assert.equal(await isOpen(one), false);
    assert.equal(await isOpen(two), true);
    assert.equal((await sendMade({ sub: 'keyed' })).status, 200);
    assert.equal(await isOpen(two), false);
});

test('a logout token that is not as it must be ends nothing', async () => {
    const open = await signInSaying({ sid: 'kept' });
    const key = { alg: 'RS256', kid: 'first' };
    const refused = {
        'no algorithm': [{}, { alg: 'none' }],
        'another type': [{}, { ...key, typ: 'at+jwt' }],
        'another issuer': [{ iss: honest.issuer }],
        'another audience': [{ aud: 'other' }],
        'no time': [{ iat: undefined }],
        'the past': [{ iat: now() - 1000 }],
        'the future': [{ iat: now() + 300 }],
        'an end that is past': [{ exp: now() - 300 }],
        'no id': [{ jti: undefined }],
        'no event': [{ events: undefined }],
        'another event': [{ events: { [`${LOGOUT}s`]: {} } }],
        'a nonce': [{ nonce: 'n' }],
        'nobody': [{ sub: undefined }],
    };
    for (const [why, [more, header]] of Object.entries(refused)) {
        const answer = await sendMade(more, header);
        assert.equal(answer.status, 400, `${why}: ${await answer.text()}`);
        assert.equal(answer.headers.get('cache-control'), 'no-store');
    }
    assert.equal((await sendLogout(makeToken(makeKey('first'), logoutClaims()))).status, 400);
    assert.equal((await sendLogout(makeToken(liar.key, logoutClaims()), 'corp')).status, 400);
    assert.equal((await sendLogout(makeToken(liar.key, logoutClaims()), 'none')).status, 400);
    assert.equal((await sendLogout('')).status, 400);
    assert.equal((await call(site, 'POST', '/api/v1/auth/oidc/liar/backchannel-logout',
        { body: { logout_token: makeToken(liar.key, logoutClaims()) } })).status, 415);
    assert.equal(await isOpen(open), true);
});

test('the logout of a program of other people ends the session', async () => {
    const person = await makePerson(site, root, 'cleo', 'user');
    people.cleo = { email: person.credentials.email, email_verified: true };
    const opened = await signInAs('cleo');
    assert.equal(opened.status, 200, opened.text);
    const session = await honest.lastSession;
    const client = await honest.provider.Client.find('fleet');
    await client.backchannelLogout('cleo', session.sidFor('fleet'));
    assert.equal(await isOpen(opened), false);
});

test('a provider that is wrong, elsewhere or endless is not set up, nor waited for', async () => {
    const attempt = (answer, more = {}) => {
        liar.answers['/other'] = () => answer;
        return call(site, 'POST', '/api/v1/auth/providers/test', { token: root,
            body: { issuer: liar.issuer, clientId: 'fleet', discoveryUrl: `${liar.issuer}/other`, ...more } });
    };
    assert.equal((await attempt(liar.document())).json.success, true);
    assert.match((await attempt({ ...liar.document(), issuer: `${liar.issuer}/` })).json.message, /does not match/);
    assert.match((await attempt({ ...liar.document(), token_endpoint: undefined })).json.message, /missing required/);
    assert.match((await attempt({ ...liar.document(), jwks_uri: 'http://169.254.169.254/' })).json.message, /missing required/);
    const unable = /Unable to fetch the OIDC discovery document/;
    assert.match((await attempt({ status: 302, headers: { location: `${liar.issuer}/document` } })).json.message, unable);
    assert.match((await attempt({ raw: (response) => response.end('no JSON') })).json.message, unable);
    const endless = (response) => {
        const more = () => { while (!response.destroyed && response.write(Buffer.alloc(65_536, ' '))); };
        response.on('drain', more);
        more();
    };
    assert.match((await attempt({ raw: endless })).json.message, unable);
    const elsewhere = await attempt({}, { discoveryUrl: 'https://10.0.0.1/' });
    assert.match(elsewhere.json.message, /OUTBOUND_ALLOW/);
});

const stage = () => ({ site, root, liar, honest, people, start, visit, comeBack, makeProvider, signInAs, signInSaying, logoutClaims });

test('keys that change in the middle are asked for once, and unknown ones no more', () => faults.keysChangeInTheMiddle(stage()));

test('keys that cannot be had anew stay', () => faults.keysAreKeptWhereNoneCome(stage()));

test('a provider that stalls is waited for by few, and holds nobody else up', () => faults.aStallIsWaitedForOnce(stage()));

test('an answer that never ends has its time', () => faults.anAnswerThatDripsEnds(stage()));

test('who says too much is cut off', () => faults.whoSaysTooMuchIsCutOff(stage()));

test('a follower has its leader end what a provider vouches for', () => aFollowerPassesCallbacksOn(
    stage(), program, log, { OUTBOUND_ALLOW: '127.0.0.0/8', WEB_APP_URL: DASHBOARD, ...SHARED }));

test('a directory sends people, changes them and takes them away, and reaches nobody else', () =>
    directoryTellsOfItsPeopleAlone(site, root));

test('a directory sends groups, and its rules follow who is in them', () => directoryTellsWhoIsInWhichGroup(site, root));

test('the secret stands nowhere in the clear', async () => {
    const files = (await readdir(site.home, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    for (const file of [...files, `${log}.out`, `${log}.err`]) {
        const content = await readFile(file).catch(() => Buffer.alloc(0)); // of PostgreSQL, gone by now
        assert.ok(!content.includes(SECRET), `${file} holds it`);
    }
});
