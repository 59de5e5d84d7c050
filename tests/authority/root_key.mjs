// Product root keys, and what they sign, made by Node's own cryptography: envelopes as DSSE 1.0.0 has them.
// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';

const TYPE = (kind) => `application/vnd.fleetledger.${kind}+json`;

export function makeRoot() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x, 'base64url');
    return {
        publicKey: raw.toString('base64'),
        keyId: createHash('sha256').update(raw).digest('hex'),
        pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        seal(kind, document) {
            const payload = Buffer.from(JSON.stringify(document));
            const head = `DSSEv1 ${TYPE(kind).length} ${TYPE(kind)} ${payload.length} `;
            const sig = sign(null, Buffer.concat([Buffer.from(head), payload]), privateKey);
            return { payloadType: TYPE(kind), payload: payload.toString('base64'),
                signatures: [{ keyid: this.keyId, sig: sig.toString('base64') }] };
        },
    };
}

export const inSeconds = (seconds) => new Date(Date.now() + seconds * 1000).toISOString();
const times = () => ({ issuedAt: inSeconds(-60), notBefore: inSeconds(-60) });

// Documents for an installation, as GET /installation tells of it; `more` differs.
export const activation = (installation, email, more = {}) => ({
    version: 1, installationId: installation.installationId, ledgerVerifierKey: installation.ledgerVerifierKey,
    environment: 'development', owner: { email, name: 'Owner' }, role: 'platform_admin', grantId: randomUUID(),
    ...times(), expiresAt: inSeconds(86_400), nonce: randomBytes(16).toString('base64'), ...more,
});
export const grant = (installation, userId, role, serial, more = {}) => ({
    version: 1, installationId: installation.installationId, grantId: randomUUID(), userId, role, ...times(),
    reason: 'For the test', serial, ...more,
});
export const revocation = (installation, grantId, more = {}) => ({
    version: 1, installationId: installation.installationId, grantId, reason: 'No more', issuedAt: inSeconds(-60), ...more,
});
export const rotation = (installation, newPublicKey, more = {}) => ({
    version: 1, installationId: installation.installationId, newPublicKey, notBefore: inSeconds(-60),
    oldValidUntil: inSeconds(3600), ...more,
});
