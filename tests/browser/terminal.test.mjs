// A page with xterm.js and socket.io-client, of another origin than the server, in a real browser: our agent's node,
// its tasks and a terminal on it.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { openBrowser } from '../support/browser.mjs';
import { enrollNode } from '../support/node_agent.mjs';
import { ADMIN, must, signIn, startSite } from '../support/site.mjs';

const FILES = {
    '/': ['page/index.html', 'text/html'],
    '/page.js': ['page/page.js', 'text/javascript'],
    '/xterm.js': ['node_modules/@xterm/xterm/lib/xterm.js', 'text/javascript'],
    '/xterm.css': ['node_modules/@xterm/xterm/css/xterm.css', 'text/css'],
    '/socket.io.js': ['node_modules/socket.io-client/dist/socket.io.min.js', 'text/javascript'],
};
let pages, site, agent, browser, page;

// Whoever serves the page; gives its origin.
async function servePages() {
    pages = createServer(async (request, response) => {
        const [file, type] = FILES[request.url.split('?')[0]] ?? [];
        response.writeHead(file ? 200 : 404, { 'content-type': type ?? 'text/plain' });
        response.end(file && await readFile(new URL(file, import.meta.url)));
    });
    await new Promise((resume) => pages.listen(0, '127.0.0.1', resume));
    return `http://127.0.0.1:${pages.address().port}`;
}

// With somebody who has signed in.
async function openPage(transport) {
    const opened = await browser.openPage(
        `${pages.origin}/?${new URLSearchParams({ server: site.url, transport })}`);
    await opened.locator('[name=email]').fill(ADMIN.email);
    await opened.locator('[name=password]').fill(ADMIN.password);
    await opened.getByText('Sign in').click();
    await opened.locator('body.live').waitFor();
    return opened;
}

before(async () => {
    const origin = await servePages();
    pages.origin = origin;
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG, { CORS_ORIGIN: origin });
    const root = await signIn(site, ADMIN);
    const workspace = await must(site, 'POST', '/workspaces', { token: root, body: { name: 'Live', slug: 'live' } });
    agent = await enrollNode(site, root, workspace, 'a machine to look at');
    browser = await openBrowser(chromium);
    page = await openPage('websocket');
});
after(async () => {
    await browser?.close();
    await agent?.close();
    await site?.close();
    pages?.close();
});

const shows = (id, text, on = page) => on.locator(`#${id}`).filter({ hasText: text }).waitFor();

test('the page shows a node turn online when its agent comes', async () => {
    await shows('node', /^offline$/);
    await agent.start(site);
    await shows('node', /^offline → online$/);
});

test('the page shows a task become a success', async () => {
    await page.getByText('Run a task').click();
    await shows('task', /^queued → running → success$/);
});

test('one types into a terminal on the page, and sees what the shell on the node writes', async () => {
    const rows = page.locator('.xterm-rows');
    await page.getByText('Open a terminal').click();
    await shows('session', /open$/);
    await page.keyboard.type('echo $((6 * 7))-seen');
    await rows.filter({ hasText: 'echo $((6 * 7))-seen' }).waitFor();
    await page.keyboard.press('Enter');
    await rows.filter({ hasText: '42-seen' }).waitFor();
    await page.keyboard.type('printf "\\033[31mr%sd\\033[0m gr\\303\\274n\\n" e\n');
    await rows.locator('.xterm-fg-1').filter({ hasText: /^red$/ }).waitFor();
    await rows.filter({ hasText: 'grün' }).waitFor();
    await page.keyboard.type("sh -c 'echo $((6 * 7))-asleep; exec sleep 600'\n");
    await rows.filter({ hasText: '42-asleep' }).waitFor();
    await page.keyboard.press('Control+c');
    await page.keyboard.type('stty size\n');
    await rows.filter({ hasText: '24 80' }).waitFor();
    await page.keyboard.type('exit\n');
    await shows('session', /closed$/);
});

test('a page that hears by long polls sees the same', async () => {
    const polling = await openPage('polling');
    await polling.getByText('Run a task').click();
    await shows('task', /success$/, polling);
});

test('the page shows a node turn offline when its agent is killed', async () => {
    await agent.kill();
    await shows('node', /→ offline$/);
});

test('the browser asked nobody else, and complained about nothing', () => {
    const { requested, complaints } = browser;
    const outside = requested.filter((url) => ![site.url, pages.origin].some((ours) => url.startsWith(ours))
        && !/^(data|blob):/.test(url));
    assert.deepEqual(outside, []);
    assert.ok(requested.length >= 5, `only ${requested.length} requests were seen`);
    assert.deepEqual(complaints, []);
});
