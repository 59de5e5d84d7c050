// A mail server that keeps what it is sent: plain SMTP on a free port of this machine.
// SPDX-License-Identifier: Apache-2.0
import net from 'node:net';

const unquoted = (text) => {
    const bytes = text.replace(/=\r?\n/g, '').replace(
        /=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
};

// One connection: lines in, replies out, whole letters to `keep`.
function serve(socket, keep) {
    let rest = '';
    let letter; // while DATA is coming
    let to = [];
    const replies = {
        DATA: () => {
            letter = [];
            return '354 go on';
        },
        RCPT: (line) => {
            to.push(/<([^>]*)>/.exec(line)?.[1].toLowerCase());
            return '250 ok';
        },
        QUIT: () => '221 bye',
    };
    const take = (line) => {
        if (letter === undefined) {
            const verb = line.slice(0, 4).toUpperCase();
            socket.write(`${replies[verb]?.(line) ?? '250 ok'}\r\n`);
        } else if (line === '.') {
            keep({ to, text: unquoted(letter.join('\r\n')) });
            [letter, to] = [undefined, []];
            socket.write('250 kept\r\n');
        } else {
            letter.push(line.replace(/^\.\./, '.'));
        }
    };
    socket.setEncoding('latin1');
    socket.on('error', () => {}); // a peer that hangs up is no matter of ours
    socket.on('data', (chunk) => {
        const lines = (rest + chunk).split('\r\n');
        rest = lines.pop();
        lines.forEach(take);
    });
    socket.write('220 sink\r\n');
}

export function startMailSink() {
    const letters = [];
    const sockets = new Set();
    const server = net.createServer((socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        serve(socket, (letter) => letters.push(letter));
    });
    const close = () => new Promise((resume) => {
        sockets.forEach((socket) => socket.destroy());
        server.close(resume);
    });
    return new Promise((resume, fail) => {
        server.on('error', fail);
        server.listen(0, '127.0.0.1', () => resume({ port: server.address().port, letters, close }));
    });
}
