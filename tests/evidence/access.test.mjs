// Why somebody may make a call, or may not, and what they may reach: now and at any moment, with the events that say so.
// That the word is the server's own, of every route and everybody, tests/permissions sees.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, signIn, startSite } from '../support/site.mjs';
import { codeOf } from '../support/totp.mjs';

const NOBODY = '01900000-0000-7000-8000-000000000001';
let site, root, admin, workspace, other;
let made = 0;

// What was answered, and the position of the event that it made.
async function order(method, path, body, token = root) {
    const answer = await fetch(`${site.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return { position: Number(answer.headers.get('ledger-position')), json: text && JSON.parse(text) };
}

const read = (path, token = root) => call(site, 'GET', `/api/v1${path}`, { token });
const person = () => makePerson(site, root, `somebody-${++made}`, 'user');
const query = (asked) => new URLSearchParams(asked).toString();
const explain = async (who, method, path, more = {}) =>
    (await read(`/access/explain?${query({ userId: who.id, method, path: `/api/v1${path}`, ...more })}`)).json;
const factOf = (explanation, name) => explanation.facts.find(({ fact }) => fact === name);

async function refused(answer, status, code, field) {
    const { status: actual, json } = await answer;
    assert.deepEqual([actual, json?.code, json?.details?.field], [status, code, field], JSON.stringify(json));
}

async function makeMember(role) {
    const who = await person();
    const { json, position } = await order('POST', `/workspaces/${workspace}/members`, { userId: who.id, role });
    return { ...who, membership: json.id, joined: position };
}

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
    root = await signIn(site, ADMIN);
    admin = (await read('/users/me')).json;
    workspace = (await order('POST', '/workspaces', { name: 'Ward', slug: 'ward' })).json.id;
    other = (await order('POST', '/workspaces', { name: 'Other', slug: 'other' })).json.id;
});
after(() => site?.close());

test('a role is named with the event that gave it, and before that with what was', async () => {
    const who = await makeMember('viewer');
    const raised = (await order('PATCH', `/workspaces/${workspace}/members/${who.membership}`, { role: 'admin' })).position;
    const removed = (await order('DELETE', `/workspaces/${workspace}/members/${who.membership}`)).position;
    const path = `/workspaces/${workspace}`;
    const at = async (moment) => {
        const explanation = await explain(who, 'PATCH', path, moment === undefined ? {} : { at: moment });
        const { isMet, value, event, remedy } = factOf(explanation, 'membership');
        return { allowed: explanation.allowed, code: explanation.refusal?.code, isMet, value, position: event?.position, remedy };
    };
    const asAdmin = 'An owner or admin of the workspace makes them admin.';
    assert.deepEqual(await at(who.joined - 1),
        { allowed: false, code: 'not_a_member', isMet: false, value: null, position: undefined, remedy: asAdmin });
    assert.deepEqual(await at(who.joined),
        { allowed: false, code: 'forbidden', isMet: false, value: 'viewer', position: who.joined, remedy: asAdmin });
    assert.deepEqual(await at(raised),
        { allowed: true, code: undefined, isMet: true, value: 'admin', position: raised, remedy: null });
    assert.deepEqual(await at(undefined),
        { allowed: false, code: 'not_a_member', isMet: false, value: null, position: removed, remedy: asAdmin });
    const { event } = factOf(await explain(who, 'PATCH', path, { at: raised }), 'membership');
    const onRecord = (await read(`/events/${raised}`)).json;
    assert.equal(event.eventId, onRecord.eventId);
    assert.equal(event.type, 'workspace.member_role_changed');
    assert.equal(event.recordedAt, onRecord.recordedAt);
    assert.equal(event.actor.id, admin.id);
});

test('whoever comes again is a member by the newest event', async () => {
    const who = await makeMember('admin');
    await order('DELETE', `/workspaces/${workspace}/members/${who.membership}`);
    const again = await order('POST', `/workspaces/${workspace}/members`, { userId: who.id, role: 'viewer' });
    const { value, event } = factOf(await explain(who, 'GET', `/workspaces/${workspace}`), 'membership');
    assert.deepEqual([value, event.position], ['viewer', again.position]);
});

test('an account that is switched off opens nothing, by the event that did it', async () => {
    const who = await person();
    const { position } = await order('PATCH', `/users/${who.id}`, { isActive: false });
    const explanation = await explain(who, 'GET', '/users/me');
    assert.equal(explanation.allowed, false);
    assert.deepEqual([explanation.refusal.status, explanation.refusal.code], [401, 'session_ended']);
    const { isMet, effect, value, event } = factOf(explanation, 'active');
    assert.deepEqual([isMet, effect, value], [false, 'required', 'inactive']);
    assert.ok(event.position <= position && event.type === 'identity.user_updated');
    assert.equal((await explain(who, 'GET', '/users/me', { at: event.position - 1 })).allowed, true);
});

test('what the platform asks for is required, and what a workspace asks for helps', async () => {
    const who = await makeMember('viewer');
    const platform = await explain(who, 'POST', '/workspaces');
    assert.equal(platform.rule, 'Platform admins may call it.');
    assert.equal(platform.route, '/api/v1/workspaces');
    assert.equal(factOf(platform, 'platform_role').effect, 'required');
    assert.match(factOf(platform, 'platform_role').remedy, /makes them platform_admin/);
    const inside = await explain(who, 'GET', `/workspaces/${workspace}`);
    assert.equal(inside.allowed, true);
    assert.equal(factOf(inside, 'platform_role').effect, 'helps');
    assert.deepEqual([factOf(inside, 'membership').effect, factOf(inside, 'membership').isMet], ['helps', true]);
    const anyone = await explain(who, 'POST', '/auth/login');
    assert.ok(anyone.allowed && anyone.facts.every(({ effect }) => effect === 'none'), JSON.stringify(anyone.facts));
});

test('an auditor is told that auditors change nothing', async () => {
    const who = await makeMember('owner');
    await order('PATCH', `/users/${who.id}`, { role: 'platform_auditor' });
    const explanation = await explain(who, 'PATCH', `/workspaces/${workspace}`);
    const role = factOf(explanation, 'platform_role');
    assert.deepEqual([explanation.allowed, role.effect, role.isMet], [false, 'required', false]);
    assert.match(role.remedy, /makes them user/);
    assert.equal((await explain(who, 'GET', `/workspaces/${workspace}`)).allowed, true);
});

test('what an API token lacks is told, and a token of somebody else is none', async () => {
    const account = (await order('POST', '/service-accounts', { name: 'nightly' })).json;
    await order('POST', `/workspaces/${workspace}/members`, { userId: account.id, role: 'owner' });
    const expiresAt = new Date(Date.now() + 86400e3).toISOString();
    const token = await order('POST', `/service-accounts/${account.id}/api-tokens`,
        { name: 'report', scope: 'read', expiresAt, workspaceIds: [workspace] });
    const apiTokenId = token.json.id;
    const by = (method, path, more) => explain(account, method, path, { apiTokenId, ...more });
    assert.equal((await by('GET', `/workspaces/${workspace}`)).allowed, true);
    const change = await by('PATCH', `/workspaces/${workspace}`);
    assert.deepEqual([change.allowed, change.refusal.code], [false, 'api_token_scope']);
    assert.equal(factOf(change, 'token_scope').remedy, 'A token with the scope admin is made.');
    assert.equal(factOf(change, 'token_scope').event.position, token.position);
    const outside = await by('GET', '/users/me');
    assert.equal(factOf(await by('POST', '/workspaces'), 'platform_role').remedy, null); // such an account has no other role
    assert.deepEqual([outside.refusal.code, factOf(outside, 'token_workspaces').isMet], ['api_token_workspace', false]);
    assert.equal((await call(site, 'GET', '/api/v1/users/me', { token: token.json.token })).json.code, 'api_token_workspace');
    const never = await by('POST', '/users/me/api-tokens');
    assert.equal(never.refusal.code, 'api_token_not_enough');
    const ended = await order('DELETE', `/users/${account.id}/api-tokens/${apiTokenId}`);
    const late = await by('GET', `/workspaces/${workspace}`);
    assert.deepEqual([late.refusal.code, factOf(late, 'token').event.position], ['session_ended', ended.position]);
    assert.equal((await by('GET', `/workspaces/${workspace}`, { at: token.position })).allowed, true);
    await refused(read(`/access/explain?${query({ userId: admin.id, method: 'GET', path: '/api/v1/users/me', apiTokenId })}`),
        404, 'entity_not_found', 'apiTokenId');
});

// Who requires one has one: the admin signs in by a code from here on.
async function giveRootFactor() {
    const { secret } = (await order('POST', '/auth/mfa/setup/initiate')).json;
    await order('POST', '/auth/mfa/setup/confirm', { token: codeOf(secret) });
    const { mfaChallengeToken: challengeToken } = (await order('POST', '/auth/login',
        { email: ADMIN.email, password: ADMIN.password })).json;
    root = (await order('POST', '/auth/mfa/challenge/verify', { challengeToken, token: codeOf(secret) })).json.accessToken;
}

test('whoever lacks a second factor that is required is told so, with the event that requires it', async () => {
    await giveRootFactor();
    const place = `/workspaces/${(await order('POST', '/workspaces', { name: 'Vault', slug: 'vault' })).json.id}`;
    const who = await person();
    await order('POST', `${place}/members`, { userId: who.id, role: 'viewer' });
    const shut = (await order('PATCH', place, { secondFactorRequired: true })).position;
    const here = await explain(who, 'GET', place);
    const { isMet, effect, event } = factOf(here, 'second_factor');
    assert.deepEqual([here.allowed, here.refusal.code, isMet, effect, event.position],
        [false, 'second_factor_required', false, 'required', shut]);
    assert.equal((await read(place, who.token)).json.code, 'second_factor_required');
    assert.equal((await explain(who, 'GET', place, { at: shut - 1 })).allowed, true);
    assert.equal(factOf(await explain(who, 'GET', '/workspaces'), 'second_factor').effect, 'none');
    const everywhere = (await order('PATCH', '/auth/rules', { secondFactorRequired: true })).position;
    const all = await explain(who, 'GET', '/workspaces');
    assert.deepEqual([all.refusal.code, factOf(all, 'second_factor').event.position], ['second_factor_required', everywhere]);
    assert.equal((await read('/workspaces', who.token)).json.code, 'second_factor_required');
    assert.equal((await explain(who, 'GET', '/users/me')).allowed, true); // where one is set up
    const own = factOf(await explain(admin, 'GET', '/workspaces'), 'second_factor');
    assert.deepEqual([own.isMet, own.effect, own.event.type], [true, 'required', 'identity.factor_enabled']);
    await order('PATCH', '/auth/rules', { secondFactorRequired: false });
    assert.equal((await explain(who, 'GET', '/workspaces')).allowed, true);
});

test('that a workspace is archived is told with the event, and lets in whoever it did', async () => {
    const place = (await order('POST', '/workspaces', { name: 'Attic', slug: 'attic' })).json.id;
    const { position } = await order('PATCH', `/workspaces/${place}`, { isArchived: true });
    const change = await explain(admin, 'POST', `/workspaces/${place}/teams`);
    const { isMet, effect, event } = factOf(change, 'not_archived');
    assert.deepEqual([change.allowed, isMet, effect, event.position], [true, false, 'may_refuse', position]);
    assert.equal(factOf(await explain(admin, 'POST', `/workspaces/${place}/teams`, { at: position - 1 }), 'not_archived').isMet, true);
});

test('admins of a workspace ask about its members and its paths, and about nothing else', async () => {
    const chief = await makeMember('admin');
    const who = await makeMember('viewer');
    const stranger = await person();
    const ask = (userId, path, token = chief.token) => read(
        `/workspaces/${workspace}/access/explain?${query({ userId, method: 'PATCH', path: `/api/v1${path}` })}`, token);
    const { json } = await ask(who.id, `/workspaces/${workspace}`);
    assert.equal(json.allowed, false);
    assert.equal(factOf(json, 'membership').event.position, who.joined);
    for (const fact of ['account', 'active', 'platform_role']) // events of the platform are not theirs
        assert.equal(factOf(json, fact).event, null, fact);
    assert.equal(factOf(json, 'second_factor'), undefined);
    await refused(ask(stranger.id, `/workspaces/${workspace}`), 404, 'entity_not_found', 'userId');
    await refused(ask(who.id, `/workspaces/${other}`), 400, 'validation_failed', 'path');
    await refused(ask(who.id, '/users/me'), 400, 'validation_failed', 'path');
    await refused(ask(who.id, `/workspaces/${workspace}`, who.token), 403, 'forbidden');
    await refused(ask(who.id, `/workspaces/${workspace}`, stranger.token), 403, 'not_a_member');
    await refused(read(`/access/explain?${query({ userId: who.id, method: 'GET', path: '/api/v1/users' })}`, chief.token), 403, 'forbidden');
    await refused(read(`/users/${who.id}/access`, chief.token), 403, 'forbidden');
});

test('everybody asks about themselves, and learns nothing of workspaces of others', async () => {
    const who = await person();
    const ask = (method, path) => read(`/users/me/access/explain?${query({ method, path: `/api/v1${path}` })}`, who.token);
    const { json } = await ask('GET', `/workspaces/${workspace}`);
    assert.deepEqual([json.userId, json.allowed, json.refusal.code], [who.id, false, 'not_a_member']);
    assert.equal(factOf(json, 'workspace').event, null);
    assert.equal(factOf(json, 'not_archived'), undefined);
    const install = (await order('POST', `/workspaces/${workspace}/node-installs`, { nodeName: 'hidden' })).json;
    const bootstrap = /--bootstrap-token '([^']+)'/.exec(install.installCommand)[1];
    const node = (await order('POST', '/node-installs/consume', { token: bootstrap, hostname: 'hidden' })).json.nodeId;
    const [hidden, missing] = await Promise.all([node, NOBODY].map((id) => ask('GET', `/nodes/${id}`)));
    assert.deepEqual([hidden.status, missing.status], [404, 404]);
    assert.equal(hidden.json.message, missing.json.message.replace(NOBODY, node));
    assert.equal((await explain(who, 'GET', `/nodes/${node}`)).refusal.status, 404);
    assert.equal((await explain(admin, 'GET', `/nodes/${node}`)).allowed, true);
    await refused(read('/users/me/access/explain?method=GET&path=/api/v1/users/me', 'nobody'), 401, 'unauthenticated');
});

test('what leads nowhere is refused, and the field is named', async () => {
    const ask = (asked) => read(`/access/explain?${query({ userId: admin.id, method: 'GET', path: '/api/v1/users/me', ...asked })}`);
    await refused(ask({ path: '/api/v1/nothing' }), 400, 'route_unknown', 'path');
    await refused(ask({ method: 'PUT' }), 400, 'route_unknown', 'path');
    await refused(ask({ path: '/api/v1/workspaces/ward' }), 400, 'validation_failed', 'path');
    await refused(ask({ path: `/api/v1/workspaces/${NOBODY}` }), 404, 'entity_not_found', 'path');
    await refused(ask({ path: `/api/v1/workspaces/${workspace}/teams/${NOBODY}`, method: 'PATCH' }), 404, 'entity_not_found', 'path');
    await refused(ask({ path: '/api/v1/workspaces/%' }), 400, 'malformed_path', 'path');
    await refused(ask({ userId: NOBODY }), 404, 'entity_not_found', 'userId');
    await refused(ask({ apiTokenId: NOBODY }), 404, 'entity_not_found', 'apiTokenId');
    await refused(ask({ at: 'tomorrow' }), 400, 'invalid_filter', 'at');
    await refused(read(`/users/${NOBODY}/access`), 404, 'entity_not_found', 'userId');
    for (const asked of [{ method: 'STEAL' }, { userId: 'ann' }, { path: '' }])
        assert.equal((await ask(asked)).json.code, 'validation_failed', JSON.stringify(asked));
    assert.equal((await ask({ path: '/api/v1/users/me/?limit=1' })).json.allowed, true);
});

test('what somebody may reach is what the lists show, each with the event since when', async () => {
    const who = await makeMember('viewer');
    const raised = await order('PATCH', `/workspaces/${workspace}/members/${who.membership}`, { role: 'member' });
    const team = (await order('POST', `/workspaces/${workspace}/teams`, { name: 'Night shift' })).json.id;
    const teamed = await order('POST', `/workspaces/${workspace}/teams/${team}/members`, { userId: who.id });
    const expiresAt = new Date(Date.now() + 86400e3).toISOString();
    const token = await order('POST', '/users/me/api-tokens', { name: 'mine', scope: 'work', expiresAt }, who.token);
    await signIn(site, who.credentials);
    const { json } = await read(`/users/${who.id}/access`);
    assert.deepEqual([json.account.state, json.account.role, json.account.secondFactor], ['active', 'user', false]);
    assert.equal(json.account.since.type, 'identity.invitation_accepted');
    assert.deepEqual(json.workspaces.map((one) => [one.workspaceId, one.name, one.role, one.isArchived, one.joined.position, one.roleSince.position]),
        [[workspace, 'Ward', 'member', false, who.joined, raised.position]]);
    assert.deepEqual(json.teams.map((one) => [one.teamId, one.name, one.joined.position]), [[team, 'Night shift', teamed.position]]);
    assert.deepEqual(json.apiTokens.map((one) => [one.apiTokenId, one.name, one.scope, one.made.position]),
        [[token.json.id, 'mine', 'work', token.position]]);
    assert.equal(json.openSessions, (await read(`/users/${who.id}/sessions`)).json.length);
    assert.equal(json.openSessions, 2);
    assert.deepEqual(json.providers, []);
    const before = (await read(`/users/${who.id}/access?at=${who.joined - 1}`)).json;
    assert.deepEqual([before.workspaces, before.teams, before.apiTokens], [[], [], []]);
    const own = (await read('/users/me/access', who.token)).json;
    assert.deepEqual(own.workspaces.map(({ workspaceId }) => workspaceId), [workspace]);
    assert.equal(own.workspaces[0].joined.actor.session, null);
    await order('POST', '/auth/logout', { everywhere: true }, who.token);
    assert.equal((await read(`/users/${who.id}/access`)).json.openSessions, 0);
});

test('of somebody who was erased it is told what was, and nothing that was theirs alone', async () => {
    const who = await makeMember('admin');
    const path = `/workspaces/${workspace}`;
    await order('DELETE', `/workspaces/${workspace}/members/${who.membership}`);
    const deleted = (await order('DELETE', `/users/${who.id}`)).position;
    await order('POST', `/privacy/subjects/${who.id}/erase`, { reason: 'asked for it' });
    const now = await explain(who, 'PATCH', path);
    assert.deepEqual([now.allowed, now.refusal.status, factOf(now, 'account').event.position], [false, 401, deleted]);
    assert.equal((await explain(who, 'PATCH', path, { at: who.joined })).allowed, true);
    const { text, json } = await read(`/users/${who.id}/access`);
    assert.deepEqual([json.account.state, json.workspaces, json.openSessions], ['none', [], 0]);
    for (const shown of [text, JSON.stringify(now)])
        assert.doesNotMatch(shown, /somebody-|site\.example\.com/);
});

test('neither answers nor what is on record of a question hold a secret', async () => {
    const who = await makeMember('owner');
    const expiresAt = new Date(Date.now() + 86400e3).toISOString();
    const { token } = (await order('POST', '/users/me/api-tokens', { name: 'mine', scope: 'read', expiresAt }, who.token)).json;
    const mailed = 'a-token-that-was-mailed-to-somebody';
    const asked = await explain(who, 'GET', `/auth/invitations/${mailed}`);
    assert.equal(asked.allowed, true);
    const answers = [await read(`/users/${who.id}/access`), await read('/users/me/access', who.token)];
    for (const { text } of answers) {
        for (const secret of [token, who.credentials.email, who.credentials.password, who.token])
            assert.ok(!text.includes(secret), secret);
    }
    const looks = (await read('/timeline?type=platform.look_recorded&limit=20')).json.events;
    const details = await Promise.all(looks.map(({ position }) => read(`/events/${position}`)));
    assert.ok(details.some(({ text }) => text.includes('/access/explain')));
    for (const { text } of details)
        assert.ok(!text.includes(mailed));
});
