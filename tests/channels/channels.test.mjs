// What is told to channels, as receivers get it; signatures are checked by Node's own cryptography.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ADMIN, call, must, signIn, startSite, until } from '../support/site.mjs';

const PATIENCE = { ms: 60_000 };
const SECRET = 's3cret-part-of-the-address';
let place, site, token, workspace, node;
const receivers = [];

const start = async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, {
        FLEETLEDGER_HOME: join(place, 'home'), OUTBOUND_ALLOW: '127.0.0.1',
        OUTBOUND_CA_FILE: join(process.env.WORK, 'trusted.pem') });
    token = await signIn(site, ADMIN);
};

// Keeps what it gets, and answers by `answer`, which may be changed. Over TLS, with the certificate of that name.
async function startReceiver(certificate) {
    const receiver = { got: [], answer: (response) => response.end('ok') };
    const read = (end) => readFile(join(process.env.WORK, `${certificate}.${end}`));
    const serve = certificate === undefined ? createServer
        : createTlsServer.bind(undefined, { key: await read('key'), cert: await read('pem') });
    const server = serve((request, response) => {
        let body = '';
        request.on('data', (piece) => { body += piece; });
        request.on('end', () => {
            receiver.got.push({ headers: request.headers, body, json: JSON.parse(body) });
            receiver.answer(response);
        });
    });
    await new Promise((resume) => server.listen(0, '127.0.0.1', resume));
    receiver.url = `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${server.address().port}/${SECRET}`;
    receiver.close = () => { server.closeAllConnections(); server.close(); };
    receivers.push(receiver);
    return receiver;
}

const makeChannel = (body) => must(site, 'POST', `/workspaces/${workspace}/channels`,
    { token, body: { name: 'Receiver', kind: 'webhook', types: ['node.maintenance.*'], ...body } });
const below = (channel, path = '') => `/workspaces/${workspace}/channels/${channel.id}${path}`;
const removeChannel = (channel) => must(site, 'DELETE', below(channel), { token });
const deliveries = (channel) => must(site, 'GET', below(channel, '/deliveries'), { token });
const sendTest = (channel) => must(site, 'POST', below(channel, '/test'), { token });

async function outcomeOf(channel, deliveryId, status) {
    return until(`delivery ${status}`, async () => (await deliveries(channel))
        .find((delivery) => delivery.id === deliveryId && delivery.status === status), PATIENCE);
}

async function makeEvents(count) {
    for (let i = 0; i < count; i++)
        await must(site, 'POST', `/workspaces/${workspace}/nodes/${node}/maintenance/${i % 2 === 0 ? 'enable' : 'disable'}`,
            { token, body: {} });
}

// As a receiver does it: https://www.standardwebhooks.com
function isSignedBy(got, key) {
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = got.headers;
    const mac = createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64'))
        .update(`${id}.${at}.${got.body}`).digest('base64');
    assert.ok(Math.abs(Date.now() / 1000 - Number(at)) < 300);
    return signatures.split(' ').includes(`v1,${mac}`);
}

before(async () => {
    place = await mkdtemp(join(tmpdir(), 'fleetledger-channels-'));
    await chmod(place, 0o755);
    await start();
    workspace = (await must(site, 'POST', '/workspaces', { token, body: { name: 'Amber <!channel>', slug: 'amber' } })).id;
    node = (await must(site, 'POST', `/workspaces/${workspace}/nodes`,
        { token, body: { name: 'web-1', hostname: 'web-1', os: 'linux', arch: 'amd64' } })).id;
});
after(async () => {
    receivers.forEach((receiver) => receiver.close());
    await site?.close();
    await rm(place, { recursive: true, force: true });
});

test('a webhook is a signed CloudEvent, and by two keys while they change', async () => {
    const receiver = await startReceiver();
    const channel = await makeChannel({ url: receiver.url });
    await makeEvents(1);
    await until('the event', () => receiver.got.length === 1, PATIENCE);
    const [got] = receiver.got;
    assert.equal(got.json.type, 'fleetledger.node.maintenance.enabled');
    assert.equal(got.json.id, got.headers['webhook-id']);
    assert.equal(got.headers['content-type'], 'application/cloudevents+json');
    assert.equal(got.json.data.nodeName, 'web-1');
    assert.ok(isSignedBy(got, channel.key));
    const rotated = await must(site, 'POST', below(channel, '/rotate-key'), { token });
    assert.notEqual(rotated.key, channel.key);
    const { deliveryId } = await sendTest(channel);
    await outcomeOf(channel, deliveryId, 'delivered');
    assert.ok(isSignedBy(receiver.got[1], channel.key));
    assert.ok(isSignedBy(receiver.got[1], rotated.key));
    const shown = await must(site, 'GET', below(channel), { token });
    assert.equal(shown.key, undefined);
    assert.ok(!JSON.stringify(shown).includes(SECRET));
    await makeEvents(2);
    await removeChannel(channel);
});

test('what is told in a chat is what its text says, without markup of others', async () => {
    const receiver = await startReceiver();
    const channel = await makeChannel({ kind: 'chat', url: receiver.url, digestSeconds: 0,
        text: '{{severity}}: {{type}} on {{node}} in {{workspace}}' });
    await makeEvents(2);
    await until('both', () => receiver.got.length === 2, PATIENCE);
    // Two are on their way at once, so either may be the first.
    assert.deepEqual(receiver.got.map(({ json }) => json.text).sort(), [
        'info: node.maintenance.disabled on web-1 in Amber &lt;!channel&gt;',
        'warning: node.maintenance.enabled on web-1 in Amber &lt;!channel&gt;']);
    assert.ok(receiver.got.every(({ json }) => Object.keys(json).length === 1));
    await removeChannel(channel);
});

test('a flood is one message', async () => {
    const receiver = await startReceiver();
    const channel = await makeChannel({ url: receiver.url, digestSeconds: 3 });
    await makeEvents(30);
    const told = () => receiver.got.reduce((sum, { json }) => sum + (json.data.events ?? 1), 0);
    await until('all of them', () => told() === 30, PATIENCE);
    assert.ok(receiver.got.length < 15);
    const digest = receiver.got.find(({ json }) => json.type === 'fleetledger.digest');
    assert.ok(digest.json.data.first.length <= 10);
    assert.ok(isSignedBy(digest, channel.key));
    await removeChannel(channel);
});

test('in quiet hours it waits, and comes as one message after them', async () => {
    const receiver = await startReceiver();
    const other = await startReceiver();
    const clock = (ms) => new Date(Date.now() + ms).toISOString().slice(11, 16);
    const quiet = await makeChannel({ url: receiver.url,
        quietHours: { from: clock(-7_200_000), to: clock(7_200_000), timezone: 'UTC' } });
    const channel = await makeChannel({ url: other.url });
    await makeEvents(2);
    await until('the channel without quiet hours', () => other.got.length === 2, PATIENCE);
    assert.equal(receiver.got.length, 0);
    await must(site, 'PATCH', below(quiet), { token, body: { quietHours: null } });
    await until('what waited', () => receiver.got.length > 0, PATIENCE);
    assert.equal(receiver.got.length, 1);
    assert.equal(receiver.got[0].json.data.events, 2);
    await removeChannel(quiet);
    await removeChannel(channel);
});

test('a channel of the platform tells of any workspace, and each event says which', async () => {
    const receiver = await startReceiver();
    const other = await must(site, 'POST', '/workspaces', { token, body: { name: 'Birch', slug: 'birch' } });
    const body = { name: 'All', kind: 'webhook', url: receiver.url, types: ['node.maintenance.*'], digestSeconds: 0 };
    const channel = await must(site, 'POST', '/notification-channels', { token, body });
    const place = `/notification-channels/${channel.id}`;
    assert.equal(channel.workspaceId, undefined);
    await makeEvents(1);
    await until('the event', () => receiver.got.length === 1, PATIENCE);
    assert.equal(receiver.got[0].json.source, `/workspaces/${workspace}`);
    assert.equal(receiver.got[0].json.data.workspaceId, workspace);
    assert.ok(isSignedBy(receiver.got[0], channel.key));
    await must(site, 'PATCH', place, { token, body: { digestSeconds: 2 } });
    await makeEvents(2);
    const digest = await until('a digest', () => receiver.got.find(({ json }) => json.data.events === 2), PATIENCE);
    assert.deepEqual(digest.json.data.first.map((event) => event.workspaceId), [workspace, workspace]);
    await must(site, 'PATCH', place, { token, body: { digestSeconds: 0, workspaceIds: [other.id] } });
    await makeEvents(1);
    await must(site, 'POST', `${place}/test`, { token });
    const [told] = await until('the test', async () => {
        const all = await must(site, 'GET', `${place}/deliveries`, { token });
        return all.every(({ status }) => status !== 'pending') && all.length > 0 ? all : undefined;
    }, PATIENCE);
    assert.equal(told.status, 'delivered');
    const last = receiver.got.at(-1).json;
    assert.deepEqual([last.type, last.source, last.data.workspaceId], ['fleetledger.notification.test', '/platform', undefined]);
    assert.equal((await call(site, 'GET', `/api/v1/workspaces/${workspace}/channels/${channel.id}`, { token })).status, 404);
    await must(site, 'DELETE', place, { token });
});

test('a receiver is who its certificate says, by an authority that is trusted', async () => {
    const ours = await startReceiver('ours');
    const channel = await makeChannel({ url: ours.url });
    const { deliveryId } = await sendTest(channel);
    await outcomeOf(channel, deliveryId, 'delivered');
    await removeChannel(channel);
    for (const name of ['elsewhere', 'strange']) {
        const receiver = await startReceiver(name);
        const wrong = await makeChannel({ url: receiver.url });
        await sendTest(wrong);
        const delivery = await until('the attempt', async () => (await deliveries(wrong)).find(({ attempts }) => attempts > 0), PATIENCE);
        assert.notEqual(delivery.status, 'delivered');
        assert.match(delivery.lastError, /certificate/);
        assert.equal(receiver.got.length, 0);
        await removeChannel(wrong);
    }
});

test('a redirection is not followed, and what is refused is not tried again', async () => {
    const receiver = await startReceiver();
    const other = await startReceiver();
    const channel = await makeChannel({ url: receiver.url });
    for (const [status, said] of [[302, 'redirections are not followed'], [410, 'answered 410'], [400, 'answered 400: no']]) {
        receiver.answer = (response) => response.writeHead(status, { location: other.url }).end('no');
        const { deliveryId } = await sendTest(channel);
        const delivery = await outcomeOf(channel, deliveryId, 'dead_letter');
        assert.ok(delivery.lastError.includes(said), delivery.lastError);
        assert.equal(delivery.attempts, 1);
    }
    assert.equal(other.got.length, 0);
    await removeChannel(channel);
});

test('who never answers, or answers without end, holds up nobody else', async () => {
    const deaf = await startReceiver();
    const endless = await startReceiver();
    const well = await startReceiver();
    deaf.answer = () => {};
    endless.answer = (response) => {
        const more = () => { while (!response.destroyed && response.write('x'.repeat(65536))); };
        response.on('drain', more).on('error', () => {});
        more();
    };
    const silent = await makeChannel({ url: deaf.url });
    const loud = await makeChannel({ url: endless.url });
    const fine = await makeChannel({ url: well.url });
    for (let i = 0; i < 4; i++)
        await sendTest(silent);
    const ended = await sendTest(loud);
    const before = Date.now();
    const told = await sendTest(fine);
    await outcomeOf(fine, told.deliveryId, 'delivered');
    await outcomeOf(loud, ended.deliveryId, 'delivered');
    assert.ok(deaf.got.length <= 4);
    assert.ok(well.got.length === 1 && Date.now() - before < PATIENCE.ms);
    for (const channel of [silent, loud, fine])
        await removeChannel(channel);
});

test('what is not allowed is not reached, by whatever name', async () => {
    for (const url of ['http://0.0.0.0:1/', 'http://169.254.169.254/latest/', 'http://2852039166/latest/', 'http://10.0.0.1/']) {
        const channel = await makeChannel({ url });
        const { deliveryId } = await sendTest(channel);
        const delivery = await outcomeOf(channel, deliveryId, 'dead_letter');
        assert.match(delivery.lastError, /not public|address of the link/);
        await removeChannel(channel);
    }
});

test('a test by mail goes to whoever asks', async () => {
    const count = site.sink.letters.length;
    await must(site, 'POST', `/workspaces/${workspace}/notifications/test`, { token, body: { channel: 'email' } });
    await until('the mail', () => site.sink.letters.length > count, PATIENCE);
});

test('a restart in the middle tells it at least once, under the same id, and no secret is in any file of the log', async () => {
    const receiver = await startReceiver();
    const channel = await makeChannel({ url: receiver.url });
    receiver.answer = () => {};
    await makeEvents(1);
    await until('the first attempt', () => receiver.got.length === 1, PATIENCE);
    await site.close('SIGKILL');
    receiver.answer = (response) => response.end('ok');
    await start();
    await until('the second attempt', () => receiver.got.length >= 2, PATIENCE);
    assert.equal(receiver.got[1].headers['webhook-id'], receiver.got[0].headers['webhook-id']);
    assert.ok(isSignedBy(receiver.got[1], channel.key));
    for (const end of ['out', 'err'])
        assert.ok(!(await readFile(`${process.env.SITE_LOG}.${end}`, 'utf8')).includes(SECRET));
    const answer = await call(site, 'GET', `/api/v1${below(channel)}`, { token });
    assert.ok(!answer.text.includes(SECRET) && !answer.text.includes(channel.key));
});
