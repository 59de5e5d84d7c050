// Receivers of sinks: a web server that does as it is told, rsyslog, and one that never reads.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createWebServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { freePort, stopChild, until } from '../support/site.mjs';

const listen = (server) => new Promise((resume) =>
    server.listen(0, '127.0.0.1', () => resume(server.address().port)));

const readAll = async (request) => {
    const chunks = [];
    for await (const chunk of request)
        chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
};

// Takes JSON Lines, and arrays. `judge(events)` says with which status (200 unless it is set), and may take its time.
// With key and certificate it speaks TLS.
export async function startWebReceiver(credentials) {
    const receiver = { events: [], batches: 0, headers: [], judge: () => 200 };
    const take = async (request, answer) => {
        const body = await readAll(request);
        const events = body.startsWith('[') ? JSON.parse(body)
            : body.trim().split('\n').map((line) => JSON.parse(line));
        const status = await receiver.judge(events);
        receiver.batches++;
        receiver.headers.push(request.headers);
        if (status === 200)
            receiver.events.push(...events);
        answer.writeHead(status).end('whatever it says is not looked at');
    };
    const server = credentials ? createSecureServer(credentials, take) : createWebServer(take);
    receiver.port = await listen(server);
    receiver.url = `http://127.0.0.1:${receiver.port}/in`;
    receiver.positions = () => receiver.events.map((event) => event.position);
    receiver.close = () => {
        server.close();
        server.closeAllConnections();
    };
    return receiver;
}

// Accepts, and reads nothing.
export async function startDeafReceiver() {
    const sockets = new Set();
    const server = createServer({ pauseOnConnect: true }, (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
    });
    const port = await listen(server);
    return {
        port,
        close: () => {
            server.close();
            sockets.forEach((socket) => socket.destroy());
        },
    };
}

const configuration = (place, certificates, tcp, tls) => `
global(workDirectory="${place}" maxMessageSize="8m" defaultNetstreamDriver="ossl"
    defaultNetstreamDriverCAFile="${certificates}/cert.pem"
    defaultNetstreamDriverCertFile="${certificates}/cert.pem"
    defaultNetstreamDriverKeyFile="${certificates}/key.pem")
module(load="imptcp")
module(load="imtcp" streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon")
template(name="raw" type="string" string="%rawmsg%\\n")
input(type="imptcp" port="${tcp}" address="127.0.0.1" ruleset="tcp")
input(type="imtcp" port="${tls}" address="127.0.0.1" ruleset="tls")
ruleset(name="tcp") { action(type="omfile" file="${place}/tcp.log" template="raw") }
ruleset(name="tls") { action(type="omfile" file="${place}/tls.log" template="raw") }
`;

// rsyslog, with its messages as they came in tcp.log and tls.log of the place. It can be stopped and begun again.
export async function startRsyslog(program, place, certificates) {
    const [tcp, tls] = [await freePort(), await freePort()];
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'conf'), configuration(place, certificates, tcp, tls));
    let child;
    const begin = async () => {
        child = spawn(program, ['-n', '-f', join(place, 'conf'), '-i', join(place, 'pid')],
            { stdio: ['ignore', 'ignore', 'inherit'] });
        await until('rsyslog', () => readFile(join(place, 'pid')).then(() => true, () => false));
    };
    const messages = async (name) => (await readFile(join(place, `${name}.log`), 'utf8').catch(() => ''))
        .split('\n').filter((line) => line !== '');
    await begin();
    return { tcp, tls, begin, messages, stop: () => stopChild(child) };
}
