// The edges of HTTP: framing, limits, manners, conditions and repeats, spoken to the server itself
// over plain sockets.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import net from 'node:net';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { makePerson } from '../support/people.mjs';
import { ADMIN, startSite, until } from '../support/site.mjs';

const API = '/api/v1';
const HOST = 'Host: edges\r\n';
const CREDENTIALS = { email: ADMIN.email, password: ADMIN.password };
const NEW_PASSWORD = 'Edges-Passw0rd!';
const JWT_SECRET = 'a secret that only this test and its server know';
const NOBODY = '00000000-0000-4000-8000-000000000000';
let site, hostname, port;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, { JWT_SECRET });
    ({ hostname, port } = new URL(site.url));
});
after(() => site?.close());

const unique = () => `edges-${randomBytes(6).toString('hex')}`;

/** Sends bytes as they are; gives what came back until the server closed or was asked to. */
async function raw(text) {
    const socket = net.connect(Number(port), hostname);
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    await once(socket, 'connect');
    socket.write(Buffer.from(text, 'latin1'));
    let seen = '';
    socket.setEncoding('latin1');
    for await (const chunk of socket) seen += chunk;
    return seen;
}

/** Sends a request that cannot be understood: it must be refused with this status, and the connection closed. */
async function expectRefused(status, text) {
    const seen = await raw(text);
    assert.match(seen, new RegExp(`^HTTP/1\\.1 ${status} `), seen.slice(0, 80));
    assert.match(seen, /\r\nConnection: close\r\n/);
    assert.equal(JSON.parse(seen.slice(seen.indexOf('\r\n\r\n'))).statusCode, status);
    assert.equal(seen.match(/^HTTP\/1\.1 /gm).length, 1, 'answered more than once');
}

let tokenPromise;
const token = () => {
    tokenPromise ??= ask('POST', `${API}/auth/login`, { body: CREDENTIALS, anonymous: true }).then(({ body }) => body.accessToken);
    return tokenPromise;
};

async function ask(method, path, { body, headers = {}, anonymous = false, text } = {}) {
    const response = await fetch(`http://${hostname}:${port}${path}`, {
        method,
        headers: {
            ...(anonymous ? {} : { authorization: `Bearer ${await token()}` }),
            ...(body === undefined && text === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
        },
        body: text ?? (body === undefined ? undefined : JSON.stringify(body)),
    });
    const answer = await response.text();
    const parsed = response.headers.get('content-type')?.includes('json') && answer ? JSON.parse(answer) : undefined;
    return { status: response.status, headers: response.headers, body: parsed, text: answer };
}

async function expectStatus(status, method, path, options) {
    const answer = await ask(method, path, options);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 300)}`);
    return answer;
}

const makeWorkspace = async () =>
    (await expectStatus(201, 'POST', `${API}/workspaces`, { body: { name: 'Edges', slug: unique() } })).body.id;

/** Somebody with an account, signed in. */
async function somebody() {
    const { id, credentials, token: own } = await makePerson(site, await token(), unique(), 'user');
    return { id, credentials, as: bearer(own) };
}

const bearer = (one) => ({ anonymous: true, headers: { authorization: `Bearer ${one}` } });

const nodeBody = () => ({ hostname: unique(), os: 'linux', arch: 'amd64' });

const LOGIN = `POST ${API}/auth/login HTTP/1.1\r\n${HOST}`;

test('a body is framed in one way only', async () => {
    await expectRefused(400, `${LOGIN}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`);
    await expectRefused(400, `${LOGIN}Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde`);
    for (const length of ['+5', '-5', '0x5', '5,5', '99999999999999999999']) {
        await expectRefused(400, `${LOGIN}Content-Length: ${length}\r\n\r\nabcde`);
    }
    for (const coding of ['gzip, chunked', 'xchunked', 'chunked, chunked']) {
        await expectRefused(400, `${LOGIN}Transfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`);
    }
    await expectRefused(400, `${LOGIN}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`);
});

test('a malformed head is refused', async () => {
    await expectRefused(400, 'GET /health HTTP/1.1\r\n\r\n');
    await expectRefused(400, `GET /health HTTP/1.1\r\n${HOST}${HOST}\r\n`);
    await expectRefused(400, `GET /health HTTP/1.1\n${HOST}\n`);
    await expectRefused(400, `GET /health HTTP/1.1\r\n${HOST}X : y\r\n\r\n`);
    await expectRefused(400, `GET /health HTTP/1.1\r\n${HOST}X: y\r\n z\r\n\r\n`);
    await expectRefused(400, `GET /health HTTP/1.1\r\n${HOST}X: y\0z\r\n\r\n`);
    await expectRefused(400, `GET /he\xffalth HTTP/1.1\r\n${HOST}\r\n`);
    await expectRefused(400, 'nonsense\r\n\r\n');
    await expectRefused(505, `GET /health HTTP/2.0\r\n${HOST}\r\n`);
    await expectRefused(501, `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`);
    await expectRefused(417, `${LOGIN}Expect: magic\r\nContent-Length: 2\r\n\r\n{}`);
});

test('heads and bodies have limits', async () => {
    await expectRefused(414, `GET /${'a'.repeat(12_000)} HTTP/1.1\r\n${HOST}\r\n`);
    await expectRefused(431, `GET /health HTTP/1.1\r\n${HOST}X: ${'a'.repeat(40_000)}\r\n\r\n`);
    await expectRefused(431, `GET /health HTTP/1.1\r\n${HOST}${'X: y\r\n'.repeat(300)}\r\n`);
    await expectRefused(413, `${LOGIN}Content-Length: 1048577\r\n\r\n`);
    await expectRefused(413, `POST ${API}/workspaces/${NOBODY}/tasks HTTP/1.1\r\n${HOST}Content-Length: 4194305\r\n\r\n`);
});

test('pipelined requests are answered in order', async () => {
    const seen = await raw(
        `GET /health HTTP/1.1\r\n${HOST}\r\nGET /nope HTTP/1.1\r\n${HOST}\r\n` +
            `HEAD /health HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`,
    );
    assert.deepEqual(seen.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
});

test('a body that is no JSON object is refused', async () => {
    const bodies = ['{bad', 'null', '"x"', '1', '{"name":"a\\u0000b"}', '{"name":"\\ud800"}', `${'['.repeat(5000)}`, '{"a":1e999}'];
    for (const text of bodies) {
        const { body } = await expectStatus(400, 'POST', `${API}/workspaces`, { text });
        assert.equal(body.code, 'malformed_json', text);
    }
});

test('a body that is no JSON in UTF-8 is refused, and never said back', async () => {
    const text = JSON.stringify(CREDENTIALS);
    const others = [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/x-www-form-urlencoded' },
        { 'content-type': 'multipart/form-data; boundary=x' },
        { 'content-type': 'application/jsonp' },
        { 'content-type': 'application/json; charset=iso-8859-1' },
        { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    ];
    for (const headers of others) {
        const { body } = await expectStatus(415, 'POST', `${API}/auth/login`, { text, headers, anonymous: true });
        assert.equal(body.code, 'unsupported_media_type');
        assert.ok(!JSON.stringify(body).includes(CREDENTIALS.password));
    }
    for (const type of ['application/json', 'Application/JSON; charset="UTF-8"', 'application/vnd.api+json', 'text/json'])
        await expectStatus(200, 'POST', `${API}/auth/login`, { text, headers: { 'content-type': type }, anonymous: true });
});

test('malformed ids are the fault of the caller', async () => {
    const workspace = await makeWorkspace();
    for (const id of ['x', '%00', '%FF', '%zz', `${NOBODY}%0a`, `%7B${NOBODY}%7D`]) {
        await expectStatus(400, 'GET', `${API}/workspaces/${workspace}/nodes/${id}`);
        await expectStatus(400, 'GET', `${API}/workspaces/${workspace}/tasks/${id}/logs`);
        await expectStatus(400, 'DELETE', `${API}/nodes/${id}`);
        await expectStatus(400, 'GET', `${API}/workspaces/${id}/nodes`);
    }
    for (const id of [NOBODY, '00000000-0000-0000-0000-000000000000']) {
        await expectStatus(404, 'GET', `${API}/workspaces/${workspace}/nodes/${id}`);
        await expectStatus(404, 'GET', `${API}/workspaces/${workspace}/tasks/${id}/logs`);
        await expectStatus(404, 'GET', `${API}/workspaces/${id}/nodes`);
    }
});

test('parameters are taken literally or refused', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    for (const query of ['limit=x', 'limit=1&limit=2', 'limit[a]=1', 'offset=-1', 'foo=1', 'search=%ff', 'search=%00', 'limit=%zz', 'teamId=']) {
        await expectStatus(400, 'GET', `${nodes}?${query}`);
    }
    await expectStatus(201, 'POST', nodes, { body: nodeBody() });
    assert.equal((await ask('GET', `${nodes}?search=%25`)).body.length, 0);
    assert.equal((await ask('GET', `${nodes}?limit=99999999999999999999`)).body.length, 1);
});

test('a search knows no case of any script, and every sign stands for itself', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    const { id } = await expectStatus(201, 'POST', nodes,
        { body: { ...nodeBody(), name: 'Müller Straße ИВАН 100%' } }).then(({ body }) => body);
    const found = async (text) => (await ask('GET', `${nodes}?search=${encodeURIComponent(text)}`)).body.map((node) => node.id);
    for (const text of ['MÜLLER', 'mu\u0308ller', 'STRASSE', 'иван', 'ＭÜＬＬＥＲ', '100%', '0%'])
        assert.deepEqual(await found(text), [id], text);
    for (const text of ['m_ller', '10%', 'muller', 'иван 1\\'])
        assert.deepEqual(await found(text), [], text);
});

test('the trail is searched by part of an address, in any case, and by id', async () => {
    const workspace = await makeWorkspace();
    await expectStatus(201, 'POST', `${API}/workspaces/${workspace}/nodes`, { body: nodeBody() });
    const { id } = (await ask('GET', `${API}/users/me`)).body;
    for (const trail of [`${API}/audit-logs`, `${API}/workspaces/${workspace}/audit-logs`]) {
        const found = async (actor) => (await expectStatus(200, 'GET', `${trail}?actor=${encodeURIComponent(actor)}`)).body;
        for (const actor of [ADMIN.email.slice(1, -1), ADMIN.email.toUpperCase(), id]) {
            const entries = await found(actor);
            assert.ok(entries.length > 0, `${trail}: ${actor}`);
            for (const entry of entries) assert.equal(entry.actorUserId, id);
        }
        for (const stranger of ['%', 'nobody@example.com', NOBODY]) assert.deepEqual(await found(stranger), []);
    }
});

test('paths match in any case, with one slash behind; anything else is 404', async () => {
    await expectStatus(200, 'GET', '/API/v1/WorkSpaces/');
    for (const path of [`${API}/workspaces//`, `${API}//workspaces`, `${API}/work%73paces`, `${API}/workspaces//nodes`, '/nowhere']) {
        await expectStatus(404, 'GET', path);
    }
    for (const method of ['PUT', 'PATCH', 'DELETE']) await expectStatus(404, method, `${API}/workspaces`);
});

test('an answer that is known is not sent again', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    const node = `${nodes}/${(await ask('POST', nodes, { body: nodeBody() })).body.id}`;
    for (const path of [node, nodes, `${API}/docs-json`]) {
        const etag = (await expectStatus(200, 'GET', path)).headers.get('etag');
        for (const known of [etag, `"other", ${etag}`, '*']) {
            const { text, headers } = await expectStatus(304, 'GET', path, { headers: { 'if-none-match': known } });
            assert.equal(text, '');
            assert.equal(headers.get('etag'), etag);
            assert.equal(headers.get('vary'), 'Origin, Accept-Encoding');
        }
        await expectStatus(200, 'GET', path, { headers: { 'if-none-match': '"other"' } });
        assert.equal((await expectStatus(200, 'HEAD', path)).text, '');
    }
});

test('a change on a condition happens on that condition only', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    const node = `${nodes}/${(await ask('POST', nodes, { body: nodeBody() })).body.id}`;
    const etag = (await ask('GET', node)).headers.get('etag');
    await expectStatus(400, 'DELETE', node, { headers: { 'if-match': 'junk' } });
    await expectStatus(412, 'DELETE', node, { headers: { 'if-match': '"9999"' } });
    await expectStatus(200, 'GET', node);
    await expectStatus(200, 'DELETE', node, { headers: { 'if-match': etag } });
});

test('a condition is met by any tag of a list, and by no weak one', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    const node = `${nodes}/${(await ask('POST', nodes, { body: nodeBody() })).body.id}`;
    const etag = (await ask('GET', node)).headers.get('etag');
    assert.doesNotMatch(etag, /^W\//, 'a tag to make conditions of');
    for (const weak of [`W/${etag}`, 'W/"1"', `"other", W/${etag}`])
        await expectStatus(412, 'DELETE', node, { headers: { 'if-match': weak } });
    await expectStatus(200, 'DELETE', node, { headers: { 'if-match': `"other", W/"1" , ${etag}` } });
});

test('a row and the same row packed have tags of their own, both to make conditions of', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    const node = `${nodes}/${(await ask('POST', nodes, { body: { ...nodeBody(), description: 'x'.repeat(2000) } })).body.id}`;
    const read = (coding, tag) =>
        ask('GET', node, { headers: { 'accept-encoding': coding, ...(tag && { 'if-none-match': tag }) } });
    const plain = await read('identity');
    const packed = await read('gzip');
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    const [plainTag, packedTag] = [plain, packed].map((answer) => answer.headers.get('etag'));
    assert.notEqual(packedTag, plainTag);
    for (const [coding, own, other] of [['identity', plainTag, packedTag], ['gzip', packedTag, plainTag]]) {
        const known = await read(coding, own);
        assert.deepEqual([known.status, known.text, known.headers.get('etag')], [304, '', own]);
        assert.equal(known.headers.get('content-encoding'), null);
        const unknown = await read(coding, other);
        assert.deepEqual([unknown.status, unknown.headers.get('etag')], [200, own]);
    }
    await expectStatus(412, 'DELETE', node, { headers: { 'if-match': '"9999-0-gzip"' } });
    await expectStatus(200, 'DELETE', node, { headers: { 'if-match': packedTag } });
});

test('people change their own account on a condition', async () => {
    const change = (tag, enrollmentEmailsEnabled, wanted) =>
        expectStatus(wanted, 'PATCH', `${API}/users/me/preferences`,
            { body: { enrollmentEmailsEnabled }, headers: { 'if-match': tag } });
    const tag = async () => (await ask('GET', `${API}/users/me`)).headers.get('etag');
    const seen = await tag();
    await change(seen, false, 200);
    await change(seen, true, 412);
    await change(await tag(), true, 200);
    await change('*', false, 200);
    await change('*', true, 200);
});

test('an end that is shown includes what it is of', async () => {
    const workspace = await makeWorkspace();
    const trail = `${API}/workspaces/${workspace}/audit-logs`;
    await expectStatus(201, 'POST', `${API}/workspaces/${workspace}/teams`, { body: { name: 'Core' } });
    const [{ id, createdAt }] = (await ask('GET', `${trail}?action=team.created`)).body;
    const idsTo = async (to) =>
        (await ask('GET', `${trail}?to=${to}&action=team.created`)).body.map((entry) => entry.id);
    const day = createdAt.slice(0, 10);
    for (const to of [createdAt, createdAt.slice(0, 19), day, `${createdAt.slice(0, 23)}999Z`])
        assert.deepEqual(await idsTo(to), [id], to);
    assert.deepEqual(await idsTo(new Date(Date.parse(createdAt) - 1).toISOString()), []);
    assert.deepEqual(await idsTo(`${day}T00:00:00.000000Z`), []);
    assert.deepEqual((await ask('GET', `${trail}?from=${day}&action=team.created`)).body.length, 1);
});

test('a repeat by the same key changes nothing again', async () => {
    const nodes = `${API}/workspaces/${await makeWorkspace()}/nodes`;
    const body = nodeBody();
    const headers = { 'idempotency-key': unique() };
    const first = await expectStatus(201, 'POST', nodes, { body, headers });
    const again = await expectStatus(201, 'POST', nodes, { body, headers });
    assert.deepEqual(again.body, first.body);
    await expectStatus(409, 'POST', nodes, { body: nodeBody(), headers });
    await expectStatus(400, 'POST', nodes, { body, headers: { 'idempotency-key': 'k'.repeat(201) } });
    assert.equal((await ask('GET', nodes)).body.length, 1);
    await expectStatus(201, 'POST', nodes, { body: nodeBody(), headers: { 'idempotency-key': 'k'.repeat(200) } });
});

/** Asks for one entry more than there is, again if just then one was added. */
async function expectOneMoreRefused(path) {
    for (let i = 0; i < 10; i++) {
        const size = Number((await ask('GET', path)).headers.get('ledger-size'));
        const { status, headers } = await ask('GET', path, { headers: { 'ledger-min-size': String(size + 1) } });
        if (status === 412)
            return;
        assert.ok(Number(headers.get('ledger-size')) > size, `answered ${status}`);
    }
    assert.fail('the ledger grows all the time');
}

test('an answer names the size of the ledger, and one can ask for no less', async () => {
    const path = `${API}/workspaces`;
    const size = Number((await expectStatus(200, 'GET', path)).headers.get('ledger-size'));
    assert.ok(size > 0);
    await expectStatus(200, 'GET', path, { headers: { 'ledger-min-size': String(size) } });
    await expectOneMoreRefused(path);
    for (const wrong of ['-1', 'x', '1.5']) await expectStatus(400, 'GET', path, { headers: { 'ledger-min-size': wrong } });
});

test('long answers are packed for those who can unpack', async () => {
    const path = `${API}/docs-json`;
    const packed = await ask('GET', path, { headers: { 'accept-encoding': 'gzip' } });
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    const plain = await ask('GET', path, { headers: { 'accept-encoding': 'gzip;q=0' } });
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(plain.text, packed.text);
});

test('every origin is told what it may, and preflights ask for nothing', async () => {
    const headers = { origin: 'https://browser.example', 'access-control-request-headers': 'authorization, x-any' };
    const answer = await expectStatus(204, 'OPTIONS', '/anything', { headers, anonymous: true });
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://browser.example');
    assert.equal(answer.headers.get('access-control-allow-credentials'), 'true');
    assert.equal(answer.headers.get('access-control-allow-headers'), 'authorization, x-any');
    assert.match(answer.headers.get('access-control-allow-methods'), /PATCH/);
});

test('tokens that are not ours open nothing', async () => {
    const [head, claims, signature] = (await token()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const wrong = ['', 'x', 'a.b.c', `${head}.${claims}.`, `${none}.${claims}.`, `${none}.${claims}.${signature}`, `${head}.${claims}.${signature}x`, 'a'.repeat(8000)];
    for (const one of wrong) {
        await expectStatus(401, 'GET', `${API}/workspaces`, { anonymous: true, headers: { authorization: `Bearer ${one}` } });
    }
    await expectStatus(401, 'GET', `${API}/workspaces`, { anonymous: true });
    await expectStatus(401, 'GET', `${API}/workspaces`, { anonymous: true, headers: { authorization: `Basic ${head}` } });
    const { sub, sessionVersion } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    await expectStatus(200, 'GET', `${API}/workspaces`, bearer(signed({ sub, sessionVersion })));
    for (const more of [{ type: 'invite' }, { type: '' }, { exp: 1 }, { sessionVersion: sessionVersion + 1 }, { sub: NOBODY }]) {
        await expectStatus(401, 'GET', `${API}/workspaces`, bearer(signed({ sub, sessionVersion, ...more })));
    }
});

/** A token of the server's own secret, whatever it says. */
function signed(claims) {
    const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signature = createHmac('sha256', JWT_SECRET).update(parts.join('.')).digest('base64url');
    return [...parts, signature].join('.');
}

test('a token ends with the password that it was given for', async () => {
    const { id, credentials, as } = await somebody();
    await expectStatus(200, 'GET', `${API}/users/me`, as);
    const { sessionVersion } = JSON.parse(Buffer.from(as.headers.authorization.split('.')[1], 'base64url').toString());
    const ofNoSession = bearer(signed({ sub: id, sessionVersion })); // as those that were made before there were any
    await expectStatus(200, 'GET', `${API}/users/me`, ofNoSession);
    const body = { currentPassword: credentials.password, newPassword: NEW_PASSWORD };
    await expectStatus(401, 'POST', `${API}/users/me/password`, { ...as, body: { ...body, currentPassword: 'not this one' } });
    await expectStatus(200, 'POST', `${API}/users/me/password`, { ...as, body });
    await expectStatus(401, 'GET', `${API}/users/me`, as);
    await expectStatus(401, 'GET', `${API}/users/me`, ofNoSession);
    await expectStatus(401, 'POST', `${API}/auth/login`, { body: credentials, anonymous: true });
    await expectStatus(200, 'POST', `${API}/auth/login`, { body: { ...credentials, password: NEW_PASSWORD }, anonymous: true });
});

test('an account that is switched off is out at once', async () => {
    const { id, credentials, as } = await somebody();
    await expectStatus(200, 'GET', `${API}/users/me`, as);
    await expectStatus(200, 'PATCH', `${API}/users/${id}`, { body: { isActive: false } });
    await expectStatus(401, 'GET', `${API}/users/me`, as);
    await expectStatus(401, 'POST', `${API}/auth/login`, { body: credentials, anonymous: true });
    const recorded = async () => /"failure": ?"inactive_account"/.test((await ask('GET', `${API}/audit-logs?limit=100`)).text);
    await until('the attempt on record', recorded);
});

test('a member who is removed reads no more', async () => {
    const { id, as } = await somebody();
    const workspace = `${API}/workspaces/${await makeWorkspace()}`;
    await expectStatus(403, 'GET', workspace, as);
    const { body } = await expectStatus(201, 'POST', `${workspace}/members`, { body: { userId: id, role: 'viewer' } });
    await expectStatus(200, 'GET', workspace, as);
    await expectStatus(200, 'DELETE', `${workspace}/members/${body.id}`);
    await expectStatus(403, 'GET', workspace, as);
});

test('unknown and known people are refused alike', async () => {
    const { credentials } = await somebody();
    const wrong = (email) => ask('POST', `${API}/auth/login`, { body: { email, password: 'Wrong-Passw0rd!' }, anonymous: true });
    const known = await wrong(credentials.email);
    const unknown = await wrong(`${unique()}@edges.example`);
    assert.equal(known.status, 401);
    const told = ({ body: { timestamp, traceId, ...rest } }) => rest;
    assert.deepEqual({ status: unknown.status, ...told(unknown) }, { status: known.status, ...told(known) });
});

test('who is refused is on record', async () => {
    const { as } = await somebody();
    await expectStatus(403, 'GET', `${API}/users`, as);
    const recorded = async () => (await ask('GET', `${API}/audit-logs?limit=100`)).text.includes('GET /users');
    await until('the refusal', recorded);
});

test('a foreign page may not call', async () => {
    const settings = { CORS_ORIGIN: 'https://ours.example' };
    const strict = await startSite(process.env.PROGRAM, `${process.env.SITE_LOG}-strict`, settings);
    try {
        const status = async (origin) => (await fetch(`${strict.url}${API}/auth/providers`, { headers: { origin } })).status;
        assert.equal(await status('https://ours.example'), 200);
        assert.equal(await status('https://theirs.example'), 403);
    } finally {
        await strict.close();
    }
});
