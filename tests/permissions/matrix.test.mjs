// Calls every route as everybody, and compares with permissions.txt. The routes are the program's
// own; one that the file does not list is a failure, and so is a line without its route.
//
// A call that only knocks changes nothing: in the own workspace each change is asked for with a
// broken body (or, as DELETE has none, query), which is looked at behind all gates (400). In the archived one, and with things of
// another workspace, the body is sound: what refuses it is the rule itself.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { call, must, startSite } from '../support/site.mjs';
import { makePeople, makeTokens, makeWorkspaces } from './fixture.mjs';
import { inlined, sampleBody } from './sample.mjs';
import { readTable } from './table.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const AT_ONCE = 4; // routes; some wait for an agent that is not there
const NOTHING = '00000000-0000-4000-8000-000000000000';
const EMAIL = 'sample@site.example.com'; // as sound bodies have it
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const expected = readTable(new URL('./permissions.txt', import.meta.url));
let site, people, workspaces, enrollment, document;

before(async () => {
    site = await startSite(program, log);
    people = await makePeople(site);
    workspaces = await makeWorkspaces(site, people);
    enrollment = (await must(site, 'POST', '/enrollments/initiate',
        { body: { email: EMAIL, hostname: 'matrix-enrolled' } })).token;
    document = await must(site, 'GET', '/docs-json');
});
after(() => site?.close());

function printedRoutes() {
    const page = execFileSync(program, ['describe', 'routes'], { encoding: 'utf8' });
    return [...page.matchAll(/^\| `(\S+) (\S+)` \|/gm)].map(([, method, path]) => ({ method, path }));
}

// What a refusal may be called.
const codes = new Set([...execFileSync(program, ['describe', 'refusals'], { encoding: 'utf8' })
    .matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, code]) => code));

const isOfWorkspace = (path) => path.includes('/:workspaceId');
const isOfAgent = (path) => /^\/api\/v1\/agent(\/tasks|-updates\/targets)\//.test(path);

// The ids of a path: `place` for the workspace, the rest of `things` by the segment before it.
function fill(path, workspaceId, things) {
    const segments = path.split('/');
    let isGuess = false;
    const filled = segments.map((segment, i) => {
        if (!segment.startsWith(':'))
            return segment;
        if (segment === ':workspaceId')
            return workspaceId;
        const kind = segments[i - 1];
        const isInTeam = kind === 'members' && segments[i - 3] === 'teams';
        const id = things[isInTeam ? 'teams/members' : kind];
        isGuess ||= id === undefined;
        return id ?? NOTHING;
    });
    return { url: filled.join('/'), isGuess };
}

function soundBody(route, workspace) {
    const item = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()];
    const schema = inlined(item?.requestBody?.content['application/json']?.schema, document);
    const { agent, things } = workspace;
    const ids = {
        nodeId: agent.nodeId, nodeIds: agent.nodeId, userId: people.user.id,
        teamId: things.teams, taskId: things.tasks,
    };
    return sampleBody(schema, ids);
}

// How each of the file's columns calls: in which workspace, about whose things, as whom.
function caller(who) {
    const { own, foreign, archived } = workspaces;
    const asAgent = (agent, token) =>
        ({ token, headers: { 'x-agent-node-id': agent.nodeId } });
    const as = (name) => ({ token: people[name].token });
    switch (who) {
    case 'nobody':
        return { in: own, options: {} };
    case 'agent':
        return { in: own, options: asAgent(own.agent, own.agent.agentToken) };
    case 'impostor':
        return { in: own, options: asAgent(own.agent, foreign.agent.agentToken) };
    case 'elsewhere':
        return { in: own, about: foreign, options: as('owner'), isSound: true };
    case 'nowhere':
        return { in: { ...own, id: NOTHING }, options: as('platform') };
    case 'a-agent':
        return { in: archived, options: asAgent(archived.agent, archived.agent.agentToken) };
    default:
        return who.startsWith('a-')
            ? { in: archived, options: as(who.slice(2)), isSound: true }
            : { in: own, options: as(who) };
    }
}

// Without it the feed of changes is a stream, which does not end; and a name of our own workspace is asked for everywhere.
// A search is for what all of them have.
const QUERIES = [
    [/\/changes$/, '?since=0&wait=0'], [/\/entities$/, '?name=amber-node'], [/\/search$/, '?q=shell'],
];
const asPage = (path) => QUERIES.find(([ending]) => ending.test(path))?.[1] ?? '';

async function knock(route, who, token) {
    const { in: place, about = place, options: own, isSound } = caller(who);
    const options = token === undefined ? own : { ...own, token };
    const things = { ...about.things, users: people.user.id, enrollments: enrollment };
    const { url, isGuess } = fill(route.path, place.id, things);
    const request = { ...options };
    if (route.method !== 'GET' && (isSound || isOfAgent(route.path)))
        request.body = soundBody(route, place);
    else if (route.method !== 'GET')
        request.raw = '{"broken';
    const query = request.raw !== undefined && route.method === 'DELETE' ? '?%broken' : asPage(route.path);
    return { answer: await call(site, route.method, url + query, request), isGuess };
}

// Whoever is let in is told there that JSON is no form.
const takesForm = ({ path }) => path.endsWith('/backchannel-logout');

// Is the answer what the cell of the file says? An agent is heard, whatever its task's state.
function fits(route, cell, { answer, isGuess }) {
    const { status } = answer;
    if (cell !== 'yes')
        return String(status) === cell;
    return (status >= 200 && status < 300) || status === 400 || (isGuess && status === 404) ||
        (isOfAgent(route.path) && status === 409) || (status === 415 && takesForm(route));
}

// With another workspace's things, only where the path names one that we have.
function applies(route, who) {
    if (who !== 'elsewhere')
        return true;
    const own = { ...workspaces.own.things, users: people.user.id, enrollments: enrollment };
    return !fill(route.path, NOTHING, own).isGuess &&
        /:/.test(route.path.replace(':workspaceId', ''));
}

test('every route of the program is in permissions.txt, and no other', () => {
    const printed = printedRoutes().map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(printed.filter((route) => !expected.has(route)), [],
        'say who may call these: a line "METHOD path rule" each in tests/permissions/permissions.txt, ' +
        'whose rules stand at its top');
    assert.deepEqual([...expected.keys()].filter((route) => !printed.includes(route)), [],
        'the program has no such route: take these lines out of tests/permissions/permissions.txt');
});

test('everybody gets what permissions.txt says, of every route', async () => {
    const wrong = [];
    const left = printedRoutes();
    let calls = 0;
    const tryRoute = async (route) => {
        const name = `${route.method} ${route.path}`;
        const cells = [...expected.get(name) ?? []]
            .filter(([who, cell]) => cell !== '-' && applies(route, who));
        calls += cells.length;
        await Promise.all(cells.map(async ([who, cell]) => {
            const knocked = await knock(route, who);
            const { status, json } = knocked.answer;
            const isOurs = typeof json?.code === 'string'; // engine.io's are numbers
            if (status >= 400 && isOurs && !codes.has(json.code))
                wrong.push(`${name}: ${json.code} is not in docs/reference/refusals.md`);
            if (!fits(route, cell, knocked))
                wrong.push(`${name}: ${who} should get ${cell}, and got ` +
                    `${knocked.answer.status} ${knocked.answer.text.slice(0, 300)}`);
        }));
    };
    const tryRoutes = async () => {
        while (left.length > 0)
            await tryRoute(left.shift());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, tryRoutes));
    assert.ok(wrong.length === 0, `\n${wrong.join('\n')}`);
    assert.ok(calls > 1000, `only ${calls} calls were made`);
    assert.ok(!site.hasEnded());
});

const SCOPES = ['read', 'work', 'admin'];
const PEOPLES = ['users', 'insiders', 'askers', 'members', 'inquirers'];
const UNASKED = ['anyone', 'installed', 'agents', 'followers', 'directories'];

// As permissions.txt says it at its top.
function isWithin(scope, route, cells) {
    if (cells.takes === 'session')
        return false;
    const isRead = route.method === 'GET' && cells.takes !== 'work' && !/askers|inquirers/.test(cells.rule);
    const needed = !PEOPLES.includes(cells.rule) ? 'admin' : isRead ? 'read' : 'work';
    return SCOPES.indexOf(scope) >= SCOPES.indexOf(needed);
}

test('a token for a program opens what its owner may, within its scope', async () => {
    const tokens = await makeTokens(site, people, workspaces.own);
    const wrong = [];
    for (const route of printedRoutes()) {
        const cells = expected.get(`${route.method} ${route.path}`) ?? new Map();
        await Promise.all(tokens.map(async ({ who, of, scope, token }) => {
            const cell = cells.get(who);
            if (cell === '-' || cell === undefined)
                return;
            const isOpen = UNASKED.includes(cells.rule) || isWithin(scope, route, cells);
            const knocked = await knock(route, who, token);
            const wanted = isOpen || cell === '401' ? cell : '403';
            if (!fits(route, wanted, knocked))
                wrong.push(`${route.method} ${route.path}: ${scope} of ${of ?? who} should get ${wanted}, and got ` +
                    `${knocked.answer.status} ${knocked.answer.text.slice(0, 200)}`);
        }));
    }
    assert.ok(wrong.length === 0, `${wrong.length} are wrong\n${wrong.join('\n')}`);
});

// Somebody who has signed in, as themselves; the others are known by what explanations are not about.
const isPerson = (who) => !['nobody', 'agent', 'impostor', 'a-agent'].includes(who);
const personOf = (who) => people[{ elsewhere: 'owner', nowhere: 'platform' }[who] ?? who.replace('a-', '')];

function questionOf(route, who) {
    const { in: place, about = place } = caller(who);
    const { url, isGuess } = fill(route.path, place.id,
        { ...about.things, users: people.user.id, enrollments: enrollment });
    const query = new URLSearchParams({ userId: personOf(who).id, method: route.method, path: url });
    return { url: `/api/v1/access/explain?${query}`, isGuess };
}

// Presets are the same for every node, and exports are no rows of a table: ids of others there are not looked for.
const isUnseen = (route, who) => who === 'elsewhere' && /(log-presets|exports\/.*)$/.test(route.path);

// Is it what the server does? What an order itself refuses (409) has been let in.
function agrees(cell, { status, json }, isGuess) {
    const isOpen = cell === 'yes' || cell === '409';
    if (status === 404 && json.details?.field === 'path') // something in the path is not there
        return cell === '404' || (isOpen && isGuess);
    return status === 200 && json.allowed === isOpen &&
        (isOpen || String(json.refusal.status) === cell);
}

test('of every route and everybody it is explained what the server does', async () => {
    const wrong = [];
    const left = printedRoutes();
    let questions = 0;
    const askAbout = async (route) => {
        const name = `${route.method} ${route.path}`;
        for (const [who, cell] of expected.get(name) ?? []) {
            if (cell === '-' || !isPerson(who) || !applies(route, who) || isUnseen(route, who))
                continue;
            const { url, isGuess } = questionOf(route, who);
            const answer = await call(site, 'GET', url, { token: people.root.token });
            questions++;
            if (!agrees(cell, answer, isGuess))
                wrong.push(`${name}: ${who} gets ${cell}, and it is explained as ${answer.text.slice(0, 300)}`);
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
        while (left.length > 0)
            await askAbout(left.shift());
    }));
    assert.ok(wrong.length === 0, `${wrong.length} are wrong\n${wrong.join('\n')}`);
    assert.ok(questions > 1000, `only ${questions} questions were asked`);
});

// Whose rows each may see; of the others nothing may stand in an answer, neither ids nor names.
const SEEN = {
    user: [], stranger: ['foreign'],
    viewer: ['own', 'archived'], member: ['own', 'archived'], admin: ['own', 'archived'],
    owner: ['own', 'archived'],
};

const marksOf = (workspace) => [workspace.id, workspace.name, workspace.ran,
    ...Object.values(workspace.things)].map((mark) => mark.toLowerCase());

function strangersIn(text, who) {
    const hidden = Object.keys(workspaces).filter((name) => !SEEN[who].includes(name));
    const lower = text.toLowerCase();
    return hidden.flatMap((name) => marksOf(workspaces[name])).filter((mark) => lower.includes(mark));
}

// A page of everything that a caller may read; the log is that of the task that ran.
async function read(route, who, place) {
    const things = { ...place.things, users: people.user.id, enrollments: enrollment };
    if (route.path.endsWith('/logs'))
        things.tasks = place.ran;
    const url = fill(route.path, place.id, things).url + asPage(route.path);
    return { url, answer: await call(site, 'GET', url, { token: people[who].token }) };
}

const isAsked = ({ method, path }) => method === 'GET' && !/packages/.test(path); // they wait for an agent

test('no answer holds anything of a workspace that the caller is not in', async () => {
    const wrong = [];
    for (const route of printedRoutes().filter(isAsked)) {
        for (const who of Object.keys(SEEN)) {
            for (const place of [workspaces.own, workspaces.foreign]) {
                const { url, answer } = await read(route, who, place);
                if (answer.status === 200)
                    wrong.push(...strangersIn(answer.text, who).map((mark) => `${who}: ${url} shows ${mark}`));
            }
        }
    }
    assert.deepEqual(wrong, []);
});

// What shows nothing would hide that it shows too much.
test('every list of a workspace shows its owner something of it', async () => {
    const isList = ({ path }) => isOfWorkspace(path) || /^.api.v1.(workspaces|nodes|tasks|events)$/.test(path);
    const empty = [];
    for (const route of printedRoutes().filter(isAsked).filter(isList)) {
        if (/log-presets|assignable-users/.test(route.path)) // the same for all
            continue;
        if (/(timeline.histogram|next-runs)$/.test(route.path)) // times and numbers: e2e/evidence and commands count them
            continue;
        if (/terminal-sessions$/.test(route.path)) // an agent must be connected: e2e/terminals shows some
            continue;
        const { url, answer } = await read(route, 'owner', workspaces.own);
        const marks = marksOf(workspaces.own);
        if (!marks.some((mark) => answer.text.toLowerCase().includes(mark)))
            empty.push(`${url}: ${answer.status} ${answer.text.slice(0, 200)}`);
    }
    assert.deepEqual(empty, []);
});

test('the log of a task holds no line of another', async () => {
    const { text } = (await read({ method: 'GET', path: '/api/v1/tasks/:id/logs' }, 'owner', workspaces.own)).answer;
    assert.match(text, /Amber line/);
    const other = `/api/v1/tasks/${workspaces.own.things.tasks}/logs`;
    assert.doesNotMatch((await call(site, 'GET', other, { token: people.owner.token })).text, /Amber/);
});

test('no path has a method that permissions.txt does not list', async () => {
    const routes = printedRoutes();
    const pattern = ({ path }) => new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
    const wrong = [];
    for (const path of new Set(routes.map((route) => route.path))) {
        const { url } = fill(path, workspaces.own.id, workspaces.own.things);
        for (const method of METHODS) {
            if (routes.some((route) => route.method === method && pattern(route).test(url)))
                continue;
            const answer = await call(site, method, url, { token: people.platform.token });
            const isNone = url.startsWith('/scim/') ? answer.status === 405
                : answer.status === 404 && answer.json?.code === 'route_not_found';
            if (!isNone)
                wrong.push(`${method} ${url} answered ${answer.status}`);
        }
    }
    assert.deepEqual(wrong, []);
});

test('every page of a workspace is closed to those whose token has ended', async () => {
    const token = people.viewer.token.replace(/.{6}$/, 'AAAAAA');
    for (const route of printedRoutes().filter(({ path }) => isOfWorkspace(path))) {
        const { url } = fill(route.path, workspaces.own.id, workspaces.own.things);
        const answer = await call(site, route.method, url, { token });
        assert.equal(answer.status, 401, `${route.method} ${url}`);
    }
});
