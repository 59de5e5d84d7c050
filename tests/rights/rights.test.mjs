// Rights after a change: somebody reads so often that every loop knows them, then loses or gains
// something, then reads again at once. Whoever lost it gets nothing of it from that answer on, by a
// path, in a list, or as an answer confirmed by its tag.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { call, must, signIn, startSite, until } from '../support/site.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const LOOPS = 4;
const READS = 3 * LOOPS; // connections go to loops in turn
const ADMIN = { email: 'root@site.example.com', password: 'Site-Passw0rd!' };
let site, root;
let made = 0;

before(async () => {
    site = await startSite(program, log, { FLEETLEDGER_LOOPS: String(LOOPS) });
    root = await signIn(site, ADMIN);
});
after(() => site?.close());

const ask = (who, method, path, options = {}) =>
    call(site, method, `/api/v1${path}`, { token: who.token, ...options });
const order = (method, path, body) => must(site, method, path, { token: root, body });

// Asked again and again, each on a connection of its own; all answers are the same.
async function statusOf(who, method, path, options = {}) {
    const headers = { connection: 'close', ...options.headers };
    const answers = await Promise.all(Array.from({ length: READS },
        () => ask(who, method, path, { ...options, headers })));
    const statuses = [...new Set(answers.map((answer) => answer.status))];
    assert.equal(statuses.length, 1, `${method} ${path} answers ${statuses}`);
    return statuses[0];
}

// A workspace with a node and a queued task in it.
async function makeWorkspace() {
    const name = `place-${++made}`;
    const { id } = await order('POST', '/workspaces', { name, slug: name });
    const place = `/workspaces/${id}`;
    const node = await order('POST', `${place}/nodes`,
        { hostname: `${name}-node`, os: 'linux', arch: 'amd64' });
    const task = await order('POST', `${place}/tasks`,
        { nodeId: node.id, type: 'shell.exec', payload: { command: 'true' } });
    return { id, name, place, node: node.id, task: task.id };
}

async function makeMember(workspace, role) {
    const person = await makePerson(site, root, `person-${++made}`, 'user');
    const membership = await order('POST', `${workspace.place}/members`,
        { userId: person.id, role });
    return { ...person, membership: membership.id };
}

const inside = ({ place, node, task }) => [
    place, `${place}/nodes`, `${place}/tasks`, `${place}/events`, `${place}/members`,
    `${place}/teams`, `${place}/metrics`, `${place}/nodes/${node}`, `${place}/tasks/${task}`,
    `${place}/tasks/${task}/logs`];
const OWN_LISTS = ['/workspaces', '/events', '/nodes', '/tasks', '/platform-metrics'];

async function expectInside(who, workspace) {
    for (const path of inside(workspace))
        assert.equal(await statusOf(who, 'GET', path), 200, path);
    assert.ok(await seesAny(who, workspace), 'the lists show the workspace');
}

async function seesAny(who, workspace) {
    let sees = false;
    for (const path of OWN_LISTS) {
        const answer = await ask(who, 'GET', path);
        assert.equal(answer.status, 200, path);
        sees ||= answer.text.includes(workspace.id);
    }
    return sees;
}

async function expectOutside(who, workspace) {
    for (const path of inside(workspace))
        assert.ok([403, 404].includes(await statusOf(who, 'GET', path)), path);
    assert.ok(!await seesAny(who, workspace), 'no list shows the workspace');
}

// Nothing that belongs to a session is answered any more.
async function expectSignedOut(who, workspace) {
    for (const path of [...inside(workspace), ...OWN_LISTS.slice(0, 2), '/users/me'])
        assert.equal(await statusOf(who, 'GET', path), 401, path);
    assert.equal(await statusOf(who, 'PATCH', '/users/me/preferences', { body: {} }), 401);
}

test('whoever was removed from a workspace sees nothing of it', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'member');
    const known = await fetch(`${site.url}/api/v1${workspace.place}`,
        { headers: { authorization: `Bearer ${person.token}` } });
    await expectInside(person, workspace);
    await order('DELETE', `${workspace.place}/members/${person.membership}`);
    await expectOutside(person, workspace);
    assert.equal(await statusOf(person, 'GET', workspace.place,
        { headers: { 'if-none-match': known.headers.get('etag') } }), 403);
});

test('whoever was added sees it, though they were refused before', async () => {
    const workspace = await makeWorkspace();
    const person = await makePerson(site, root, `person-${++made}`, 'user');
    await expectOutside(person, workspace);
    await order('POST', `${workspace.place}/members`, { userId: person.id, role: 'viewer' });
    await expectInside(person, workspace);
});

test('a role that was lowered allows no change any more, and one that was raised does', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'admin');
    const change = () => statusOf(person, 'PATCH', workspace.place, { body: { name: 'Renamed' } });
    const create = () => statusOf(person, 'POST', `${workspace.place}/tasks`, { body: {} });
    const become = (role) => order('PATCH', `${workspace.place}/members/${person.membership}`, { role });
    assert.equal(await change(), 200);
    assert.equal(await create(), 400);
    await become('member');
    assert.equal(await change(), 403);
    assert.equal(await create(), 403);
    await become('viewer');
    await expectInside(person, workspace);
    await become('admin');
    assert.equal(await change(), 200);
});

test('the role that a workspace is shown with is confirmed by no tag once it is another', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'owner');
    const read = (tag) => fetch(`${site.url}/api/v1${workspace.place}`, { headers: {
        authorization: `Bearer ${person.token}`, ...(tag && { 'if-none-match': tag }) } });
    const first = await read();
    assert.equal((await first.json()).currentUserRole, 'owner');
    assert.equal((await read(first.headers.get('etag'))).status, 304);
    await order('PATCH', `${workspace.place}/members/${person.membership}`, { role: 'viewer' });
    const second = await read(first.headers.get('etag'));
    assert.equal(second.status, 200);
    assert.equal((await second.json()).currentUserRole, 'viewer');
});

test('whoever was deactivated is signed out', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'owner');
    await expectInside(person, workspace);
    await order('PATCH', `/users/${person.id}`, { isActive: false });
    await expectSignedOut(person, workspace);
    await order('PATCH', `/users/${person.id}`, { isActive: true });
    await expectSignedOut(person, workspace);
    await expectInside({ token: await signIn(site, person.credentials) }, workspace);
});

test('a platform admin who is one no longer sees what members see', async () => {
    const workspace = await makeWorkspace();
    const person = await makePerson(site, root, `person-${++made}`, 'platform_admin');
    await expectInside(person, workspace);
    assert.equal(await statusOf(person, 'GET', '/users'), 200);
    await order('PATCH', `/users/${person.id}`, { role: 'user' });
    await expectSignedOut(person, workspace);
    const again = { token: await signIn(site, person.credentials) };
    await expectOutside(again, workspace);
    for (const path of ['/users', '/audit-logs'])
        assert.equal(await statusOf(again, 'GET', path), 403, path);
});

test('an auditor changes nothing, whatever they are in a workspace', async () => {
    const workspace = await makeWorkspace();
    const auditor = await makePerson(site, root, `person-${++made}`, 'platform_auditor');
    await order('POST', `${workspace.place}/members`, { userId: auditor.id, role: 'owner' });
    await expectInside(auditor, workspace);
    for (const path of ['/timeline', '/audit-logs', `${workspace.place}/timeline`])
        assert.equal(await statusOf(auditor, 'GET', path), 200, path);
    const changes = [
        ['PATCH', workspace.place], ['POST', `${workspace.place}/tasks`], ['POST', '/workspaces'],
        ['DELETE', `${workspace.place}/nodes/${workspace.node}`], ['POST', '/users'],
        ['GET', `/nodes/${workspace.node}/packages`]];
    for (const [method, path] of changes)
        assert.equal(await statusOf(auditor, method, path), 403, path);
    assert.equal(await statusOf(auditor, 'PATCH', '/users/me/preferences', { body: {} }), 200);
});

test('a new password ends the sessions of the old one', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'member');
    const newPassword = 'Another-Passw0rd!';
    await expectInside(person, workspace);
    const { email, password } = person.credentials;
    assert.equal((await ask(person, 'POST', '/users/me/password',
        { body: { currentPassword: password, newPassword } })).status, 200);
    await expectSignedOut(person, workspace);
    assert.equal((await ask({}, 'POST', '/auth/login', { body: { email, password } })).status, 401);
    await expectInside({ token: await signIn(site, { email, password: newPassword }) }, workspace);
});

test('a password that was reset by mail ends the sessions of the old one', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'member');
    const { email } = person.credentials;
    const mailed = () => site.sink.letters.filter((letter) => letter.to.includes(email))
        .map((letter) => /reset[\w/-]*\/([\w-]{20,})/.exec(letter.text)?.[1]).find((token) => token);
    await expectInside(person, workspace);
    await must(site, 'POST', '/auth/password/forgot', { body: { email } });
    const token = await until(`the reset of ${email}`, mailed);
    await must(site, 'POST', `/auth/password/reset/${token}`, { body: { password: 'New-Passw0rd!' } });
    await expectSignedOut(person, workspace);
});

const begin = ({ email, password }) =>
    must(site, 'POST', '/auth/login', { body: { email, password, refresh: true } });

test('a session that was ended is out at once, and the others go on', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'member');
    const [one, other, third] = [await begin(person.credentials), await begin(person.credentials), await begin(person.credentials)]
        .map(({ accessToken }) => ({ token: accessToken }));
    await expectInside(one, workspace);
    const listed = JSON.parse((await ask(one, 'GET', '/users/me/sessions')).text);
    assert.equal(listed.length, 4);
    assert.deepEqual(listed.map(({ isCurrent }) => isCurrent), [false, false, true, false]);
    assert.deepEqual(Object.keys(listed[0]).sort(), ['createdAt', 'endsAt', 'expiresAt', 'id', 'ipAddress', 'isCurrent',
        'lastUsedAt', 'method', 'userAgent', 'userId']);
    assert.equal(listed[0].ipAddress, '127.0.0.1');
    assert.equal((await ask(other, 'DELETE', `/users/me/sessions/${listed[2].id}`)).status, 200);
    await expectSignedOut(one, workspace);
    await expectInside(other, workspace);
    assert.equal((await ask(other, 'POST', '/auth/logout')).status, 200);
    await expectSignedOut(other, workspace);
    assert.equal((await ask(third, 'DELETE', '/users/me/sessions')).status, 200);
    await expectSignedOut(person, workspace);
    await expectInside(third, workspace);
    const { body } = { body: await must(site, 'GET', `/users/${person.id}/sessions`, { token: root }) };
    assert.equal(body.length, 1);
    assert.equal((await ask(third, 'GET', `/users/${person.id}/sessions`)).status, 403);
    await order('DELETE', `/users/${person.id}/sessions/${body[0].id}`);
    await expectSignedOut(third, workspace);
});

test('a refresh token is good once, however many come with it; what comes twice ends the session', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'member');
    const begun = await begin(person.credentials);
    const refresh = (refreshToken) => ask({}, 'POST', '/auth/refresh', { body: { refreshToken } });
    const next = JSON.parse((await refresh(begun.refreshToken)).text);
    assert.deepEqual(Object.keys(next).sort(), ['accessToken', 'expiresIn', 'redirectPath', 'refreshToken', 'user']);
    await expectInside({ token: next.accessToken }, workspace);
    const forged = next.refreshToken.replace(/\.2\./, '.3.');
    assert.equal((await refresh(forged)).status, 401);
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(next.refreshToken)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 401, 401, 401, 401, 401, 401, 401]);
    await expectSignedOut({ token: next.accessToken }, workspace);
    const last = JSON.parse(answers.find(({ status }) => status === 200).text);
    assert.equal((await refresh(last.refreshToken)).status, 401);
    assert.match((await must(site, 'GET', '/audit-logs?limit=100', { token: root }).then(JSON.stringify)),
        /refresh_token_used_twice/);
});

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const codeOf = (answer) => [answer.status, JSON.parse(answer.text).code];
const tokenOf = async (who, body) => {
    const answer = await ask(who, 'POST', '/users/me/api-tokens', { body: { name: 'a program', expiresAt: inDays(1), ...body } });
    assert.equal(answer.status, 201, answer.text);
    const made = JSON.parse(answer.text);
    assert.match(made.token, /^flt_[\w-]{43}[0-9a-f]{8}$/);
    return { ...made };
};

test('a token opens what its scope and its owner open, and no more', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'admin');
    const [reads, works, rules] = [await tokenOf(person, { scope: 'read' }), await tokenOf(person, { scope: 'work' }),
        await tokenOf(person, { scope: 'admin' })];
    for (const one of [reads, works, rules])
        await expectInside(one, workspace);
    const makes = (who) => ask(who, 'POST', `${workspace.place}/tasks`,
        { body: { nodeId: workspace.node, type: 'shell.exec', payload: { command: 'true' } } });
    const prefers = (who) => ask(who, 'PATCH', '/users/me/preferences', { body: { timezone: 'UTC' } });
    assert.deepEqual(codeOf(await prefers(reads)), [403, 'api_token_scope']);
    assert.equal((await prefers(works)).status, 200);
    assert.deepEqual(codeOf(await makes(works)), [403, 'api_token_scope']);
    assert.equal((await makes(rules)).status, 201);
    assert.equal((await ask(rules, 'GET', '/users')).status, 403, 'its owner is no platform admin');
    for (const [method, path] of [['POST', '/users/me/api-tokens'], ['POST', '/users/me/password'], ['POST', '/auth/mfa/setup/initiate'],
        ['POST', '/auth/logout'], ['DELETE', '/users/me/sessions']])
        assert.deepEqual(codeOf(await ask(rules, method, path, method === 'POST' ? { body: {} } : {})), [403, 'api_token_not_enough'], path);
    await order('PATCH', `${workspace.place}/members/${person.membership}`, { role: 'viewer' });
    assert.equal((await makes(rules)).status, 403, 'its owner may no more');
});

test('what a person does is on record with the session or the token that they did it by', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'admin');
    const program = await tokenOf(person, { scope: 'admin' });
    const [session] = JSON.parse((await ask(person, 'GET', '/users/me/sessions')).text);
    for (const [who, id] of [[person, session.id], [program, program.id]]) {
        const made = await ask(who, 'POST', `${workspace.place}/tasks`,
            { body: { nodeId: workspace.node, type: 'shell.exec', payload: { command: 'true' } } });
        assert.equal(made.status, 201, made.text);
        const { events } = await must(site, 'GET', `/timeline?type=task.created&entity=${JSON.parse(made.text).id}`, { token: root });
        assert.deepEqual(events.map(({ actor }) => [actor.id, actor.session]), [[person.id, id]]);
    }
});

test('a token for one workspace or network opens no other, and one that has ended none', async () => {
    const [here, there] = [await makeWorkspace(), await makeWorkspace()];
    const person = await makeMember(here, 'member');
    await order('POST', `${there.place}/members`, { userId: person.id, role: 'member' });
    const some = await tokenOf(person, { scope: 'work', workspaceIds: [here.id] });
    assert.equal(await statusOf(some, 'GET', here.place), 200);
    assert.deepEqual(codeOf(await ask(some, 'GET', there.place)), [403, 'api_token_workspace']);
    assert.deepEqual(codeOf(await ask(some, 'GET', '/workspaces')), [403, 'api_token_workspace']);
    const away = await tokenOf(person, { scope: 'read', networks: '192.0.2.0/24' });
    assert.deepEqual(codeOf(await ask(away, 'GET', here.place)), [403, 'api_token_elsewhere']);
    const near = await tokenOf(person, { scope: 'read', networks: '10.0.0.0/8, 127.0.0.0/8' });
    assert.equal(await statusOf(near, 'GET', here.place), 200);
    const bad = await ask(person, 'POST', '/users/me/api-tokens',
        { body: { name: 'x', scope: 'read', expiresAt: inDays(1), networks: 'near' } });
    assert.equal(bad.status, 400);
    const listed = JSON.parse((await ask(person, 'GET', '/users/me/api-tokens')).text);
    assert.equal(listed.length, 3);
    assert.ok(listed.find(({ id }) => id === near.id).lastUsedAt, 'used within the hour');
    assert.equal(listed.find(({ id }) => id === away.id).lastUsedAt, null);
    assert.ok(!JSON.stringify(listed).includes(near.token.slice(4, 40)));
    assert.equal((await ask(person, 'DELETE', `/users/me/api-tokens/${near.id}`)).status, 200);
    await expectSignedOut(near, here);
    await order('DELETE', `/users/${person.id}/api-tokens/${some.id}`);
    assert.equal(await statusOf(some, 'GET', here.place), 401);
    assert.equal((await ask({ token: `${away.token.slice(0, -1)}x` }, 'GET', here.place)).status, 401);
});

test('a service account acts by its tokens, and outlives whoever made it', async () => {
    const workspace = await makeWorkspace();
    const maker = await makePerson(site, root, `person-${++made}`, 'platform_admin');
    const post = async (path, body) => {
        const answer = await ask(maker, 'POST', path, { body });
        assert.equal(answer.status, 201, answer.text);
        return JSON.parse(answer.text);
    };
    const account = await post('/service-accounts', { name: 'nightly report' });
    assert.deepEqual([account.kind, account.isActive, account.email], ['service_account', true, `${account.id}@service.invalid`]);
    const program = await post(`/service-accounts/${account.id}/api-tokens`, { name: 'report', scope: 'read', expiresAt: inDays(1) });
    await expectOutside(program, workspace);
    await post(`${workspace.place}/members`, { userId: account.id, role: 'viewer' });
    await order('DELETE', `/users/${maker.id}`);
    await expectInside(program, workspace);
    const listed = await must(site, 'GET', '/service-accounts', { token: root });
    assert.deepEqual(listed.map(({ id }) => id), [account.id]);
    await order('PATCH', `/users/${account.id}`, { isActive: false });
    await expectSignedOut(program, workspace);
});

test('whoever was deleted is signed out', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'viewer');
    await expectInside(person, workspace);
    await order('DELETE', `${workspace.place}/members/${person.membership}`);
    await order('DELETE', `/users/${person.id}`);
    await expectSignedOut(person, workspace);
});

test('a workspace that was deleted is gone for its members', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'owner');
    await expectInside(person, workspace);
    await order('DELETE', workspace.place);
    await expectOutside(person, workspace);
});

test('admins find people of other tenants by their whole address only', async () => {
    const [workspace, other] = [await makeWorkspace(), await makeWorkspace()];
    const admin = await makeMember(workspace, 'admin');
    const [known, stranger] = [await makeMember(other, 'viewer'), await makeMember(other, 'viewer')];
    const list = async (query) => (await must(site, 'GET',
        `${workspace.place}/assignable-users${query}`, { token: admin.token })).map(({ id }) => id);
    const find = ({ credentials: { email } }) => list(`?email=${encodeURIComponent(email)}`);
    assert.deepEqual(await list(''), []);
    assert.deepEqual(await find(stranger), [stranger.id]);
    assert.deepEqual(await find({ credentials: { email: 'person@site.example.com' } }), []);
    const shared = await makeWorkspace();
    for (const { id } of [admin, known])
        await order('POST', `${shared.place}/members`, { userId: id, role: 'viewer' });
    assert.deepEqual(await list(''), [known.id]);
    const all = await order('GET', `${workspace.place}/assignable-users`);
    assert.ok([known, stranger].every(({ id }) => all.some((person) => person.id === id)));
});

test('the token of a bot is shown to those who may set it only, and goes when it is cleared', async () => {
    const workspace = await makeWorkspace();
    const shown = async (who) => {
        const one = await must(site, 'GET', workspace.place, { token: who.token });
        const [listed] = (await must(site, 'GET', '/workspaces', { token: who.token }))
            .filter(({ id }) => id === workspace.id);
        assert.equal(listed.automationTelegramBotToken, one.automationTelegramBotToken);
        return one.automationTelegramBotToken;
    };
    const set = async (token) => assert.equal((await order('PATCH', workspace.place,
        { automationTelegramBotToken: token })).automationTelegramBotToken, token);
    const person = await makeMember(workspace, 'owner');
    assert.equal(await shown(person), null);
    await set('123:a-bot');
    for (const [role, token] of [['admin', '123:a-bot'], ['member', null], ['viewer', null]]) {
        await order('PATCH', `${workspace.place}/members/${person.membership}`, { role });
        assert.equal(await shown(person), token, role);
    }
    assert.equal(await shown({ token: root }), '123:a-bot');
    await set(null);
    assert.equal(await shown({ token: root }), null);
});

test('a workspace that was archived is read and no longer changed', async () => {
    const workspace = await makeWorkspace();
    const person = await makeMember(workspace, 'owner');
    const create = () => statusOf(person, 'POST', `${workspace.place}/teams`, { body: {} });
    assert.equal(await create(), 400);
    await order('PATCH', workspace.place, { isArchived: true });
    assert.equal((await ask(person, 'POST', `${workspace.place}/teams`,
        { body: { name: 'Core' } })).status, 409);
    await expectInside(person, workspace);
});
