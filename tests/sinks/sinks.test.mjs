// What is recorded, as receivers get it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ADMIN, call, must, signIn, startSite, until } from '../support/site.mjs';
import { startDeafReceiver, startRsyslog, startWebReceiver } from './receivers.mjs';

const PATIENCE = { ms: 60_000 };
const REPORTS = ['sink.failing', 'sink.recovered', 'sink.refused'];
const certificates = process.env.WORK;
let place, files, site, token, workspace, names = 0;
const receivers = [];

const start = async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, {
        FLEETLEDGER_HOME: join(place, 'home'), SINK_DIRECTORY: files,
        SINK_CA_FILE: join(certificates, 'cert.pem'),
        ASAN_OPTIONS: 'quarantine_size_mb=8', // else what was freed counts as used
    });
    token = await signIn(site, ADMIN);
};

const receive = async (kind = () => startWebReceiver()) => {
    const receiver = await kind();
    receivers.push(receiver);
    return receiver;
};

const makeSink = (body) => must(site, 'POST', '/sinks', { token, body: { fromPosition: 0, ...body } });
const seeSink = (id) => must(site, 'GET', `/sinks/${id}`, { token });
const changeSink = (id, body) => must(site, 'PATCH', `/sinks/${id}`, { token, body });
const removeSink = (id) => must(site, 'DELETE', `/sinks/${id}`, { token });

async function makeEvents(count) {
    for (let i = 0; i < count; i++)
        await must(site, 'PATCH', `/workspaces/${workspace}`, { token, body: { name: `Sinks ${names++}` } });
}

// Every event on record, oldest first.
async function recorded() {
    const events = [];
    let after = '';
    do {
        const query = `order=oldest&limit=1000${after && `&after=${encodeURIComponent(after)}`}`;
        const page = await must(site, 'GET', `/timeline?${query}`, { token });
        events.push(...page.events);
        after = page.next;
    } while (after);
    return events;
}

// The positions that a sink without a filter must have been sent.
const wanted = async () => (await recorded())
    .filter((event) => !REPORTS.includes(event.type)).map((event) => event.position);

const missing = (positions, all) => all.filter((position) => !positions.includes(position));
const hasAll = async (positions) => missing(await positions(), await wanted()).length === 0;
const isRising = (positions) => positions.every((position, i) => i === 0 || position > positions[i - 1]);

before(async () => {
    place = await mkdtemp(join(tmpdir(), 'fleetledger-sinks-'));
    await chmod(place, 0o755);
    files = await mkdtemp(join(place, 'files-'));
    await start();
    workspace = (await must(site, 'POST', '/workspaces',
        { token, body: { name: 'Sinks', slug: 'sinks' } })).id;
    await makeEvents(20);
});
after(async () => {
    receivers.forEach((receiver) => receiver.close());
    await site?.close();
    await rm(place, { recursive: true, force: true });
});

test('a receiver gets every event once, in order, while all is well', async () => {
    const receiver = await receive();
    const sink = await makeSink({ name: 'Well', address: receiver.url });
    await until('the old events', () => hasAll(receiver.positions), PATIENCE);
    await makeEvents(5);
    await until('the new events', () => hasAll(receiver.positions), PATIENCE);
    assert.ok(isRising(receiver.positions()));
    assert.equal(receiver.headers[0]['content-type'], 'application/jsonl');
    assert.equal((await seeSink(sink.id)).behind, 0);
    await removeSink(sink.id);
});

test('a filter lets through what it says', async () => {
    const receiver = await receive();
    const sink = await makeSink({
        name: 'Some', address: receiver.url, filter: { type: 'workspace.changed', workspace },
    });
    await makeEvents(1);
    await until('what passes', async () => {
        const all = (await recorded()).filter((event) => event.type === 'workspace.changed');
        return missing(receiver.positions(), all.map((event) => event.position)).length === 0;
    }, PATIENCE);
    assert.deepEqual([...new Set(receiver.events.map((event) => event.type))], ['workspace.changed']);
    await removeSink(sink.id);
});

test('a receiver that fails gets everything once it is back', async () => {
    const receiver = await receive();
    receiver.judge = () => 503;
    const sink = await makeSink({ name: 'Fails', address: receiver.url });
    const failing = await until('it is on record', async () => {
        const seen = await seeSink(sink.id);
        return seen.failingSince !== null && seen;
    }, PATIENCE);
    assert.equal(failing.failingReason, 'the receiver answered with status 503');
    assert.ok(failing.behind > 0 && failing.failedTries >= 3);
    const metrics = (await call(site, 'GET', '/metrics')).text;
    assert.match(metrics, new RegExp(`fleetledger_sink_behind_events\\{sink="${sink.id}"\\} [1-9]`));
    await makeEvents(5);
    receiver.judge = () => 200;
    await until('everything', () => hasAll(receiver.positions), PATIENCE);
    await until('the end is on record', async () => (await seeSink(sink.id)).failingSince === null, PATIENCE);
    assert.ok(isRising(receiver.positions()));
    await removeSink(sink.id);
});

test('an event that is refused is left out on record, and the rest goes on', async () => {
    const receiver = await receive();
    const poison = (await recorded()).filter((event) => event.type === 'workspace.changed')[3].position;
    receiver.judge = (events) => (events.some((event) => event.position === poison) ? 422 : 200);
    const sink = await makeSink({ name: 'Refuses', address: receiver.url });
    await until('it is left out', async () => (await seeSink(sink.id)).refused === 1, PATIENCE);
    await makeEvents(3);
    await until('the rest', async () =>
        missing(receiver.positions(), await wanted()).join() === String(poison), PATIENCE);
    const reports = (await recorded()).filter((event) => event.type === 'sink.refused');
    assert.equal(reports.length, 1);
    const report = await must(site, 'GET', `/events/${reports[0].position}`, { token });
    assert.match(JSON.stringify(report), new RegExp(`"position":${poison}\\b`));
    assert.ok(receiver.events.every((event) => !REPORTS.includes(event.type)));
    await removeSink(sink.id);
});

test('a slow receiver is waited for', async () => {
    const receiver = await receive();
    receiver.judge = async () => {
        await new Promise((resume) => setTimeout(resume, 2000));
        return 200;
    };
    const sink = await makeSink({ name: 'Slow', address: receiver.url });
    await until('everything', () => hasAll(receiver.positions), PATIENCE);
    assert.ok(isRising(receiver.positions()));
    assert.equal((await seeSink(sink.id)).failedTries, 0);
    await removeSink(sink.id);
});

test('a token goes along, and nobody is shown it', async () => {
    const receiver = await receive();
    const secret = 'bearer-0123456789abcdef';
    const sink = await makeSink({ name: 'Token', address: receiver.url, token: secret });
    assert.equal(sink.hasToken, true);
    await until('everything', () => hasAll(receiver.positions), PATIENCE);
    assert.equal(receiver.headers[0].authorization, `Bearer ${secret}`);
    assert.doesNotMatch(JSON.stringify(receiver.events), new RegExp(secret));
    const created = (await recorded()).findLast((event) => event.type === 'sink.created');
    for (const path of ['/sinks', `/sinks/${sink.id}`, `/events/${created.position}`, '/audit-logs'])
        assert.doesNotMatch((await call(site, 'GET', `/api/v1${path}`, { token })).text, new RegExp(secret));
    await removeSink(sink.id);
});

test('by https a receiver is sent to once it has proved who it is', async () => {
    const [key, cert] = await Promise.all(['key.pem', 'cert.pem'].map((name) =>
        readFile(join(certificates, name))));
    const receiver = await receive(() => startWebReceiver({ key, cert }));
    const stranger = await makeSink({ name: 'Stranger', address: `https://127.0.0.2:${receiver.port}/` });
    await until('it fails', async () => (await seeSink(stranger.id)).failedTries > 0, PATIENCE);
    assert.deepEqual(receiver.events, []);
    const sink = await makeSink({ name: 'Https', address: `https://localhost:${receiver.port}/in` });
    await until('everything', () => hasAll(receiver.positions), PATIENCE);
    await Promise.all([stranger, sink].map(({ id }) => removeSink(id)));
});

test('CloudEvents come in batches, as their binding to HTTP has them', async () => {
    const receiver = await receive();
    const sink = await makeSink({ name: 'CloudEvents', address: receiver.url, format: 'cloudevents' });
    const sequences = () => receiver.events.map((event) => Number(event.sequence));
    await until('everything', () => hasAll(sequences), PATIENCE);
    assert.equal(receiver.headers[0]['content-type'], 'application/cloudevents-batch+json');
    assert.ok(receiver.events.every((event) => event.specversion === '1.0'));
    await removeSink(sink.id);
});

test('a sink that is paused sends nothing, and goes on where it was', async () => {
    const receiver = await receive();
    const sink = await makeSink({ name: 'Paused', address: receiver.url });
    await until('everything', () => hasAll(receiver.positions), PATIENCE);
    await changeSink(sink.id, { isPaused: true });
    await until('it stands', async () => (await seeSink(sink.id)).behind > 0, PATIENCE);
    await makeEvents(3);
    const before = receiver.positions().length;
    assert.ok((await seeSink(sink.id)).behind >= 3);
    await changeSink(sink.id, { isPaused: false });
    await until('the rest', () => hasAll(receiver.positions), PATIENCE);
    assert.ok(receiver.positions().length > before);
    assert.ok(isRising(receiver.positions()));
    await removeSink(sink.id);
});

test('a file that is renamed is followed by a new one, and together they have all', async () => {
    const sink = await makeSink({ name: 'File', address: 'file:///audit.jsonl' });
    const positions = async () => {
        const names = (await readdir(files)).filter((name) => name.startsWith('audit.jsonl')).sort().reverse();
        const texts = await Promise.all(names.map((name) => readFile(join(files, name), 'utf8')));
        return texts.join('').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line).position);
    };
    await until('everything', () => hasAll(positions), PATIENCE);
    await rename(join(files, 'audit.jsonl'), join(files, 'audit.jsonl.1'));
    await makeEvents(3);
    await until('the rest', () => hasAll(positions), PATIENCE);
    assert.ok(isRising(await positions()));
    assert.equal((await readdir(files)).length, 2);
    await removeSink(sink.id);
});

const positionOf = (message) => Number(/"position":(\d+)/.exec(message)?.[1]);

test('rsyslog keeps every position, by TCP and by TLS', async (t) => {
    if (!process.env.RSYSLOGD)
        return t.skip('there is no rsyslogd here, or not rsyslog-openssl');
    const rsyslog = await startRsyslog(process.env.RSYSLOGD, join(process.env.WORK, `rsyslog-${process.pid}`),
        certificates);
    t.after(() => rsyslog.stop());
    const sinks = [
        await makeSink({ name: 'Syslog', address: `syslog+tcp://127.0.0.1:${rsyslog.tcp}` }),
        await makeSink({ name: 'Syslog TLS', address: `syslog+tls://localhost:${rsyslog.tls}` }),
    ];
    const has = (name) => hasAll(async () => (await rsyslog.messages(name)).map(positionOf));
    await until('all by TCP', () => has('tcp'), PATIENCE);
    await until('all by TLS', () => has('tls'), PATIENCE);
    const cef = await makeSink({
        name: 'Syslog CEF', format: 'cef', address: `syslog+tcp://127.0.0.1:${rsyslog.tcp}`,
        filter: { type: 'sink.*' },
    });
    await until('CEF', async () => (await rsyslog.messages('tcp')).some((message) =>
        / fleetledger - sink\.created - CEF:[01]\|/.test(message)), PATIENCE);
    await removeSink(cef.id);
    await rsyslog.stop();
    await makeEvents(5);
    await until('it is missed', async () => (await seeSink(sinks[0].id)).failedTries > 0, PATIENCE);
    await rsyslog.begin();
    await until('the rest by TCP', () => has('tcp'), PATIENCE);
    await until('the rest by TLS', () => has('tls'), PATIENCE);
    for (const message of await rsyslog.messages('tls'))
        assert.match(message, /^<10[89]>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ fleetledger - [a-z.]+[a-z_]+ - \{/);
    await Promise.all(sinks.map((sink) => removeSink(sink.id)));
});

test('a receiver that cannot prove who it is gets nothing', async (t) => {
    if (!process.env.RSYSLOGD)
        return t.skip('there is no rsyslogd here, or not rsyslog-openssl');
    const rsyslog = await startRsyslog(process.env.RSYSLOGD, join(process.env.WORK, `stranger-${process.pid}`),
        certificates);
    t.after(() => rsyslog.stop());
    const sink = await makeSink({ name: 'Stranger', address: `syslog+tls://127.0.0.2:${rsyslog.tls}` });
    await until('it fails', async () => (await seeSink(sink.id)).failedTries > 0, PATIENCE);
    assert.deepEqual(await rsyslog.messages('tls'), []);
    await removeSink(sink.id);
});

const residentBytes = async () =>
    Number(/^process_resident_memory_bytes (\S+)$/m.exec((await call(site, 'GET', '/metrics')).text)[1]);

test('a receiver that never reads costs no memory, and holds up nobody else', async () => {
    const deaf = await receive(startDeafReceiver);
    const receiver = await receive();
    const sinks = [
        await makeSink({ name: 'Deaf', address: `syslog+tcp://127.0.0.1:${deaf.port}` }),
        await makeSink({ name: 'Hears', address: receiver.url }),
    ];
    await makeEvents(50);
    const before = await residentBytes();
    await makeEvents(500);
    await until('the other has all', () => hasAll(receiver.positions), PATIENCE);
    await until('it is given up', async () => (await seeSink(sinks[0].id)).failedTries > 0, PATIENCE);
    const grown = await residentBytes() - before;
    assert.ok(grown < 64 << 20, `${grown} bytes more`);
    await Promise.all(sinks.map((sink) => removeSink(sink.id)));
});

test('killed in between, the server loses nothing', async () => {
    const receiver = await receive();
    receiver.judge = async () => {
        await new Promise((resume) => setTimeout(resume, 100));
        return 200;
    };
    const sink = await makeSink({ name: 'Killed', address: receiver.url });
    await until('something', () => receiver.batches > 0, PATIENCE);
    await makeEvents(20);
    await site.close('SIGKILL');
    await start();
    await makeEvents(5);
    await until('everything', () => hasAll(receiver.positions), PATIENCE);
    assert.ok((await seeSink(sink.id)).failingSince === null);
    await removeSink(sink.id);
});

test('what cannot be a sink is refused by name', async () => {
    const refused = [
        [{ name: 'X1', address: 'ftp://siem.example' }, 400, /^address must be https/],
        [{ name: 'X2', address: 'https://user:pw@siem.example/' }, 400, /^address must be https/],
        [{ name: 'X3', address: 'file:///../../etc/passwd' }, 400, /^address must be https/],
        [{ name: 'X4', address: 'https://a', format: 'xml' }, 400, /format/],
        [{ name: 'X5', address: 'https://a', filter: { type: 'task.creatde' } }, 400, /^filter.type must be/],
        [{ name: 'X6', address: 'http://siem.example/', token: 't' }, 400, /only be sent by https/],
        [{ name: 'X7', address: 'https://a', fromPosition: 1_000_000 }, 400, /^fromPosition must not lie beyond/],
        [{ name: 'X8', address: 'https://a', fromPosition: -1 }, 400, /fromPosition/],
        [{ name: 'X', address: 'https://a' }, 400, /name/],
    ];
    for (const [body, status, message] of refused) {
        const answer = await call(site, 'POST', '/api/v1/sinks', { token, body });
        assert.equal(answer.status, status, answer.text);
        assert.match(answer.json.message, message);
    }
    const gone = await call(site, 'DELETE', `/api/v1/sinks/${workspace}`, { token });
    assert.equal(gone.status, 404);
    assert.deepEqual(await must(site, 'GET', '/sinks', { token }), []);
});
