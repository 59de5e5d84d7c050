// How long the server waits for its peers, all waits at once: it takes as long as the longest of them.
// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startSite } from '../support/site.mjs';
import { authenticate, makeAgent, prepare } from './agents.mjs';
import { openAgent, openRaw, within } from './raw.mjs';

const [program, log] = [process.env.PROGRAM, process.env.SITE_LOG];
const LATE_S = 8; // a machine that is busy; agents are looked at every five seconds
let site, fleet;

before(async () => {
    site = await startSite(program, log);
    fleet = await prepare(site);
});
after(() => site?.close());

/** Its connection ends so many seconds after it began, and gives the code. */
async function expectEnd(raw, seconds) {
    const code = await within(raw.ended, `an end after ${seconds} s`, (seconds + LATE_S) * 1000);
    const waited = (Date.now() - raw.begun) / 1000;
    assert.ok(waited > seconds - 0.5, `it ended after ${waited} s already`);
    return code;
}

async function begin(open) {
    const raw = await open(site);
    raw.begun = Date.now();
    return raw;
}

/** Answers pings as they come. */
function answerPings(raw) {
    raw.socket.on('message', (data) => data.toString() === '2' && raw.send('3'));
    return raw;
}

test('pings are answered or the connection ends, and a namespace is joined or it ends too', async () => {
    const homeless = answerPings(await begin(openRaw));
    const deaf = await begin(openRaw);
    await deaf.ask('40');
    const lively = answerPings(await begin(openRaw));
    await lively.ask('40');
    const nameless = answerPings(await begin(openAgent));
    const silent = answerPings(await begin(openAgent));
    const agent = await makeAgent(site, fleet);
    await authenticate(silent, agent);
    silent.begun = Date.now();
    const talking = answerPings(await begin(openAgent));
    await authenticate(talking, await makeAgent(site, fleet));
    const talk = setInterval(
        () => talking.send('42/agent-realtime,["agent.ping",{"type":"agent.ping"}]'), 2000);

    assert.equal(await expectEnd(nameless, 10), 1005, 'an agent without a credential');
    assert.deepEqual(await Promise.all([
        expectEnd(homeless, 45), expectEnd(deaf, 45), expectEnd(silent, 45)]), [1005, 1006, 1005]);
    assert.deepEqual([lively.code, talking.code], [undefined, undefined]);
    assert.ok(lively.packets.includes('2'), 'the others were asked too');
    clearInterval(talk);
    await Promise.all([lively.close(), talking.close()]);
});
