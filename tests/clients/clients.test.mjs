// Clients that were generated from the OpenAPI document work against a started server.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { ADMIN, startSite } from '../support/site.mjs';

const run = promisify(execFile);
let site;

before(async () => {
    site = await startSite(process.env.PROGRAM, process.env.SITE_LOG);
});
after(() => site?.close());

const calls = async (program, ...args) => {
    const cwd = process.env.WORK;
    const { stdout } = await run(program, [...args, site.url, ADMIN.email, ADMIN.password], { cwd });
    assert.match(stdout, /and was refused once/);
};

test('the Python client calls the server', () => calls('venv/bin/python', 'calls.py'));
test('the TypeScript client calls the server', () => calls(process.execPath, 'calls.js'));
