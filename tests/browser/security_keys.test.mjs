// Security keys in a real browser, whose own authenticator makes and signs what the server reads: a page registers one,
// signs in by it and removes it, with the options as they come.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { openBrowser } from '../support/browser.mjs';
import { makePerson } from '../support/people.mjs';
import { ADMIN, call, must, signIn, startSite } from '../support/site.mjs';

const KEYS = '/users/me/security-keys';
let pages, site, root, browser, page;

before(async () => {
    pages = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<title>Dashboard</title>'));
    await new Promise((resume) => pages.listen(0, 'localhost', resume));
    const dashboard = `http://localhost:${pages.address().port}`;
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, { WEB_APP_URL: dashboard });
    root = await signIn(site, ADMIN);
    browser = await openBrowser(chromium);
    page = await browser.openPage(dashboard);
});
after(async () => {
    await browser?.close();
    await site?.close();
    pages?.close();
});

const create = (options) => page.evaluate(async (json) => (await navigator.credentials.create(
    { publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) })).toJSON(), options);
const get = (options) => page.evaluate(async (json) => (await navigator.credentials.get(
    { publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) })).toJSON(), options);

async function givenAuthenticator(options) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', { options: {
        protocol: 'ctap2', transport: 'usb', hasResidentKey: false, hasUserVerification: true,
        isUserVerified: true, automaticPresenceSimulation: true, ...options } });
    return () => devtools.send('WebAuthn.disable').then(() => devtools.detach());
}

for (const options of [{}, { protocol: 'u2f', hasUserVerification: false }])
    test(`a browser registers a key, signs in by it and removes it (${options.protocol ?? 'ctap2'})`, async () => {
        const remove = await givenAuthenticator(options);
        const person = await makePerson(site, root, `owner-${options.protocol ?? 'ctap2'}`, 'user');
        const asked = await must(site, 'POST', `${KEYS}/options`, { token: person.token });
        const { id } = await must(site, 'POST', KEYS, { token: person.token, body: {
            name: 'Blue', challengeToken: asked.challengeToken, credential: await create(asked.publicKey) } });
        const login = async () => {
            const { mfaChallengeToken } = await must(site, 'POST', '/auth/login', { body: person.credentials });
            const request = await must(site, 'POST', '/auth/mfa/security-key/options',
                { body: { challengeToken: mfaChallengeToken } });
            return must(site, 'POST', '/auth/mfa/security-key/verify', { body: {
                challengeToken: request.challengeToken, credential: await get(request.publicKey) } });
        };
        await login();
        const { accessToken: token } = await login();
        const again = await must(site, 'POST', `${KEYS}/options`, { token });
        await assert.rejects(create(again.publicKey), /InvalidStateError|registered/, 'it knows that it is registered');
        const confirmation = await must(site, 'POST', `${KEYS}/confirmation/options`, { token });
        const removed = await call(site, 'DELETE', `/api/v1${KEYS}/${id}`, { token, body: {
            challengeToken: confirmation.challengeToken, credential: await get(confirmation.publicKey) } });
        assert.equal(removed.status, 200);
        await signIn(site, person.credentials);
        await remove();
    });
