// A first owner without a manifest: where settings allow that, for development, and nowhere else.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { call, startSite } from '../support/site.mjs';
import { makeRoot } from './root_key.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const OWNER = { email: 'owner@site.example.com', password: 'correct-horse-battery' };
const bootstrap = (site, body) => call(site, 'POST', '/api/v1/installation/bootstrap-owner', { body });

test('the switch lets the first owner come without a manifest, once, however many race', async () => {
    const site = await startSite(program, log,
        { ADMIN_PASSWORD: '', INSTALLATION_ALLOW_INSECURE_BOOTSTRAP: 'true' });
    try {
        const { json } = await call(site, 'GET', '/api/v1/installation');
        assert.deepEqual([json.isBootstrapped, json.insecureBootstrapEnabled, json.authorityMode], [false, true, 'legacy']);
        assert.equal((await bootstrap(site, { password: OWNER.password })).status, 400);
        assert.equal((await bootstrap(site, { ...OWNER, password: 'short' })).status, 400);
        const answers = await Promise.all([1, 2, 3, 4].map((n) =>
            bootstrap(site, { ...OWNER, email: n === 1 ? OWNER.email : `racer-${n}@site.example.com` })));
        assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
        assert.equal(answers.find(({ status }) => status === 409).json.code, 'already_bootstrapped');
        assert.equal((await call(site, 'GET', '/api/v1/installation')).json.isBootstrapped, true);
    } finally {
        await site.close();
    }
});

test('without the switch nobody does', async () => {
    const site = await startSite(program, log);
    try {
        const answer = await bootstrap(site, OWNER);
        assert.deepEqual([answer.status, answer.json.code], [403, 'insecure_bootstrap_disabled']);
    } finally {
        await site.close();
    }
});

const start = (settings) => spawnSync(program, ['serve'], {
    env: { PATH: process.env.PATH, FLEETLEDGER_HOME: '/nonexistent', ...settings }, encoding: 'utf8', timeout: 20_000 });

test('production does not start without strict authority, and names all that lacks', () => {
    const { status, stderr } = start({ APP_ENV: 'Production', INSTALLATION_ALLOW_INSECURE_BOOTSTRAP: 'true' });
    assert.notEqual(status, 0);
    for (const name of ['INSTALLATION_AUTHORITY_MODE', 'INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64', 'SECRETS_ENCRYPTION_KEY',
        'INSTALLATION_ALLOW_INSECURE_BOOTSTRAP'])
        assert.match(stderr, new RegExp(name));
});

test('strict authority needs a key that can sign', () => {
    assert.match(start({ INSTALLATION_AUTHORITY_MODE: 'strict' }).stderr, /INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64/);
    assert.match(start({ INSTALLATION_AUTHORITY_MODE: 'strict', INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64: 'AAAA' }).stderr,
        /32 bytes in Base64/);
    assert.match(start({ INSTALLATION_AUTHORITY_MODE: 'lax',
        INSTALLATION_PRODUCT_ROOT_PUBLIC_KEY_B64: makeRoot().publicKey }).stderr, /legacy/);
});
