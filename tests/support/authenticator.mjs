// A security key and the browser that it is used in, as W3C's Web Authentication has them, with every part of what they
// say to be had wrong: `alter` gets what is about to be encoded.
// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const TOUCHED = 0x01, VERIFIED = 0x04, HAS_KEY = 0x40;
const sha256 = (data) => createHash('sha256').update(data).digest();
const base64url = (data) => Buffer.from(data).toString('base64url');

// CBOR (RFC 8949), as far as keys write it.
function head(major, number) {
    if (number < 24)
        return Buffer.from([major << 5 | number]);
    if (number < 256)
        return Buffer.from([major << 5 | 24, number]);
    return Buffer.from([major << 5 | 25, number >> 8, number & 255]);
}

export function cbor(value) {
    if (typeof value === 'number')
        return value >= 0 ? head(0, value) : head(1, -1 - value);
    if (Buffer.isBuffer(value))
        return Buffer.concat([head(2, value.length), value]);
    if (typeof value === 'string')
        return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
    const pairs = [...value];
    return Buffer.concat([head(5, pairs.length), ...pairs.flat().map(cbor)]);
}

const bytesOf = (text) => Buffer.from(text, 'base64url');
const ALGORITHMS = {
    ES256: {
        make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        cose: ({ x, y }) => new Map([[1, 2], [3, -7], [-1, 1], [-2, bytesOf(x)], [-3, bytesOf(y)]]),
        sign: (data, key) => sign('sha256', data, key),
    },
    EdDSA: {
        make: () => generateKeyPairSync('ed25519'),
        cose: ({ x }) => new Map([[1, 1], [3, -8], [-1, 6], [-2, bytesOf(x)]]),
        sign: (data, key) => sign(null, data, key),
    },
    RS256: {
        make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
        cose: ({ n, e }) => new Map([[1, 3], [3, -257], [-1, bytesOf(n)], [-2, bytesOf(e)]]),
        sign: (data, key) => sign('sha256', data, key),
    },
};

// `origin`: the page that asks. `counts`: whether the key counts what it signs.
export function makeKey(origin, { algorithm = 'ES256', counts = true } = {}) {
    const { make, cose, sign: signBy } = ALGORITHMS[algorithm];
    const { publicKey, privateKey } = make();
    const id = randomBytes(32);
    const key = { id: base64url(id), count: 0 };

    const clientData = (type, challenge, alter) => Buffer.from(JSON.stringify(
        { type, challenge, origin, crossOrigin: false, ...alter.client }));
    const data = (rpId, flags, alter, more = []) => {
        const start = Buffer.alloc(37);
        sha256(alter.rpId ?? rpId).copy(start);
        start[32] = alter.flags ?? flags;
        start.writeUInt32BE(alter.count ?? key.count, 33);
        return Buffer.concat([start, ...more, alter.tail ?? Buffer.alloc(0)]);
    };
    const credential = (response) => ({ id: key.id, rawId: key.id, type: 'public-key',
        authenticatorAttachment: 'cross-platform', clientExtensionResults: {}, response });

    key.create = ({ challenge, rp }, alter = {}) => {
        const attested = [Buffer.alloc(16), Buffer.from([0, id.length]), id,
            cbor(alter.cose?.(cose(publicKey.export({ format: 'jwk' }))) ?? cose(publicKey.export({ format: 'jwk' })))];
        return credential({
            clientDataJSON: base64url(clientData('webauthn.create', challenge, alter)),
            attestationObject: base64url(alter.attestation ?? cbor(new Map([['fmt', 'none'], ['attStmt', new Map()],
                ['authData', data(rp.id, TOUCHED | VERIFIED | HAS_KEY, alter, attested)]]))),
            transports: ['usb', 'nfc'],
        });
    };
    key.get = ({ challenge, rpId }, alter = {}) => {
        if (counts)
            key.count += 1;
        const client = clientData('webauthn.get', challenge, alter);
        const authenticator = data(rpId, TOUCHED, alter);
        const signature = signBy(Buffer.concat([authenticator, sha256(client)]), privateKey);
        if (alter.signature)
            signature[signature.length - 1] ^= 1;
        return credential({ clientDataJSON: base64url(client), authenticatorData: base64url(authenticator),
            signature: base64url(signature), userHandle: null });
    };
    return key;
}
