// How entities stood at any moment, what changed of them, and why: from ledger and index.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';

const RENAMES = 5;
const NOBODY = '01900000-0000-7000-8000-000000000001';
let site, token, workspace, other, team;
const renamed = []; // of the workspace: position and name

async function change(method, path, body) {
    const answer = await fetch(`${site.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${text}`);
    return { position: Number(answer.headers.get('ledger-position')), json: text && JSON.parse(text) };
}

const read = (path, as = token) => call(site, 'GET', `/api/v1${path}`, { token: as });
const entity = (kind, id, question) => read(`/entities/${kind}/${id}/${question}`);
const inWorkspace = (of, kind, id, question, as) =>
    read(`/workspaces/${of}/entities/${kind}/${id}/${question}`, as);

async function refused(answer, status, code) {
    const { status: actual, json } = await answer;
    assert.equal(json?.code, code, JSON.stringify(json));
    assert.equal(actual, status);
    return json.message;
}

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
    token = await signIn(site, ADMIN);
    const made = await change('POST', '/workspaces', { name: 'Ward', slug: 'ward' });
    workspace = made.json.id;
    renamed.push({ position: made.position, name: 'Ward' });
    other = (await change('POST', '/workspaces', { name: 'Other', slug: 'other' })).json.id;
    for (let i = 0; i < RENAMES; i++) {
        const { position } = await change('PATCH', `/workspaces/${workspace}`, { name: `Ward ${i}` });
        renamed.push({ position, name: `Ward ${i}` });
    }
    team = (await change('POST', `/workspaces/${workspace}/teams`, { name: 'Night shift' })).json.id;
});
after(() => site?.close());

test('an entity is shown as it was at each position, and as it is now', async () => {
    for (const { position, name } of renamed) {
        const { json } = await entity('workspace', workspace, `state?at=${position}`);
        assert.equal(json.row.name, name);
        assert.equal(json.at.position, position);
        assert.equal(json.changed.position, position);
        assert.equal(json.made.position, renamed[0].position);
        assert.equal(json.time, 'recordedAt');
    }
    const now = (await entity('workspace', workspace, 'state')).json;
    const shown = (await read(`/workspaces/${workspace}`)).json;
    for (const name of ['id', 'name', 'slug', 'isDefault', 'isArchived', 'createdAt', 'updatedAt'])
        assert.deepEqual(now.row[name], shown[name], name);
    assert.equal(now.changes, RENAMES + 1);
});

test('a time that is copied from an event means that the event has happened', async () => {
    const { json } = await entity('workspace', workspace, `state?at=${renamed[2].position}`);
    const again = (await entity('workspace', workspace, `state?at=${json.changed.recordedAt}`)).json;
    assert.ok(again.at.position >= renamed[2].position);
    assert.ok(again.at.recordedAt <= json.changed.recordedAt);
    assert.equal((await entity('workspace', workspace, 'state?at=-0s')).json.row.name, `Ward ${RENAMES - 1}`);
});

test('the difference is that of the two states', async () => {
    for (const [from, to] of [[0, 1], [1, 4], [0, 5], [3, 3]]) {
        const at = [renamed[from].position, renamed[to].position];
        const { json } = await entity('workspace', workspace, `difference?from=${at[0]}&to=${at[1]}`);
        const [before, after] = await Promise.all(at.map(async (position) =>
            (await entity('workspace', workspace, `state?at=${position}`)).json.row));
        const differing = Object.keys(after).filter((name) =>
            JSON.stringify(before[name]) !== JSON.stringify(after[name]));
        assert.deepEqual(json.fields.map(({ field }) => field), differing);
        for (const { field, before: was, after: is } of json.fields)
            assert.deepEqual([was, is], [before[field], after[field]]);
        assert.equal(json.changes, to - from);
    }
    const { json } = await entity('workspace', workspace, `difference?from=0&to=${renamed[0].position}`);
    assert.deepEqual([json.wasThere, json.isThere], [false, true]);
});

test('an explanation names each event and what it set, page by page', async () => {
    const whole = (await entity('workspace', workspace, 'explain')).json;
    assert.deepEqual(whole.steps.map(({ event }) => event.position), renamed.map(({ position }) => position));
    assert.deepEqual(whole.steps.map(({ effect }) => effect), ['made', ...Array(RENAMES).fill('changed')]);
    for (const [i, { fields }] of whole.steps.entries()) {
        assert.equal(fields.find(({ field }) => field === 'name').after, renamed[i].name);
        if (i > 0)
            assert.deepEqual(fields.map(({ field }) => field), ['name', 'updatedAt', 'revision']);
    }
    const set = Object.fromEntries(whole.fields.map(({ field, position }) => [field, position]));
    assert.equal(set.name, renamed[RENAMES].position);
    assert.equal(set.slug, renamed[0].position);
    const pages = [];
    for (let after = ''; after !== null;) {
        const { json } = await entity('workspace', workspace, `explain?limit=4${after}`);
        pages.push(...json.steps);
        after = json.next === null ? null : `&after=${json.next}`;
    }
    assert.deepEqual(pages, whole.steps);
});

test('a row of every kind that a list shows is explained by its event', async () => {
    const logs = (await read('/audit-logs?limit=3')).json;
    for (const { id, action } of logs) {
        const { json } = await entity('audit_log', id, 'explain');
        assert.equal(json.steps.length, 1);
        assert.equal(json.steps[0].event.eventId, id);
        assert.equal(json.steps[0].fields.find(({ field }) => field === 'action').after, action);
    }
});

test('what is personal stays sealed, and that is said', async () => {
    const me = (await read('/users/me')).json;
    const { text, json } = await entity('user', me.id, 'state');
    assert.deepEqual(json.sealed, ['email', 'name']);
    assert.deepEqual([json.row.email, json.row.name], [null, null]);
    assert.ok(!text.includes(ADMIN.email) && !text.includes(ADMIN.name));
    const explained = await entity('user', me.id, 'explain');
    assert.ok(!explained.text.includes(ADMIN.email) && !explained.text.includes(ADMIN.name));
    assert.ok(explained.json.steps[0].fields.find(({ field }) => field === 'email').isSealed);
});

test('what was not there yet, is no more or never was is absent, and says which', async () => {
    const early = await refused(entity('workspace', workspace, `state?at=${renamed[0].position - 1}`), 404, 'entity_not_yet');
    assert.match(early, new RegExp(`made by the event at ${renamed[0].position}, recorded at 20`));
    const { position } = await change('DELETE', `/workspaces/${workspace}/teams/${team}`);
    assert.equal((await entity('team', team, `state?at=${position - 1}`)).json.row.name, 'Night shift');
    const gone = await refused(entity('team', team, 'state'), 410, 'entity_gone');
    assert.match(gone, new RegExp(`removed by the event at ${position}`));
    assert.equal((await entity('team', team, 'explain')).json.steps.at(-1).effect, 'removed');
    assert.equal((await entity('team', team, 'history')).json.events.length, 2);
    for (const question of ['state', 'explain', 'difference?from=1', 'history'])
        await refused(entity('workspace', NOBODY, question), 404, 'entity_not_found');
    for (const question of ['state', 'explain', 'difference?from=1', 'history'])
        await refused(entity('node', workspace, question), 404, 'entity_not_found');
    await refused(entity('nodes', workspace, 'state'), 400, 'validation_failed');
    await refused(entity('audit_actor', '01900000-0000-8000-8000-000000000001', 'state'), 404, 'entity_not_traceable');
});

test('a moment that cannot be is refused in words', async () => {
    const why = async (at, words, question = 'state?at=') =>
        assert.match(await refused(entity('workspace', workspace, `${question}${at}`), 400, 'invalid_filter'), words);
    await why('2999-01-01', /at lies in the future/);
    await why('1999-01-01', /at lies before the ledger's first event/);
    await why('99999999', /at must be a position of the ledger, whose last event is at \d+/);
    await why('99999999999999999999999', /must be a position/);
    await why('-5', /at must be a position, a time/);
    await why('yesterday', /lies before/);
    await why('someday', /at must be a position, a time/);
    await why('5&to=4', /to must not lie before from/, 'difference?from=');
});

test('in a workspace there is only what belongs to it', async () => {
    assert.equal((await inWorkspace(workspace, 'workspace', workspace, 'state')).json.row.name, `Ward ${RENAMES - 1}`);
    assert.equal((await inWorkspace(workspace, 'team', team, 'explain')).json.steps.length, 2);
    const me = (await read('/users/me')).json;
    for (const question of ['state', 'explain', 'difference?from=1', 'history', `state?at=${renamed[0].position - 1}`]) {
        for (const [kind, id] of [['workspace', workspace], ['team', team], ['user', me.id]]) {
            const foreign = await inWorkspace(other, kind, id, question);
            const absent = await inWorkspace(other, kind, NOBODY, question);
            assert.equal(foreign.status, 404);
            assert.equal(foreign.json.code, absent.json.code);
            assert.equal(foreign.json.message.replace(id, NOBODY), absent.json.message);
        }
    }
});

test('an event of another workspace that changed a row is not named in this one', async () => {
    await change('PATCH', `/workspaces/${workspace}`, { isDefault: true });
    const { position } = await change('PATCH', `/workspaces/${other}`, { isDefault: true });
    const all = (await entity('workspace', workspace, 'explain')).json;
    assert.equal(all.steps.at(-1).event.position, position);
    const own = (await inWorkspace(workspace, 'workspace', workspace, 'explain')).json;
    assert.equal(own.steps.at(-1).event, null);
    assert.deepEqual(own.steps.at(-1).fields, [{ field: 'isDefault', before: true, after: false, isSealed: false }]);
    assert.equal(own.fields.find(({ field }) => field === 'isDefault').position, null);
    assert.equal((await inWorkspace(workspace, 'workspace', workspace, 'state')).json.changed, null);
});

test('an enrollment is of the workspace that it was approved into, from then on', async () => {
    const asked = await change('POST', '/enrollments/initiate', { email: ADMIN.email, hostname: 'machine' });
    const id = (await read('/timeline?type=node.enrollment_initiated&limit=1')).json.events[0].stream;
    for (const question of ['state', 'explain', 'history'])
        await refused(inWorkspace(workspace, 'enrollment', id, question), 404, 'entity_not_found');
    const { position } = await change('POST', `/workspaces/${workspace}/enrollments/${asked.json.token}/finalize`,
        { email: ADMIN.email, nodeName: 'machine' });
    const { json } = await inWorkspace(workspace, 'enrollment', id, 'explain');
    assert.deepEqual(json.steps.map(({ event }) => event && event.stream), [null, id]);
    assert.ok(json.steps[1].event.position <= position);
    assert.ok((await inWorkspace(workspace, 'enrollment', id, 'history')).json.events.length > 0);
    await refused(inWorkspace(other, 'enrollment', id, 'state'), 404, 'entity_not_found');
});
