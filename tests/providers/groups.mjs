// Groups of a directory by SCIM 2.0: what Entra and Okta send, word for word, and what its provider's rules make of it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { call, must } from '../support/site.mjs';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const patch = (...Operations) => ({ schemas: [PATCH], Operations });

async function sendPerson(scim, name) {
    const made = await scim('POST', '/v2/Users', { userName: `${name}@site.example.com`, displayName: name, active: true });
    assert.equal(made.status, 201, made.text);
    return made.json.id;
}

const membersOf = async (scim, id) => (await scim('GET', `/v2/Groups/${id}`)).json.members.map(({ value }) => value).sort();

// As they are in the workspace: by the id of the person.
async function rolesIn(site, root, workspaceId) {
    const members = await must(site, 'GET', `/workspaces/${workspaceId}/members`, { token: root });
    return Object.fromEntries(members.map(({ userId, role }) => [userId, role]));
}

// https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups
async function asEntraDoes(scim, site, root, { workspaceId, ann, bob }) {
    const made = await scim('POST', '/v2/Groups', { schemas: [GROUP, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
        externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159', displayName: 'ops', meta: { resourceType: 'Group' } });
    assert.deepEqual([made.status, made.json.displayName, made.json.members], [201, 'ops', []], made.text);
    const { id } = made.json;
    const path = `/v2/Groups/${id}`;
    const find = async (filter, more = '&excludedAttributes=members') =>
        (await scim('GET', `/v2/Groups?filter=${encodeURIComponent(filter)}${more}`)).json;
    for (const filter of ['displayName eq "OPS"', 'externalId eq "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"', `id eq "${id}"`]) {
        const found = await find(filter);
        assert.deepEqual(found.Resources.map((group) => [group.id, group.members]), [[id, undefined]], filter);
    }
    const added = await scim('PATCH', path, patch({ op: 'Add', path: 'members', value: [{ $ref: null, value: ann }, { $ref: null, value: bob }] }));
    assert.deepEqual([added.status, added.text], [204, '']);
    assert.deepEqual(await membersOf(scim, id), [ann, bob].sort());
    assert.deepEqual(await rolesIn(site, root, workspaceId).then((roles) => [roles[ann], roles[bob]]), ['admin', 'admin']);
    assert.deepEqual((await find(`members.value eq "${ann}"`, '')).Resources.map((group) => group.id), [id]);
    assert.equal((await find('members.value eq "nobody"', '')).totalResults, 0);
    assert.equal((await scim('PATCH', path, patch({ op: 'Remove', path: 'members', value: [{ $ref: null, value: bob }] }))).status, 204);
    assert.equal((await rolesIn(site, root, workspaceId))[bob], undefined);
    assert.equal((await scim('PATCH', path, patch({ op: 'Remove', path: `members[value eq "${ann}"]` }))).status, 204);
    assert.equal((await rolesIn(site, root, workspaceId))[ann], undefined);
    assert.equal((await scim('PATCH', path, patch({ op: 'Replace', path: 'displayName', value: 'operators' }))).status, 204);
    assert.equal((await scim('GET', path)).json.displayName, 'operators');
    assert.equal((await scim('DELETE', path)).status, 204);
    assert.equal((await scim('GET', path)).status, 404);
}

// https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/
async function asOktaDoes(scim, site, root, { workspaceId, ann, bob }) {
    const made = await scim('POST', '/v2/Groups', { schemas: [GROUP], displayName: 'ops', members: [{ value: ann, display: 'ann@site.example.com' }] });
    assert.deepEqual([made.status, made.json.members], [201, [{ value: ann, $ref: `/scim/v2/Users/${ann}`, type: 'User' }]], made.text);
    const path = `/v2/Groups/${made.json.id}`;
    const put = await scim('PUT', path, { schemas: [GROUP], id: made.json.id, displayName: 'ops', members: [{ value: bob, display: 'bob@site.example.com' }] });
    assert.deepEqual([put.status, put.json.members.map(({ value }) => value)], [200, [bob]], put.text);
    assert.deepEqual(await rolesIn(site, root, workspaceId).then((roles) => [roles[ann], roles[bob]]), [undefined, 'admin']);
    assert.equal((await scim('PATCH', path, patch({ op: 'remove', path: `members[value eq "${bob}"]` },
        { op: 'add', path: 'members', value: [{ value: ann, display: 'ann@site.example.com' }] }))).status, 204);
    assert.deepEqual(await membersOf(scim, made.json.id), [ann]);
    assert.equal((await scim('PATCH', path, patch({ op: 'replace', value: { id: made.json.id, displayName: 'watchers' } }))).status, 204);
    assert.equal((await rolesIn(site, root, workspaceId))[ann], undefined);
    assert.equal((await scim('PATCH', path, patch({ op: 'replace', path: 'members', value: [{ value: bob }] }))).status, 204);
    assert.deepEqual(await membersOf(scim, made.json.id), [bob]);
    return made.json;
}

async function refuses(scim, { id }, { ann, rootId }) {
    const path = `/v2/Groups/${id}`;
    const attempt = async (...operations) => {
        const { status, json } = await scim('PATCH', path, patch(...operations));
        return [status, json?.scimType, json?.detail];
    };
    assert.deepEqual(await attempt({ op: 'add', path: 'members', value: [{ value: ann }, { value: rootId }] }),
        [400, 'invalidValue', `members: ${rootId} is nobody whom this directory looks after.`]);
    assert.deepEqual((await attempt({ op: 'add', path: 'members', value: [{ value: 'x' }] })).slice(0, 2), [400, 'invalidValue']);
    assert.deepEqual((await attempt({ op: 'remove', path: 'members[display eq "x"]' })).slice(0, 2), [400, 'invalidPath']);
    assert.deepEqual((await attempt({ op: 'remove' })).slice(0, 2), [400, 'noTarget']);
    assert.deepEqual((await attempt({ op: 'move', path: 'members' })).slice(0, 2), [400, 'invalidSyntax']);
    const same = await scim('POST', '/v2/Groups', { displayName: 'watchers' });
    assert.deepEqual([same.status, same.json.scimType], [409, 'uniqueness']);
    const many = Array.from({ length: 1001 }, (_, i) => ({ value: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}` }));
    assert.equal((await scim('PATCH', path, patch({ op: 'add', path: 'members', value: many }))).status, 413);
    assert.equal((await scim('GET', '/v2/Groups?filter=displayName%20like%20%22x%22')).json.scimType, 'invalidFilter');
    const { json } = await scim('GET', path);
    assert.equal((await scim('PATCH', path, patch({ op: 'add', path: 'members', value: [] }), { 'if-match': '"99-0000000000000000"' })).status, 412);
    assert.equal((await scim('DELETE', path, undefined, { 'if-match': json.meta.version })).status, 204);
}

export async function directoryTellsWhoIsInWhichGroup(site, root) {
    const [{ id: provider }] = await must(site, 'GET', '/auth/providers/admin', { token: root });
    const [{ id: workspaceId }] = await must(site, 'GET', '/workspaces', { token: root });
    const { id: rootId } = await must(site, 'GET', '/users/me', { token: root });
    await must(site, 'PUT', `/auth/providers/${provider}/rules`,
        { token: root, body: { rules: [{ value: 'ops', workspaceId, role: 'admin' }] } });
    const { token } = await must(site, 'POST', `/auth/providers/${provider}/scim-tokens`, { token: root, body: { name: 'groups' } });
    const scim = (method, path, body, headers) => call(site, method, `/scim${path}`, { token, body, headers });
    const cast = { workspaceId, rootId, ann: await sendPerson(scim, 'group-ann'), bob: await sendPerson(scim, 'group-bob') };
    await asEntraDoes(scim, site, root, cast);
    const group = await asOktaDoes(scim, site, root, cast);
    const answer = await fetch(`${site.url}/scim/v2/Groups/${group.id}`, { headers: { authorization: `Bearer ${token}` } });
    assert.match(answer.headers.get('content-type'), /^application\/scim\+json/);
    await refuses(scim, group, cast);
    assert.deepEqual((await scim('GET', '/v2/Groups')).json.Resources, []);
}
