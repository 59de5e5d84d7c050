// A redis-server of one's own, on the loopback: started, paused, killed, started again on the same port.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { freePort, stopChild, until } from './site.mjs';

const inline = (words) => `${words.join(' ')}\r\n`;

export async function makeRedis(password = 'a-password-of-redis') {
    const port = await freePort();
    let child;
    const redis = {
        port,
        password,
        url: `redis://:${password}@127.0.0.1:${port}`,
        pause: () => child.kill('SIGSTOP'),
        resume: () => child.kill('SIGCONT'),
        async stop() {
            child?.kill('SIGCONT');
            if (child !== undefined)
                await stopChild(child, 'SIGKILL');
        },
        // Commands, one after the other, a buffer each or words of no blanks; gives all that it answers within `ms`.
        say(commands, { ms = 200 } = {}) {
            return new Promise((resume, refuse) => {
                const socket = createConnection(port, '127.0.0.1');
                const heard = [];
                const finish = () => { socket.destroy(); resume(Buffer.concat(heard)); };
                socket.on('error', refuse).on('close', finish).on('data', (data) => heard.push(data));
                socket.write(inline(['AUTH', redis.password]));
                for (const command of commands)
                    socket.write(Buffer.isBuffer(command) ? command : inline(command));
                setTimeout(finish, ms);
            });
        },
        async start(options = []) {
            child = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', '',
                '--appendonly', 'no', '--dir', '/tmp', '--requirepass', redis.password, ...options],
            { stdio: 'ignore' });
            const isThere = () => redis.say([['PING']]).then((said) => said.includes('PONG'), () => false);
            await until('Redis', isThere, { ms: 30_000 });
            return redis;
        },
    };
    return redis;
}

// PUBLISH of any bytes.
export const publish = (channel, message) => Buffer.concat([
    Buffer.from(`*3\r\n$7\r\nPUBLISH\r\n$${channel.length}\r\n${channel}\r\n$${message.length}\r\n`),
    message, Buffer.from('\r\n')]);

// The messages that it says, of a connection that has subscribed to one channel.
export function messagesIn(said) {
    const messages = [];
    for (let at = said.indexOf('$7\r\nmessage\r\n'); at >= 0; at = said.indexOf('$7\r\nmessage\r\n', at + 1)) {
        const channel = said.indexOf('\r\n', said.indexOf('\r\n', at + 13) + 2);
        const length = Number(/^\$(\d+)\r\n/.exec(said.subarray(channel + 2, channel + 20).toString('latin1'))[1]);
        const start = said.indexOf('\r\n', channel + 2) + 2;
        messages.push(said.subarray(start, start + length));
    }
    return messages;
}
