// People of tests written for Node.
// SPDX-License-Identifier: Apache-2.0
import { must, signIn, until } from './site.mjs';

const PASSWORD = 'Matrix-Passw0rd!';

// Invites somebody by mail, accepts for them, signs them in: id, credentials and token.
export async function makePerson(site, root, name, role) {
    const email = `${name}@site.example.com`;
    const user = await must(site, 'POST', '/users', { token: root, body: { email, name, role } });
    const mailed = () => site.sink.letters
        .filter((letter) => letter.to.includes(email))
        .map((letter) => /\/invite\/([\w-]{20,})/.exec(letter.text)?.[1])
        .find((token) => token !== undefined);
    const token = await until(`the invitation of ${email}`, mailed);
    const credentials = { email, password: PASSWORD };
    await must(site, 'POST', `/auth/invitations/${token}/accept`, { body: { password: PASSWORD } });
    return { id: user.id, credentials, token: await signIn(site, credentials) };
}
