// A directory that sends its people by SCIM 2.0, as Entra and Okta write it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { ADMIN, call, must } from '../support/site.mjs';

const active = (value, op = 'replace') => ({ Operations: [{ op, path: 'active', value }] });

async function sends(scim, site) {
    const made = await scim('POST', '/v2/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'Sent@Site.example.com', externalId: 'e-1', active: true, title: 'read over',
        name: { formatted: 'Sent Person' }, emails: [{ value: 'sent@site.example.com', primary: true }] });
    assert.deepEqual([made.status, made.json.displayName, made.json.active], [201, 'Sent Person', true], made.text);
    const find = async (filter) => (await scim('GET', `/v2/Users?filter=${encodeURIComponent(filter)}`)).json;
    for (const filter of ['userName eq "SENT@site.example.com"', 'externalId EQ "e-1"', `id eq "${made.json.id}"`])
        assert.deepEqual((await find(filter)).Resources.map(({ id }) => id), [made.json.id], filter);
    assert.equal((await find(`userName eq "${ADMIN.email}"`)).totalResults, 0);
    assert.equal((await find('userName like "x"')).scimType, 'invalidFilter');
    assert.deepEqual((({ totalResults, Resources }) => [totalResults, Resources])(
        (await scim('GET', '/v2/Users?count=0')).json), [1, []]);
    const answer = await fetch(`${site.url}/scim/v2/Users/${made.json.id}`, { headers: { authorization: scim.bearer } });
    assert.match(answer.headers.get('content-type'), /^application\/scim\+json/);
    assert.equal(answer.headers.get('etag').replace('-gzip', ''), made.json.meta.version);
    return made.json;
}

async function reachesNobodyElse(scim, site, root) {
    const again = await scim('POST', '/v2/Users', { userName: 'sent@site.example.com' });
    assert.deepEqual([again.status, again.json.scimType, again.json.status], [409, 'uniqueness', '409']);
    const taken = await scim('POST', '/v2/Users', { userName: ADMIN.email, externalId: 'e-2' });
    assert.deepEqual([taken.status, taken.json.scimType], [409, 'uniqueness']);
    const { id } = await must(site, 'GET', '/users/me', { token: root });
    for (const [method, body] of [['GET'], ['PATCH', active(false)], ['PUT', { userName: 'x@site.example.com' }], ['DELETE']])
        assert.equal((await scim(method, `/v2/Users/${id}`, body)).status, 404, method);
}

async function changes(scim, site, root, { id, meta }) {
    const path = `/v2/Users/${id}`;
    const stale = await scim('PATCH', path, active(false), { 'if-match': '"99-0000000000000000"' });
    assert.equal(stale.status, 412, stale.text);
    const off = await scim('PATCH', path, active('False', 'Replace'), { 'if-match': meta.version });
    assert.deepEqual([off.status, off.json.active], [200, false], off.text);
    const on = await scim('PATCH', path, { Operations: [{ op: 'add', value: { ACTIVE: true, displayName: 'Other' } }] });
    assert.deepEqual([on.json.active, on.json.displayName], [true, 'Other'], on.text);
    await must(site, 'PATCH', `/users/${id}`, { token: root, body: { isActive: false } });
    assert.equal((await scim('PATCH', path, active(true))).status, 409);
    const put = await scim('PUT', path, { userName: 'moved@site.example.com', id });
    assert.deepEqual([put.status, put.json.userName], [200, 'moved@site.example.com'], put.text);
    assert.equal((await scim('DELETE', path)).status, 204);
    assert.equal((await scim('GET', path)).status, 404);
}

export async function directoryTellsOfItsPeopleAlone(site, root) {
    const [{ id: provider }] = await must(site, 'GET', '/auth/providers/admin', { token: root });
    const tokens = `/auth/providers/${provider}/scim-tokens`;
    const { id: tokenId, token } = await must(site, 'POST', tokens, { token: root, body: { name: 'entra' } });
    const scim = (method, path, body, headers) => call(site, method, `/scim${path}`, { token, body, headers });
    scim.bearer = `Bearer ${token}`;
    assert.match(token, /^fls_/);
    const sent = await sends(scim, site);
    await reachesNobodyElse(scim, site, root);
    await changes(scim, site, root, sent);
    const listed = await must(site, 'GET', tokens, { token: root });
    assert.deepEqual(listed.map(({ name }) => name), ['entra']);
    assert.ok(listed[0].lastUsedAt);
    assert.equal((await call(site, 'GET', '/api/v1/users/me', { token })).status, 401);
    assert.equal((await call(site, 'GET', '/scim/v2/Users', { token: root })).status, 401);
    await must(site, 'DELETE', `${tokens}/${tokenId}`, { token: root });
    const ended = await scim('GET', '/v2/Users');
    assert.deepEqual([ended.status, ended.json.status], [401, '401']);
}
