// A transparency log of our own making, which shares no code with the program: fewer than 256 entries, with any
// number of keys; told as a server, so that it can say what no honest server says.
// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

export const hash = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
export const node = (left, right) => hash(Buffer.of(1), left, right);
const leaf = (entry) => hash(Buffer.of(0), entry);

function rootOf(hashes) {
    if (hashes.length === 1)
        return hashes[0];
    const split = 2 ** (31 - Math.clz32(hashes.length - 1));
    return node(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

export function makeKey(name) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const typed = Buffer.concat([Buffer.of(1), publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)]);
    const id = hash(Buffer.from(`${name}\n`), typed).subarray(0, 4);
    const line = (text) => `\u2014 ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`;
    return { vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`, line };
}

// The files of a log of these entries, by their path below /ledger/.
export function makeLog(name, entries, keys) {
    const leaves = entries.map((entry) => leaf(Buffer.from(entry)));
    const text = `${name}\n${entries.length}\n${rootOf(leaves).toString('base64')}\n`;
    const bundle = entries.map((entry) => Buffer.concat([Buffer.of(entry.length >> 8, entry.length & 255), Buffer.from(entry)]));
    return {
        checkpoint: Buffer.from(`${text}\n${keys.map((key) => key.line(text)).join('')}`),
        [`tile/0/000.p/${entries.length}`]: Buffer.concat(leaves),
        [`tile/entries/000.p/${entries.length}`]: Buffer.concat(bundle),
    };
}

// Serves `at.files`, which may be changed.
export async function serveLog(files) {
    const at = { files };
    const server = createServer((request, response) => {
        const file = at.files[request.url.replace('/api/v1/ledger/', '')];
        response.writeHead(file ? 200 : 404, { 'content-type': file ? 'text/plain' : 'application/json' })
            .end(file ?? '{"code":"not_found","message":"Not here."}');
    });
    await new Promise((resume) => server.listen(0, '127.0.0.1', resume));
    return Object.assign(at, {
        url: `http://127.0.0.1:${server.address().port}`,
        close: () => new Promise((resume) => {
            server.close(resume);
            server.closeAllConnections();
        }),
    });
}
