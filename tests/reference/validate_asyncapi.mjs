// Validates an AsyncAPI document: its form by AsyncAPI's own parser, and the example of each schema
// against that schema. Names what is wrong.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const SEVERITIES = ['error', 'warning']; // what follows are hints
const text = readFileSync(process.argv[2], 'utf8');
const { document, diagnostics } = await new Parser().parse(text);
const wrong = diagnostics
    .filter(({ severity }) => severity < SEVERITIES.length)
    .map(({ severity, message, path }) => `${SEVERITIES[severity]} ${path.join('.')}: ${message}`);
const { components } = JSON.parse(text);
const ajv = addFormats.default(
    new Ajv.default({ strict: true, allowUnionTypes: true, formats: { password: true } }));
ajv.addVocabulary(['components']);

for (const [name, schema] of Object.entries(components.schemas)) {
    const validate = ajv.compile({ ...schema, components });
    for (const example of schema.examples) {
        if (!validate(example))
            wrong.push(`${name}: its example ${ajv.errorsText(validate.errors)}`);
    }
}
for (const line of wrong.slice(0, 20))
    console.error(line);
console.log(`${document?.operations().length} operations, ${wrong.length} things wrong`);
process.exit(wrong.length === 0 && document?.operations().length > 0 ? 0 : 1);
