// A headless browser for tests, that reaches nothing but this machine and remembers what it asked for and what it
// complained about.
// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
    '--disable-background-networking', '--disable-component-update',
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

// By playwright-core's `chromium`, which the caller brings.
export async function openBrowser(chromium) {
    const profile = await mkdtemp(join(tmpdir(), 'fleetledger-browser-'));
    const requested = [];
    const complaints = [];
    const browser = await chromium.launchPersistentContext(profile, {
        executablePath: process.env.BROWSER, args: FLAGS, headless: true,
    });
    const openPage = async (url) => {
        const page = await browser.newPage();
        page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(String(error)));
        await page.goto(url);
        return page;
    };
    const close = async () => {
        await browser.close();
        await rm(profile, { recursive: true, force: true });
    };
    browser.setDefaultTimeout(30_000);
    browser.on('request', (request) => requested.push(request.url()));
    return { openPage, requested, complaints, close };
}
