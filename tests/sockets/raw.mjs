// A WebSocket to the server's sockets that a test speaks by hand, packet by packet.
// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import WebSocket from 'ws';

export const ENGINE = '/socket.io/?EIO=4&transport=websocket';

const PATIENCE_MS = 20_000;

// What is promised, if it comes in time.
export function within(promise, what, ms = PATIENCE_MS) {
    let timer;
    const late = new Promise((_, refuse) => {
        timer = setTimeout(() => refuse(new Error(`${what}: not within ${ms} ms`)), ms);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export class Raw {
    packets = []; // that nobody has asked for yet
    waiting = [];

    constructor(site, { path = ENGINE, ...options } = {}) {
        this.socket = new WebSocket(`${site.url.replace('http', 'ws')}${path}`,
            { perMessageDeflate: false, ...options });
        this.socket.on('message', (data) => this.#take(data.toString()));
        this.ended = new Promise((resume) => this.socket.on('close', (code) => {
            this.code = code;
            for (const { refuse } of this.waiting.splice(0)) refuse(new Error(`closed: ${code}`));
            resume(code);
        }));
        this.socket.on('error', () => {});
    }

    #take(packet) {
        const waiter = this.waiting.shift();
        if (waiter) waiter.resume(packet);
        else this.packets.push(packet);
    }

    // The next packet; refused when the connection ends before.
    next() {
        if (this.packets.length > 0) return Promise.resolve(this.packets.shift());
        if (this.code !== undefined) return Promise.reject(new Error(`closed: ${this.code}`));
        return within(new Promise((resume, refuse) => this.waiting.push({ resume, refuse })), 'a packet');
    }

    // The code that it is closed with, in time.
    get closed() {
        return within(this.ended, 'the end');
    }

    async opened() {
        await within(once(this.socket, 'open'), 'a WebSocket');
        return JSON.parse((await this.next()).slice(1));
    }

    send(...packets) {
        for (const packet of packets) this.socket.send(packet);
    }

    async ask(packet) {
        this.send(packet);
        return this.next();
    }

    close() {
        this.socket.close();
        return this.closed;
    }
}

export async function openRaw(site, options) {
    const raw = new Raw(site, options);
    raw.open = await raw.opened();
    return raw;
}

// As openRaw(), in the agents' namespace.
export async function openAgent(site, options) {
    const raw = await openRaw(site, options);
    const answer = await raw.ask('40/agent-realtime,');
    if (!/^40\/agent-realtime,\{"sid":"[\w-]{20}"\}$/.test(answer)) throw new Error(answer);
    return raw;
}

// The JSON behind a packet's head.
export const argumentsOf = (packet) => JSON.parse(/^4[23][^[]*(\[.*)$/s.exec(packet)[1]);
