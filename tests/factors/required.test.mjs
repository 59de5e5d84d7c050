// Second factors that administrators require: whoever has none is let in to set one up and to nothing else, from the
// rule on, whenever they signed in; a workspace is shut to them by its paths and in every list.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { openStream } from '../sockets/stream.mjs';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';
import { codeOf } from '../support/totp.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const REQUIRED = [403, 'second_factor_required'];
let site, root, secretOfRoot, made = 0;

const ask = (token, method, path, body) => call(site, method, `/api/v1${path}`, { token, body });
const order = (method, path, body) => must(site, method, path, { token: root, body });
const outcome = ({ status, json }) => [status, json?.code];
const require = (secondFactorRequired) => order('PATCH', '/auth/rules', { secondFactorRequired });

async function setUp(token) {
    const { secret } = await must(site, 'POST', '/auth/mfa/setup/initiate', { token });
    await must(site, 'POST', '/auth/mfa/setup/confirm', { token, body: { token: codeOf(secret) } });
    return secret;
}

async function signInByCode(credentials, secret) {
    const { mfaChallengeToken: challengeToken } =
        await must(site, 'POST', '/auth/login', { body: credentials });
    return (await must(site, 'POST', '/auth/mfa/challenge/verify',
        { body: { challengeToken, token: codeOf(secret) } })).accessToken;
}

async function makeWorkspace() {
    const name = `place-${++made}`;
    const { id } = await order('POST', '/workspaces', { name, slug: name });
    const node = await order('POST', `/workspaces/${id}/nodes`,
        { hostname: `${name}-node`, os: 'linux', arch: 'amd64' });
    return { id, node: node.id, place: `/workspaces/${id}` };
}

// An agent in the workspace has said how its machine is.
async function makeSample({ place }) {
    const { installCommand, installId } = await order('POST', `${place}/node-installs`, { nodeName: 'sampled' });
    const [token] = /[\w-]{40,}/.exec(installCommand.replaceAll(installId, ''));
    const agent = await must(site, 'POST', '/node-installs/consume',
        { body: { token, hostname: 'sampled', additionalInfo: { os: 'linux', arch: 'amd64' } } });
    await must(site, 'POST', '/agent/metrics', { body: { nodeId: agent.nodeId, agentToken: agent.agentToken,
        cpuUsage: 1, memoryUsage: 2, diskUsage: 3 } });
    return agent;
}

async function makeMember(workspace, role = 'member') {
    const person = await makePerson(site, root, `person-${++made}`, 'user');
    await order('POST', `${workspace.place}/members`, { userId: person.id, role });
    return person;
}

before(async () => {
    site = await startSite(program, log);
    root = await signIn(site, ADMIN);
    assert.deepEqual(outcome(await ask(root, 'PATCH', '/auth/rules', { secondFactorRequired: true })),
        [409, 'second_factor_first']);
    secretOfRoot = await setUp(root);
    root = await signInByCode({ email: ADMIN.email, password: ADMIN.password }, secretOfRoot);
});
afterEach(() => require(false));
after(() => site?.close());

test('whoever has none is let in to set one up, and to nothing else', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace);
    assert.equal((await ask(person.token, 'GET', workspace.place)).status, 200);
    await require(true);
    const later = await signIn(site, person.credentials);
    for (const token of [person.token, later]) {
        for (const [method, path] of [['GET', workspace.place], ['GET', '/workspaces'], ['GET', '/tasks'],
            ['GET', '/users'], ['POST', '/users/me/api-tokens'], ['POST', '/users/me/password'],
            ['DELETE', '/auth/mfa']])
            assert.deepEqual(outcome(await ask(token, method, path, method === 'GET' ? undefined : {})), REQUIRED, path);
        assert.equal((await ask(token, 'GET', '/users/me')).status, 200);
        assert.equal((await ask(token, 'GET', '/users/me/sessions')).status, 200);
    }
    await must(site, 'POST', '/auth/logout', { token: later, body: {} });
    const secret = await setUp(person.token);
    const token = await signInByCode(person.credentials, secret);
    assert.equal((await ask(token, 'GET', workspace.place)).status, 200);
    assert.deepEqual(outcome(await ask(token, 'DELETE', '/auth/mfa', { token: codeOf(secret, Math.floor(Date.now() / 30_000) + 1) })),
        [409, 'second_factor_needed']);
});

test('a rule that is taken back opens everything at once', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace);
    await require(true);
    assert.deepEqual(outcome(await ask(person.token, 'GET', workspace.place)), REQUIRED);
    await require(false);
    assert.equal((await ask(person.token, 'GET', workspace.place)).status, 200);
    assert.deepEqual(await order('GET', '/auth/rules'), { secondFactorRequired: false });
});

test('only platform admins say so, and only by a session', async () => {
    const person = await makePerson(site, root, `person-${++made}`, 'user');
    assert.equal((await ask(person.token, 'PATCH', '/auth/rules', { secondFactorRequired: true })).status, 403);
    assert.equal((await ask(person.token, 'GET', '/auth/rules')).status, 403);
    assert.equal((await ask(root, 'PATCH', '/auth/rules', {})).status, 400);
    const { token } = await order('POST', '/users/me/api-tokens',
        { name: 'all', scope: 'admin', expiresAt: new Date(Date.now() + 3_600_000) });
    assert.deepEqual(outcome(await ask(token, 'PATCH', '/auth/rules', { secondFactorRequired: false })),
        [403, 'api_token_not_enough']);
});

test('tokens for programs need the factor of their owner, and those of service accounts none', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace);
    const inAnHour = new Date(Date.now() + 3_600_000);
    const { token } = await must(site, 'POST', '/users/me/api-tokens', { token: person.token,
        body: { name: 'mine', scope: 'read', expiresAt: inAnHour } });
    const account = await order('POST', '/service-accounts', { name: 'backup' });
    await order('POST', `${workspace.place}/members`, { userId: account.id, role: 'viewer' });
    const service = await order('POST', `/service-accounts/${account.id}/api-tokens`,
        { name: 'report', scope: 'read', expiresAt: inAnHour });
    const statuses = async () => [outcome(await ask(token, 'GET', workspace.place)),
        (await ask(service.token, 'GET', workspace.place)).status];
    await require(true);
    assert.deepEqual(await statuses(), [REQUIRED, 200]);
    await require(false);
    await order('PATCH', workspace.place, { secondFactorRequired: true });
    assert.deepEqual(await statuses(), [REQUIRED, 200]);
    assert.equal((await ask(service.token, 'GET', '/nodes')).json.length, 1);
});

test('a workspace that requires one is shut to who has none, and shows nothing in lists', async () => {
    const [shut, open] = [await makeWorkspace(), await makeWorkspace()];
    const person = await makeMember(shut, 'admin');
    await order('POST', `${open.place}/members`, { userId: person.id, role: 'member' });
    const changed = await order('PATCH', shut.place, { secondFactorRequired: true });
    assert.equal(changed.secondFactorRequired, true);
    const { token } = person;
    for (const path of [shut.place, `${shut.place}/nodes`, `${shut.place}/events`, `${shut.place}/nodes/${shut.node}`])
        assert.deepEqual(outcome(await ask(token, 'GET', path)), REQUIRED, path);
    assert.deepEqual(outcome(await ask(token, 'PATCH', shut.place, { secondFactorRequired: false })), REQUIRED);
    assert.equal((await ask(token, 'GET', `/nodes/${shut.node}`)).status, 404);
    assert.equal((await ask(token, 'GET', `/nodes/${open.node}`)).status, 200);
    for (const path of ['/nodes', '/events', '/platform-metrics']) {
        const { status, text } = await ask(token, 'GET', path);
        assert.equal(status, 200, path);
        assert.ok(!text.includes(shut.id), `${path} shows what is shut`);
    }
    assert.deepEqual((await ask(token, 'GET', '/nodes')).json.map(({ id }) => id), [open.node]);
    assert.equal((await ask(token, 'GET', '/workspaces')).json.length, 2, 'that there is one is no secret');
    const secret = await setUp(token);
    const again = await signInByCode(person.credentials, secret);
    assert.equal((await ask(again, 'GET', shut.place)).status, 200);
    assert.equal((await ask(again, 'GET', '/nodes')).json.length, 2);
});

test('a platform admin without one sees nothing of it in lists over all workspaces', async () => {
    const [shut, open] = [await makeWorkspace(), await makeWorkspace()];
    const admin = await makePerson(site, root, `person-${++made}`, 'platform_admin');
    const { token } = admin;
    const shown = async (by, path) => JSON.stringify(await must(site, 'GET', path, { token: by }));
    assert.ok((await shown(token, '/nodes')).includes(shut.id));
    const agent = await makeSample(shut);
    assert.ok((await shown(token, '/platform-metrics')).includes(agent.nodeId));
    await order('PATCH', shut.place, { secondFactorRequired: true });
    for (const path of ['/nodes', '/nodes?search=node', '/tasks', '/events', '/platform-metrics'])
        assert.doesNotMatch(await shown(token, path), new RegExp(`${shut.id}|${agent.nodeId}`), path);
    assert.ok((await shown(root, '/nodes')).includes(shut.id));
    assert.ok((await shown(token, '/nodes')).includes(open.id));
    assert.equal((await ask(token, 'GET', `/nodes/${shut.node}`)).status, 404);
    assert.equal((await ask(token, 'GET', `/nodes/${open.node}`)).status, 200);
    assert.ok((await shown(token, '/workspaces')).includes(shut.id), 'that there is one is no secret');
    const again = await signInByCode(admin.credentials, await setUp(token));
    assert.ok((await shown(again, '/nodes')).includes(shut.id));
});

test('strangers of a workspace are told that they are none, and nothing of its rule', async () => {
    const workspace = await makeWorkspace();
    await order('PATCH', workspace.place, { secondFactorRequired: true });
    const person = await makePerson(site, root, `person-${++made}`, 'user');
    assert.deepEqual(outcome(await ask(person.token, 'GET', workspace.place)), [403, 'not_a_member']);
});

test('what is followed ends as soon as it is required', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace);
    const follow = (path) => openStream(site, path, { token: person.token });
    const inside = await follow(`${workspace.place}/changes`);
    await order('PATCH', workspace.place, { secondFactorRequired: true });
    await inside.ended;
    const outside = await follow('/changes');
    await require(true);
    await outside.ended;
});

test('the trail says who required it', async () => {
    await require(true);
    const trail = await order('GET', '/audit-logs?action=auth.sign-in-rules.updated');
    assert.equal(trail[0].actorEmailSnapshot, ADMIN.email);
    assert.deepEqual(trail[0].metadata, { secondFactorRequired: true });
});
