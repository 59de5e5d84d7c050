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
const differences = ['search_with_attributes: Cannot POST /scim/v2/.search',
    ...['externalId', 'displayName', 'name', 'active'].map((name) =>
        `check_remove_attribute: Failed to remove attribute '${name}': op must be add or replace: nothing of what accounts have here can be removed.`)];
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
    const both = await scim('GET', `/v2/Users/${made.id}?attributes=id&excludedAttributes=meta`);
    assert.deepEqual([both.status, both.json.scimType], [400, 'invalidValue'], both.text);
    const wrong = await fetch(`${site.url}/scim/v2/schemas`, { method: 'PUT', headers: { authorization: `Bearer ${token}` } });
    assert.deepEqual([wrong.status, wrong.headers.get('allow'), (await wrong.json()).status], [405, 'GET', '405']);
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
    const [total, ...most] = await find('active eq true', '&count=200');
    const [, ...rest] = await find('active eq true', '&startIndex=801&count=200');
    assert.deepEqual([total, most.length, rest.length], [861, 200, 61]);
    assert.deepEqual(most.filter((one) => rest.includes(one)), []);
    const { json } = await scim('POST', '/v2/Users/.search', { filter: 'displayName ew " 999"', attributes: ['displayName'] });
    assert.deepEqual(json.Resources.map(({ displayName }) => displayName), ['Person 999']);
    const wrong = await scim('GET', '/v2/Users?filter=title%20pr');
    assert.deepEqual([wrong.status, wrong.json.scimType, wrong.json.detail],
        [400, 'invalidFilter', 'filter names an attribute that users do not have here at character 1']);
});
