// Validates an OpenAPI document: its form against the schema of OpenAPI 3.1, each of its schemas
// against JSON Schema 2020-12, and its paths against their parameters. Names what is wrong.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const wrong = [];
const ajv = addFormats.default(
    new Ajv.default({ strict: true, allowUnionTypes: true, formats: { password: true } }));
ajv.addVocabulary(['components']);
let schemas = 0;

const checkSchema = (schema, where) => {
    schemas++;
    try {
        const validate = ajv.compile({ ...schema, components: document.components });
        for (const example of schema.examples ?? []) {
            if (!validate(example))
                wrong.push(`${where}: its example ${ajv.errorsText(validate.errors)}`);
        }
    } catch (error) {
        wrong.push(`${where}: ${error.message}`);
    }
};

const checkSchemas = (value, where) => {
    if (value === null || typeof value !== 'object')
        return;
    for (const [key, inner] of Object.entries(value)) {
        if (key === 'schema')
            checkSchema(inner, where);
        else
            checkSchemas(inner, `${where}/${key}`);
    }
};

const same = (a, b) => JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());

const checkParameters = (path, method, operation) => {
    const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
    const given = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name);
    if (!same(wanted, given))
        wrong.push(`${method} ${path}: parameters ${given} for ${wanted}`);
};

const checkPaths = () => {
    const seen = new Map();
    for (const [path, item] of Object.entries(document.paths)) {
        const form = path.replace(/\{[^}]+\}/g, '{}');
        if (seen.has(form))
            wrong.push(`${path} and ${seen.get(form)} are one path`);
        seen.set(form, path);
        for (const [method, operation] of Object.entries(item))
            checkParameters(path, method, operation);
    }
};

const verdict = await new Validator().validate(document);
if (!verdict.valid)
    wrong.push(JSON.stringify(verdict.errors, null, 2));
if (!document.openapi?.startsWith('3.1.'))
    wrong.push(`it is OpenAPI ${document.openapi}`);
if (wrong.length === 0) {
    checkPaths();
    checkSchemas(document.paths, '');
    for (const [name, schema] of Object.entries(document.components.schemas))
        checkSchema(schema, name);
}
for (const line of wrong.slice(0, 20))
    console.error(line);
console.log(`${Object.keys(document.paths).length} paths, ${schemas} schemas, ` +
    `${wrong.length} things wrong`);
process.exit(wrong.length === 0 ? 0 : 1);
