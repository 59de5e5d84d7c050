// The page of the API document in a real browser: it shows every operation, calls work from it, and
// no request leaves the server.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { openBrowser } from '../support/browser.mjs';
import { ADMIN, must, startSite } from '../support/site.mjs';

let site, browser, page;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
    browser = await openBrowser(chromium);
    page = await browser.openPage(`${site.url}/api/v1/docs`);
    await page.locator('.opblock-tag').first().waitFor();
});
after(async () => {
    await browser?.close();
    await site?.close();
});

// Opens the operation, which belongs to `tag`, and gives its place on the page.
async function open(tag, id) {
    const place = page.locator(`#operations-${tag}-${id}`);
    if (!await place.isVisible())
        await page.locator(`#operations-tag-${tag}`).click();
    await place.locator('.opblock-summary-control').click();
    await place.locator('.execute').waitFor();
    return place;
}

async function execute(place) {
    await place.locator('.execute').click();
    const status = place.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    return {
        status: (await status.innerText()).trim(),
        body: await place.locator('.live-responses-table .microlight').first().innerText(),
    };
}

test('the page lists the areas of the document', async () => {
    const document = await must(site, 'GET', '/docs-json');
    const tags = new Set(Object.values(document.paths)
        .flatMap((item) => Object.values(item).flatMap((operation) => operation.tags)));
    assert.equal(await page.locator('.opblock-tag').count(), tags.size);
});

test('the server can be asked how it is', async () => {
    const answer = await execute(await open('platform', 'getHealth'));
    assert.equal(answer.status, '200');
    assert.match(answer.body, /"status": "ok"/);
});

test('one can sign in from the page', async () => {
    const place = await open('identity', 'postAuthLogin');
    await place.locator('textarea.body-param__text').fill(
        JSON.stringify({ email: ADMIN.email, password: ADMIN.password }));
    const answer = await execute(place);
    assert.equal(answer.status, '200');
    assert.match(answer.body, /"accessToken"/);
});

test('nothing was asked of another server, and nothing broke the page\'s policy', () => {
    const { requested, complaints } = browser;
    const outside = requested.filter((url) => !url.startsWith(site.url) && !/^(data|blob):/.test(url));
    assert.deepEqual(outside, []);
    assert.ok(requested.length >= 5, `only ${requested.length} requests were seen`);
    assert.deepEqual(complaints, []);
});
