// A secret is planted through every input that takes one, and each that the server makes is kept; then every answer of the
// server, every file below its home and all that it has printed are looked through. An input that is new and takes a secret
// has to be planted here, or the first test fails.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startLyingProvider } from '../providers/lying_provider.mjs';
import { ADMIN, ENROLLMENT_TOKEN, call, must, signIn, startSite, until } from '../support/site.mjs';
import { codeOf } from '../support/totp.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const EMAIL = 'planted@site.example.com';
const SLUG = 'nothing-to-hide-here';
const later = new Date(Date.now() + 86_400_000).toISOString();
const secrets = new Map(); // what it is → what must stand nowhere
const planted = new Set(); // inputs that were given one
let site, root, liar, document, workspace, place;

// One that nobody else has, for an input as the API document names it.
function plant(input) {
    planted.add(input);
    const value = `planted-${secrets.size}-${crypto.randomUUID()}`;
    secrets.set(`${input} #${secrets.size}`, value);
    return value;
}
const keep = (what, value) => secrets.set(what, value);
const ask = (method, path, body, token = root) => call(site, method, `/api/v1${path}`, { token, body });
const order = (method, path, body, token = root) => must(site, method, path, { token, body });
const mailed = (pattern) => until('a mail', () => site.sink.letters
    .filter((letter) => letter.to.includes(EMAIL)).map((letter) => pattern.exec(letter.text)?.[1]).findLast((it) => it));

before(async () => {
    site = await startSite(program, log, { OUTBOUND_ALLOW: '127.0.0.0/8' });
    liar = await startLyingProvider();
    root = await signIn(site, ADMIN);
    document = await must(site, 'GET', '/docs-json');
    workspace = (await order('POST', '/workspaces', { name: 'Planted', slug: SLUG,
        automationTelegramBotToken: plant('CreateWorkspace.automationTelegramBotToken') })).id;
    place = `/workspaces/${workspace}`;
});
after(async () => Promise.all([site?.close(), liar?.close()]));

// Somebody is invited, signs in by a factor, trusts a device, and forgets the password.
async function plantPerson() {
    await order('POST', '/users', { email: EMAIL, name: 'Planted', role: 'user' });
    const invitation = await mailed(/\/invite\/([\w-]{20,})/);
    keep('invitation', invitation);
    await order('POST', `/auth/invitations/${invitation}/accept`, { password: plant('TokenPassword.password') });
    const first = [...secrets.values()].at(-1);
    let token = (await order('POST', '/auth/login', { email: EMAIL, password: first })).accessToken;
    await ask('POST', '/auth/login', { email: EMAIL, password: plant('SignIn.password') });
    const password = plant('OwnPassword.newPassword');
    await ask('POST', '/users/me/password', { currentPassword: plant('OwnPassword.currentPassword'), newPassword: password }, token);
    await order('POST', '/users/me/password', { currentPassword: first, newPassword: password }, token);
    token = (await order('POST', '/auth/login', { email: EMAIL, password })).accessToken;
    const { secret } = await order('POST', '/auth/mfa/setup/initiate', undefined, token);
    keep('secret of the second factor', secret);
    await ask('POST', '/auth/mfa/setup/confirm', { token: plant('FactorCode.token').slice(0, 64) }, token);
    const { recoveryCodes } = await order('POST', '/auth/mfa/setup/confirm', { token: codeOf(secret) }, token);
    for (const code of recoveryCodes)
        keep(`recovery code ${code.slice(0, 2)}`, code);
    const { mfaChallengeToken: challengeToken } = await order('POST', '/auth/login', { email: EMAIL, password });
    keep('challenge', challengeToken);
    await ask('POST', '/auth/mfa/challenge/verify', { challengeToken, token: plant('FactorSignIn.token').slice(0, 64) });
    await ask('POST', '/auth/mfa/challenge/verify', { challengeToken: plant('FactorSignIn.challengeToken'), token: '000000' });
    await ask('POST', '/auth/mfa/recovery/verify', { challengeToken, recoveryCode: plant('RecoverySignIn.recoveryCode').slice(0, 64) });
    await ask('POST', '/auth/mfa/recovery/verify', { challengeToken: plant('RecoverySignIn.challengeToken'), recoveryCode: 'AAAAAAAAAA' });
    const session = await order('POST', '/auth/mfa/challenge/verify', { challengeToken, token: codeOf(secret), refresh: true });
    token = session.accessToken;
    keep('access token', token);
    keep('refresh token', session.refreshToken);
    const { deviceToken } = await order('POST', '/users/me/devices', { name: 'Laptop' }, token);
    keep('token of a device', deviceToken);
    await order('POST', '/auth/login', { email: EMAIL, password, deviceToken });
    await ask('POST', '/auth/login', { email: EMAIL, password, deviceToken: plant('SignIn.deviceToken') });
    const program_ = await order('POST', '/users/me/api-tokens', { name: 'Report', scope: 'read', expiresAt: later }, token);
    keep('API token', program_.token);
    await order('GET', '/users/me', undefined, program_.token);
    keep('next refresh token', (await order('POST', '/auth/refresh', { refreshToken: session.refreshToken })).refreshToken);
    await ask('POST', '/auth/refresh', { refreshToken: plant('Refresh.refreshToken') });
    await ask('POST', '/auth/mfa/recovery/regenerate', { token: plant('RecoveryRenewal.token').slice(0, 64) }, token);
    await plantKeys(token);
    await order('POST', '/auth/password/forgot', { email: EMAIL });
    const reset = await mailed(/\/reset-password\/([\w-]{20,})/);
    keep('reset', reset);
    await order('POST', `/auth/password/reset/${reset}`, { password: plant('TokenPassword.password') });
}

async function plantKeys(token) {
    const credential = { id: 'none', type: 'public-key', response: {} };
    for (const [path, input] of [['/auth/mfa/security-key/options', 'KeyOptions'], ['/auth/mfa/security-key/verify', 'KeySignIn']])
        await ask('POST', path, { challengeToken: plant(`${input}.challengeToken`), credential });
    await ask('POST', '/users/me/security-keys', { name: 'Mine', challengeToken: plant('NewKey.challengeToken'), credential }, token);
    const gone = '/users/me/security-keys/00000000-0000-4000-8000-000000000000';
    await ask('DELETE', gone, { token: plant('RemoveKey.token').slice(0, 64) }, token);
    await ask('DELETE', gone, { challengeToken: plant('RemoveKey.challengeToken'), credential }, token);
}

async function plantProviders() {
    const definition = { issuer: liar.issuer, clientId: 'fleet', discoveryUrl: `${liar.issuer}/document` };
    await order('POST', '/auth/providers/test', { ...definition, clientSecret: plant('ProviderTrial.clientSecret') });
    const { id } = await order('POST', '/auth/providers',
        { ...definition, slug: 'liar', name: 'Liar', clientSecret: plant('CreateProvider.clientSecret') });
    await order('PATCH', `/auth/providers/${id}`, { clientSecret: plant('ChangeProvider.clientSecret') });
    const { token } = await order('POST', `/auth/providers/${id}/scim-tokens`, { name: 'directory' });
    keep('token of a directory', token);
    assert.equal((await call(site, 'GET', '/scim/v2/Users', { token })).status, 200);
    await ask('GET', `/auth/oidc/liar/callback?code=${plant('callback.code')}&state=${plant('callback.state')}`);
    await fetch(`${site.url}/api/v1/auth/oidc/liar/backchannel-logout`,
        { method: 'POST', body: new URLSearchParams({ logout_token: plant('ProviderLogout.logout_token') }) });
}

async function plantWorkspace() {
    await order('PATCH', place, { automationTelegramBotToken: plant('ChangeWorkspace.automationTelegramBotToken') });
    const secret = await order('POST', `${place}/secrets`, { name: 'one', value: plant('CreateSecret.value') });
    await order('PUT', `${place}/secrets/${secret.id}/value`, { value: plant('RotateSecret.value') });
    const channel = await order('POST', `${place}/channels`,
        { name: 'one', kind: 'chat', url: `${liar.issuer}/${plant('CreateChannel.url')}`, types: ['none'] });
    await order('PATCH', `${place}/channels/${channel.id}`, { url: `${liar.issuer}/${plant('ChangeChannel.url')}` });
    await order('POST', `${place}/channels/${channel.id}/test`);
    const hook = await order('POST', `${place}/channels`, { name: 'two', kind: 'webhook', url: `${liar.issuer}/hook`, types: ['none'] });
    for (const [name, value] of Object.entries(hook))
        if (/secret|signingKey|key$/i.test(name) && typeof value === 'string')
            keep(`${name} of a webhook`, value);
    await order('POST', `${place}/channels/${hook.id}/test`);
    const sink = await order('POST', '/sinks', { name: 'one', address: `${liar.issuer}/sink`, token: plant('CreateSink.token') });
    await order('PATCH', `/sinks/${sink.id}`, { token: plant('ChangeSink.token') });
}

async function plantAgents() {
    const install = await order('POST', `${place}/node-installs`, { nodeName: 'planted' });
    const token = /--bootstrap-token '([^']+)'/.exec(install.installCommand)[1];
    keep('bootstrap token', token);
    await ask('POST', '/node-installs/progress', { token: plant('ReportInstall.token'), stage: 'begin' });
    await ask('POST', '/node-installs/consume', { token: plant('ConsumeInstall.token'), hostname: 'planted' });
    const agent = await order('POST', '/node-installs/consume', { token, hostname: 'planted' });
    keep('agent token', agent.agentToken);
    const machine = { os: 'linux', arch: 'amd64' };
    const known = { nodeId: agent.nodeId, agentToken: agent.agentToken };
    await must(site, 'POST', '/agent/heartbeat', { body: known });
    await ask('POST', '/agent/heartbeat', { ...known, agentToken: plant('ReportHeartbeat.agentToken') });
    await ask('POST', '/agent/metrics', { ...known, agentToken: plant('Metrics.agentToken') });
    await ask('POST', '/agent/register', { ...machine, hostname: 'planted', enrollmentToken: plant('RegisterAgent.enrollmentToken') });
    keep('agent token of one that registered', (await order('POST', '/agent/register',
        { ...machine, hostname: 'registered', enrollmentToken: ENROLLMENT_TOKEN })).agentToken);
    const enrolled = await order('POST', '/enrollments/initiate', { email: ADMIN.email, hostname: 'enrolled' });
    keep('token of an enrolment', enrolled.token);
}

// These are of a server that is being set up; this one is, so they are refused.
async function plantSetup() {
    await ask('POST', '/setup/validate/postgres', { host: '127.0.0.1', username: 'u', database: 'd', password: plant('SetupPostgres.password') });
    await ask('POST', '/setup/validate/redis', { host: '127.0.0.1', password: plant('SetupRedis.password') });
    await ask('POST', '/installation/bootstrap-owner', { email: EMAIL, password: plant('Bootstrap.password') });
    await ask('POST', '/setup/install', { admin: { name: 'Root', email: EMAIL, password: plant('InstallAdmin.password') } });
    const settings = await order('GET', '/platform-settings');
    settings.mail.smtpPassword = plant('settings.mail.smtpPassword');
    settings.redis.password = plant('settings.redis.password');
    settings.auth.jwtSecret = plant('settings.auth.jwtSecret');
    for (const told of ['source', 'editable', 'restartRequired', 'message', 'held'])
        delete settings[told];
    await order('PATCH', '/platform-settings', settings);
}

// The token of a bot stands in the form of those who may change it.
const isShown = (what, url) => what.includes('automationTelegramBotToken') && /workspaces(\/[-0-9a-f]+)?$/.test(url);

// Every name in the document's schemas that takes a secret; paths' own are tokens that are planted by what they are.
const inputs = () => Object.entries(document.components.schemas).flatMap(([schema, { properties = {} }]) =>
    Object.entries(properties).filter(([, { format }]) => format === 'password').map(([name]) => `${schema}.${name}`));

test('every input that takes a secret is given one', async () => {
    await plantPerson();
    await plantProviders();
    await plantWorkspace();
    await plantAgents();
    await plantSetup();
    assert.deepEqual(inputs().filter((input) => !planted.has(input)), []);
    assert.ok(secrets.size > 50, `only ${secrets.size}`);
});

const routes = () => [...execFileSync(program, ['describe', 'routes'], { encoding: 'utf8' }).matchAll(/^\| `GET (\S+)` \|/gm)].map(([, path]) => path);

function foundIn(content) {
    return [...secrets].filter(([, secret]) => content.includes(secret) ||
        content.includes(Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1))).map(([what]) => what);
}

test('no answer shows one', async () => {
    const wrong = [];
    let answered = 0;
    for (const path of routes().filter((it) => !/packages|:token/.test(it))) {
        const url = path.replace(':workspaceId', workspace);
        const { status, text } = await call(site, 'GET', `${url}${/changes$/.test(url) ? '?since=0&wait=0' : ''}`, { token: root });
        answered += status === 200 ? 1 : 0;
        wrong.push(...foundIn(text).filter((what) => !isShown(what, url)).map((what) => `${url} shows ${what}`));
    }
    assert.deepEqual(wrong, []);
    assert.ok(answered > 50, `only ${answered} were answered`);
});

test('no file holds one, and none was printed', async () => {
    const files = (await readdir(site.home, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));
    const wrong = [];
    let hasSlug = false; // which is no secret: so they are looked through
    for (const file of [...files, `${log}.out`, `${log}.err`]) {
        const content = await readFile(file).catch(() => Buffer.alloc(0)); // of PostgreSQL, gone by now
        hasSlug ||= content.includes(SLUG);
        wrong.push(...foundIn(content).map((what) => `${file.replace(site.home, '')} holds ${what}`));
    }
    assert.deepEqual(wrong, []);
    assert.ok(hasSlug);
});
