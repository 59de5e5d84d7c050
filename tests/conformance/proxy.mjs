// A proxy that hands everything through between a client and the server, and checks every answer
// on its way against the server's printed OpenAPI document.
//
//   node proxy.mjs http://127.0.0.1:<port of the server>
//
// Prints the address it listens on, alone on the first line. On SIGTERM or SIGINT it stops, prints
// a summary and one line for each finding, and exits 1 when there was one. Connections that are
// upgraded (WebSocket) are handed through untouched and unchecked.
// SPDX-License-Identifier: Apache-2.0
import http from 'node:http';
import net from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { ReplyShapes } from './shapes.mjs';

const DOCUMENT = '/api/v1/docs-json';
const DECODERS = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync, identity: (bytes) => bytes };

/** Findings, each kept once and counted. */
class Findings {
    #counts = new Map();

    add({ method, template, status, what }) {
        const line = `${method} ${template} ${status}: ${what}`;
        this.#counts.set(line, (this.#counts.get(line) ?? 0) + 1);
    }

    get lines() {
        return [...this.#counts].map(([line, count]) => (count > 1 ? `${line} (${count} times)` : line)).sort();
    }
}

/** Headers as a flat list of names and values, without those that belong to one connection. */
function forwardable(rawHeaders) {
    const kept = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
        if (!/^(connection|keep-alive|proxy-connection)$/i.test(rawHeaders[i])) kept.push(rawHeaders[i], rawHeaders[i + 1]);
    }
    return kept;
}

async function collect(stream) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return Buffer.concat(chunks);
}

function decoded(bytes, encoding) {
    const decode = DECODERS[(encoding ?? 'identity').trim().toLowerCase()];
    if (!decode) throw new Error(`content encoding "${encoding}" is not known`);
    return decode(bytes).toString('utf8');
}

class Proxy {
    findings = new Findings();
    answers = 0;
    #target;
    #shapes;
    #agent = new http.Agent({ keepAlive: true });
    #sockets = new Set();
    #server = http.createServer({ keepAliveTimeout: 60_000 });

    constructor(target, document) {
        this.#target = new URL(target);
        this.#shapes = new ReplyShapes(document);
        this.#server.on('request', (request, response) => this.#forward(request, response));
        this.#server.on('upgrade', (request, socket, head) => this.#tunnel(request, socket, head));
        this.#server.on('connection', (socket) => {
            this.#sockets.add(socket);
            socket.on('close', () => this.#sockets.delete(socket));
        });
    }

    async listen() {
        this.#server.listen(0, '127.0.0.1');
        await once(this.#server, 'listening');
        return `http://127.0.0.1:${this.#server.address().port}`;
    }

    async close() {
        this.#server.close();
        for (const socket of this.#sockets) socket.destroy();
        this.#agent.destroy();
    }

    get summary() {
        const { seenCount, operationCount } = this.#shapes;
        return `Reply shapes: ${this.answers} answers of ${seenCount} of ${operationCount} operations, ${this.findings.lines.length} findings.`;
    }

    get unseen() {
        return this.#shapes.unseen;
    }

    async #forward(request, response) {
        let body;
        try {
            body = await collect(request);
        } catch {
            return; // the client went away while it sent
        }
        this.#send(request, response, body, true);
    }

    /** A kept connection may be closed by the server just as we use it: then once more on a new one. */
    #send(request, response, body, mayRepeat) {
        const upstream = http.request({
            host: this.#target.hostname,
            port: this.#target.port,
            method: request.method,
            path: request.url,
            headers: forwardable(request.rawHeaders),
            agent: this.#agent,
        });
        const abandon = () => response.writableFinished || upstream.destroy();
        response.on('close', abandon);
        upstream.on('response', (answer) => this.#hand(request, response, answer));
        upstream.on('error', (error) => {
            response.off('close', abandon);
            if (response.destroyed || response.writableEnded) return;
            if (mayRepeat && upstream.reusedSocket && error.code === 'ECONNRESET') {
                this.#send(request, response, body, false);
                return;
            }
            this.#find(request, 0, `the server gave no answer: ${error.message}`);
            response.destroy();
        });
        upstream.end(body);
    }

    async #hand(request, response, answer) {
        let bytes;
        try {
            bytes = await collect(answer);
        } catch (error) {
            if (!response.destroyed) this.#find(request, answer.statusCode, `the answer breaks off: ${error.message}`);
            response.destroy();
            return;
        }
        this.#check(request, answer, bytes);
        response.sendDate = false;
        response.writeHead(answer.statusCode, answer.statusMessage, forwardable(answer.rawHeaders));
        response.end(bytes);
    }

    #check(request, answer, bytes) {
        this.answers += 1;
        try {
            const found = this.#shapes.check({
                method: request.method,
                target: request.url,
                status: answer.statusCode,
                headers: answer.headers,
                body: bytes.length > 0 ? decoded(bytes, answer.headers['content-encoding']) : '',
            });
            for (const finding of found) this.findings.add(finding);
        } catch (error) {
            this.#find(request, answer.statusCode, error.message);
        }
    }

    #find(request, status, what) {
        this.findings.add({ method: request.method, template: request.url, status, what });
    }

    #tunnel(request, client, head) {
        const server = net.connect(Number(this.#target.port), this.#target.hostname);
        const lines = [`${request.method} ${request.url} HTTP/1.1`];
        for (let i = 0; i < request.rawHeaders.length; i += 2) {
            lines.push(`${request.rawHeaders[i]}: ${request.rawHeaders[i + 1]}`);
        }
        const end = () => {
            client.destroy();
            server.destroy();
        };
        for (const socket of [client, server]) socket.on('error', end).on('close', end);
        server.write(`${lines.join('\r\n')}\r\n\r\n`);
        server.write(head);
        client.pipe(server).pipe(client);
    }
}

/** A proxy that listens; without a document it asks the server for its own. */
export async function startProxy(target, document) {
    if (!document) {
        const answer = await fetch(new URL(DOCUMENT, target), { signal: AbortSignal.timeout(30_000) });
        if (!answer.ok) throw new Error(`${DOCUMENT} answered ${answer.status}`);
        document = await answer.json();
    }
    const proxy = new Proxy(target, document);
    proxy.url = await proxy.listen();
    return proxy;
}

async function main(target) {
    const proxy = await startProxy(target);
    console.log(proxy.url);
    await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    await proxy.close();
    console.log(proxy.summary);
    for (const operation of proxy.unseen) console.log(`    not asked: ${operation}`);
    for (const line of proxy.findings.lines) console.log(`    ${line}`);
    process.exitCode = proxy.findings.lines.length > 0 ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv[2]);
