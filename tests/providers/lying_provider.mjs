// A provider that says whatever a test has it say: its documents and tokens are made by functions that
// a test may replace. It sends nobody anywhere: a test comes back with a code by itself.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';

const encode = (part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

export function makeKey(kid) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' } };
}

export function makeCurveKey(kid) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { kid, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid } };
}

// An ID token; the header may say anything.
export function makeToken(key, claims, header = { alg: 'RS256', kid: key.kid }) {
    const body = `${encode(header)}.${encode(claims)}`;
    switch (header.alg) {
    case 'none':
        return `${body}.`;
    case 'HS256': // by what everybody knows
        return `${body}.${createHmac('sha256', JSON.stringify(key.jwk)).update(body).digest('base64url')}`;
    case 'ES256':
        return `${body}.${sign('sha256', body, { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    default:
        return `${body}.${sign('sha256', body, key.privateKey).toString('base64url')}`;
    }
}

export async function startLyingProvider() {
    const liar = { asked: [] };
    const server = createServer((request, response) => {
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
            const path = request.url.split('?')[0];
            liar.asked.push({ path, form: new URLSearchParams(Buffer.concat(chunks).toString()), headers: request.headers });
            const answer = await liar.answers[path]?.(liar.asked.at(-1));
            if (answer === undefined)
                response.writeHead(404).end();
            else if (answer.raw !== undefined)
                answer.raw(response);
            else
                response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
                    .end(JSON.stringify(answer.body ?? answer));
        });
    });
    await new Promise((resume) => server.listen(0, '127.0.0.1', resume));
    liar.issuer = `http://127.0.0.1:${server.address().port}`;
    liar.close = () => new Promise((resume) => { server.close(resume); server.closeAllConnections(); });
    liar.key = makeKey('first');
    liar.curve = makeCurveKey('curve');
    liar.keys = [liar.key, liar.curve];
    liar.document = () => ({
        issuer: liar.issuer,
        authorization_endpoint: `${liar.issuer}/authorize?tenant=1`,
        token_endpoint: `${liar.issuer}/token`,
        jwks_uri: `${liar.issuer}/keys`,
    });
    liar.answers = {
        '/document': () => liar.document(),
        '/keys': () => ({ keys: liar.keys.map((key) => key.jwk) }),
        '/token': () => ({ access_token: 'access', token_type: 'Bearer', id_token: liar.token() }),
    };
    return liar;
}
