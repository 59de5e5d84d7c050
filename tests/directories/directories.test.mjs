// An independent client of directories, which made no checks for this server, against a started one.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startLyingProvider } from '../providers/lying_provider.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';

const run = promisify(execFile);
const DOMAIN = 'site.example.com';
// What it asks and this server does not do: docs/differences.md, "Directories", has the reasons.
const differences = ['search_with_attributes: Cannot POST /scim/v2/.search', // of users
    "check_remove_attribute: Failed to remove attribute 'active': active cannot be removed: replace it.",
    'search_with_attributes: Cannot POST /scim/v2/.search']; // of groups
let site, root, provider;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, { OUTBOUND_ALLOW: '127.0.0.0/8' });
    provider = await startLyingProvider();
    root = await signIn(site, ADMIN);
});
after(() => Promise.all([site?.close(), provider?.close()]));

async function makeDirectory(slug) {
    const { id } = await must(site, 'POST', '/auth/providers', { token: root, body: { slug, name: slug,
        issuer: provider.issuer, clientId: 'fleet', discoveryUrl: `${provider.issuer}/document` } });
    const { token } = await must(site, 'POST', `/auth/providers/${id}/scim-tokens`,
        { token: root, body: { name: slug } });
    return { id, token };
}

test('scim2-tester finds nothing but what is listed as a difference', async () => {
    const { token } = await makeDirectory('tester');
    const { stdout } = await run(`${process.env.WORK}/venv/bin/python`,
        [`${import.meta.dirname}/tester.py`, `${site.url}/scim/v2`, token, DOMAIN]);
    const results = JSON.parse(stdout);
    const found = results.filter(([, status]) => status !== 'SUCCESS');
    assert.ok(results.length > 30, `${results.length} checks`);
    assert.deepEqual(found.map(([title, , reason]) => `${title}: ${reason}`), differences);
});

test('a directory is told what there is, and shown of it what it names', async () => {
    const { token } = await makeDirectory('asker');
    const scim = (method, path, body) => call(site, method, `/scim${path}`, { token, body });
    const { json: made } = await scim('POST', '/v2/Users?attributes=emails.value',
        { userName: `asked@${DOMAIN}`, displayName: 'Asked', externalId: 'a-1' });
    assert.deepEqual(Object.keys(made), ['schemas', 'id', 'emails']);
    assert.deepEqual(made.emails, [{ value: `asked@${DOMAIN}` }]);
    const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';
    const shown = async (path, body) => (await scim(body ? 'POST' : 'GET', path, body)).json.Resources.map(Object.keys);
    const most = ['schemas', 'id', 'externalId', 'userName', 'name', 'active'];
    assert.deepEqual(await shown(`/v2/Users?excludedAttributes=META,emails,id,displayName,nonsense`), [most]);
    assert.deepEqual(await shown('/v2/Users/.search', { excludedAttributes: ['meta', `${urn}:emails`, 'displayName'] }), [most]);
    assert.deepEqual(await shown('/v2/Users/.search', { attributes: [`${urn}:NAME.formatted`], count: 1 }),
        [['schemas', 'id', 'name']]);
    const known = (tag, path = `/v2/Users/${made.id}`) => call(site, 'GET', `/scim${path}`, { token, headers: { 'if-none-match': tag } });
    const { json: { meta } } = await scim('GET', `/v2/Users/${made.id}`);
    assert.deepEqual([(await known(meta.version)).status, (await known('"9-0"')).status], [304, 200]);
    const { json: group } = await scim('POST', '/v2/Groups', { displayName: 'asked' });
    assert.equal((await known(group.meta.version, `/v2/Groups/${group.id}`)).status, 304);
    const both = await scim('GET', `/v2/Users/${made.id}?attributes=id&excludedAttributes=meta`);
    assert.deepEqual([both.status, both.json.scimType], [400, 'invalidValue'], both.text);
    const wrong = await fetch(`${site.url}/scim/v2/schemas`, { method: 'PUT', headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual([wrong.status, wrong.headers.get('allow'), (await wrong.json()).status], [405, 'GET', '405']);
    for (const [method, path] of [['GET', '/v2/Users/x'], ['DELETE', '/v2/Users/x'], ['GET', '/v2/Groups/x']]) {
        const nothing = await scim(method, path);
        assert.deepEqual([nothing.status, nothing.json.status], [404, '404'], `${method} ${path}`);
    }
    const filtered = await scim('GET', '/v2/ResourceTypes?filter=name%20eq%20%22User%22');
    assert.deepEqual([filtered.status, filtered.json.status], [403, '403']);
    assert.equal((await call(site, 'GET', '/scim/v2/Schemas')).status, 401);
});

// Over more people than are looked at with one statement.
test('filters find whom they should of the own people, page by page', async () => {
    const { token } = await makeDirectory('finder');
    const stranger = await makeDirectory('stranger');
    const scim = (method, path, body, as = token) => call(site, method, `/scim${path}`, { token: as, body });
    const number = (i) => String(i).padStart(4, '0');
    const send = async (i) => scim('POST', '/v2/Users', { userName: `p${number(i)}@${DOMAIN}`,
        externalId: `x-${i}`, ...(i % 5 ? { displayName: `Person ${i}` } : {}), active: i % 7 !== 0 });
    for (let i = 0; i < 1005; i += 15)
        await Promise.all(Array.from({ length: 15 }, (_, j) => send(i + j)));
    await scim('POST', '/v2/Users', { userName: `other@${DOMAIN}`, externalId: 'x-1' }, stranger.token);
    const find = async (filter, more = '') => {
        const answer = await scim('GET', `/v2/Users?filter=${encodeURIComponent(filter)}${more}`);
        assert.equal(answer.status, 200, answer.text);
        return [answer.json.totalResults, ...answer.json.Resources.map(({ externalId }) => externalId).sort()];
    };
    assert.deepEqual(await find('externalId eq "x-1"'), [1, 'x-1']);
    assert.deepEqual(await find(`userName eq "P0003@${DOMAIN}" and active eq true`), [1, 'x-3']);
    assert.deepEqual(await find(`userName eq "p0007@${DOMAIN}" and active eq true`), [0]);
    assert.deepEqual(await find('externalId eq "x-1" or emails[type eq "work"].value sw "p1004"'), [2, 'x-1', 'x-1004']);
    assert.deepEqual(await find('id eq "no id"'), [0]);
    assert.deepEqual(await find('userName co "other"'), [0]);
    assert.deepEqual(await find('not (displayName pr)', '&count=0'), [201]);
    assert.deepEqual(await find('meta.created gt "2020-01-01T00:00:00Z"', '&count=0'), [1005]);
    const [total, ...most] = await find('active eq true', '&count=500');
    const [, ...rest] = await find('active eq true', '&startIndex=801&count=200');
    assert.deepEqual([total, most.length, rest.length], [861, 200, 61]);
    assert.deepEqual(most.filter((one) => rest.includes(one)), []);
    const { json } = await scim('POST', '/v2/Users/.search', { filter: 'displayName ew " 999"', attributes: ['displayName'] });
    assert.deepEqual(json.Resources.map(({ displayName }) => displayName), ['Person 999']);
    const wrong = await scim('GET', '/v2/Users?filter=title%20pr');
    assert.deepEqual([wrong.status, wrong.json.scimType, wrong.json.detail],
        [400, 'invalidFilter', 'filter names an attribute that users do not have here at character 1']);
});

async function sentPerson(slug) {
    const { token } = await makeDirectory(slug);
    const scim = (method, path, body) => call(site, method, `/scim${path}`, { token, body });
    const { json } = await scim('POST', '/v2/Users', { USERNAME: `${slug}@${DOMAIN}`, ExternalID: 'e-1',
        name: { Formatted: 'Sent Person' }, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'x' } });
    const path = `/v2/Users/${json.id}`;
    const said = ({ json: { userName, externalId, displayName, name, active } }) =>
        [userName, externalId, displayName, name?.formatted, active];
    assert.deepEqual(said({ json }), [`${slug}@${DOMAIN}`, 'e-1', 'Sent Person', 'Sent Person', true]);
    return { scim, path, said, patch: (...Operations) => scim('PATCH', path, { Operations }) };
}

test('what a whole user leaves out is not assigned, and what cannot be so stays', async () => {
    const { scim, path, said, patch } = await sentPerson('whole');
    await patch({ op: 'replace', path: 'active', value: false });
    const put = (body) => scim('PUT', path, body);
    assert.deepEqual(said(await put({ userName: `Moved@${DOMAIN}` })), [`moved@${DOMAIN}`, undefined, undefined, undefined, false]);
    assert.deepEqual(said(await put({ userName: `moved@${DOMAIN}`, displayName: 'A', name: { formatted: 'B' }, externalId: 'e-2' })),
        [`moved@${DOMAIN}`, 'e-2', 'A', 'A', false]);
    assert.deepEqual(said(await put({ userName: `moved@${DOMAIN}`, displayName: null, externalId: null, active: 'True' })),
        [`moved@${DOMAIN}`, undefined, undefined, undefined, true]);
    assert.deepEqual(said(await patch({ op: 'replace', value: { userName: `again@${DOMAIN}` } })),
        [`again@${DOMAIN}`, undefined, undefined, undefined, true]);
});

test('operations assign, remove, and say what they cannot', async () => {
    const { said, patch } = await sentPerson('operated');
    const urn = 'urn:ietf:params:scim:schemas:core:2.0:User';
    const name = `operated@${DOMAIN}`;
    assert.deepEqual(said(await patch({ op: 'Remove', path: `${urn}:externalId` }, { op: 'remove', path: 'name' })),
        [name, undefined, undefined, undefined, true]);
    assert.deepEqual(said(await patch({ op: 'replace', value: { [`${urn}:displayName`]: 'Own' } }, { op: 'add', path: 'externalId', value: 'e-3' })),
        [name, 'e-3', 'Own', 'Own', true]);
    assert.deepEqual(said(await patch({ op: 'replace', path: 'userName', value: `other-${name}` })),
        [`other-${name}`, 'e-3', 'Own', 'Own', true]);
    assert.deepEqual(said(await patch({ op: 'replace', path: 'externalId', value: null },
        { op: 'replace', path: 'emails[type eq "work"].value', value: 'read@over.example' }, { op: 'remove', path: 'title' })),
    [`other-${name}`, undefined, 'Own', 'Own', true]);
    for (const [operation, type, detail] of [
        [{ op: 'remove', path: 'userName' }, 'mutability', 'userName cannot be removed: replace it.'],
        [{ op: 'replace', path: 'ID', value: 'x' }, 'mutability', "ID is the server's, and cannot be changed."],
        [{ op: 'remove', path: 'meta.created' }, 'mutability', "meta.created is the server's, and cannot be changed."],
        [{ op: 'add', path: 'displayName' }, 'invalidSyntax', 'value must be given for what is added.'],
        [{ op: 'replace', path: 'ACTIVE', value: null }, 'mutability', 'ACTIVE cannot be removed: replace it.'],
        [{ op: 'remove' }, 'noTarget', 'path must name the attribute that is removed.'],
        [{ op: 'move', path: 'displayName', value: 'x' }, 'invalidSyntax', 'op must be add, replace or remove.'],
        [{ op: 'add', value: 'x' }, 'invalidSyntax', 'value must be an object of attributes where there is no path.'],
        [{ op: 'add', path: 'displayName', value: 7 }, 'invalidValue', 'displayName must be a text'],
        [{ op: 'add', path: 'name', value: 'x' }, 'invalidValue', 'name must be an object'],
    ]) {
        const answer = await patch({ op: 'replace', path: 'displayName', value: 'Never' }, operation);
        assert.deepEqual([answer.status, answer.json.scimType, answer.json.detail], [400, type, detail]);
    }
    assert.deepEqual(said(await patch({ op: 'add', path: 'active', value: true })), [`other-${name}`, undefined, 'Own', 'Own', true]);
});

test('a value of another type is refused by the name of its attribute', async () => {
    const { scim, path } = await sentPerson('typed');
    for (const [member, detail] of [[{ externalId: 7 }, /externalId/], [{ DISPLAYNAME: true }, /displayName/],
        [{ Active: 'maybe' }, /active/], [{ active: { value: true } }, /active/], [{ NAME: 'x' }, /name must be an object/],
        [{ name: { FORMATTED: [] } }, /name\.formatted/], [{ userName: 'no address' }, /email|userName/], [{ USERNAME: null }, /userName/]]) {
        for (const [method, where] of [['POST', '/v2/Users'], ['PUT', path]]) {
            const wanted = Object.keys(member)[0].toLowerCase() === 'username' ? {} : { userName: `typed-2@${DOMAIN}` };
            const answer = await scim(method, where, { ...wanted, ...member });
            assert.deepEqual([answer.status, answer.json.scimType], [400, 'invalidValue'], answer.text);
            assert.match(answer.json.detail, detail);
        }
    }
});

test('a token opens nothing while its provider is off, and ends with it', async () => {
    const { id, token } = await makeDirectory('ending');
    const ask = async () => (await call(site, 'GET', '/scim/v2/Schemas', { token })).status;
    const turn = (enabled) => must(site, 'PATCH', `/auth/providers/${id}`, { token: root, body: { enabled } });
    assert.equal(await ask(), 200);
    await turn(false);
    assert.equal(await ask(), 401);
    await turn(true);
    assert.equal(await ask(), 200);
    await must(site, 'DELETE', `/auth/providers/${id}`, { token: root });
    assert.equal(await ask(), 401);
});
