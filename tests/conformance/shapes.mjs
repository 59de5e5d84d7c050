// Does an answer fit the printed OpenAPI document?
//
//   method + path ──► operation ──► response of that status ──► media type ──► schema
//
// Objects whose properties are listed are taken as closed: a field that the document does not name
// is a finding, although JSON Schema alone would let it pass. What no operation knows must answer
// 404, and each refusal must be a Problem.
// SPDX-License-Identifier: Apache-2.0
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const PROBLEM = { $ref: '#/components/schemas/Problem' };
const UNKNOWN = '(no such route)';

const isPlainObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The same schema, with every object that lists its properties closed. */
function closed(schema) {
    if (Array.isArray(schema)) return schema.map(closed);
    if (!isPlainObject(schema)) return schema;
    const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
    if (isPlainObject(copy.properties)) copy.additionalProperties ??= false;
    return copy;
}

const segmentsOf = (path) => path.replace(/(.)\/$/, '$1').split('/');

const isParameter = (segment) => segment.startsWith('{') && segment.endsWith('}');

function fits(wanted, segments) {
    return (
        wanted.length === segments.length &&
        wanted.every((part, i) =>
            isParameter(part) ? segments[i] !== '' : part.toLowerCase() === segments[i].toLowerCase(),
        )
    );
}

/** "body.items[3].name must be string" */
function sentence(error) {
    const at = error.instancePath
        .split('/')
        .slice(1)
        .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
        .join('');
    const more =
        error.keyword === 'additionalProperties'
            ? `: ${error.params.additionalProperty}`
            : error.keyword === 'enum'
              ? `: ${error.params.allowedValues.join(', ')}`
              : '';
    return `body${at} ${error.message}${more}`;
}

export class ReplyShapes {
    #components;
    #operations = [];
    #validators = new Map();
    #ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false });

    constructor(document) {
        this.#components = closed(document.components ?? {});
        this.#ajv.addVocabulary(['components']);
        addFormats(this.#ajv);
        for (const [template, item] of Object.entries(document.paths)) {
            for (const [method, operation] of Object.entries(item)) {
                const segments = segmentsOf(template);
                this.#operations.push({ method: method.toUpperCase(), template, segments, operation, seen: 0 });
            }
        }
        // Literal segments win over parameters.
        const openness = ({ segments }) => segments.filter(isParameter).length;
        this.#operations.sort((a, b) => openness(a) - openness(b));
    }

    get operationCount() {
        return this.#operations.length;
    }

    get seenCount() {
        return this.#operations.filter(({ seen }) => seen > 0).length;
    }

    /** Operations that no answer came from, as "GET /path". */
    get unseen() {
        return this.#operations
            .filter(({ seen }) => seen === 0)
            .map(({ method, template }) => `${method} ${template}`);
    }

    /**
     * What is wrong with an answer: a list of { method, template, status, what }, empty when it
     * fits. `target` is as in the request line, `headers` have names in lower case, `body` is the
     * decoded text.
     */
    check({ method, target, status, headers, body }) {
        const segments = segmentsOf(target.split('?')[0]);
        const wanted = method === 'HEAD' ? 'GET' : method;
        const found = this.#operations.find((one) => one.method === wanted && fits(one.segments, segments));
        if (found) found.seen += 1;
        const template = found?.template ?? UNKNOWN;
        return this.#judge(found?.operation, { method, status, headers, body }).map((what) => ({
            method,
            template: found ? template : `${template} ${target}`,
            status,
            what,
        }));
    }

    #judge(operation, { method, status, headers, body }) {
        if (method === 'OPTIONS' && status === 204) return body === '' ? [] : ['a 204 has a body'];
        if (status === 304) return this.#judgeNotModified(operation, { method, headers, body });
        if (!operation && method !== 'OPTIONS' && status !== 404) return ['an unknown route must answer 404'];
        const response = this.#response(operation?.responses[status] ?? operation?.responses.default);
        if (operation && !operation.responses[status] && status < 400) return ['this status is not documented'];
        if (operation && !response) return ['this status is not documented, and there is no default'];
        if (method === 'HEAD') return body === '' ? [] : ['an answer to HEAD has a body'];
        return this.#judgeContent(response?.content ?? { 'application/json': { schema: PROBLEM } }, headers, body);
    }

    /** The response itself, where it stands among the components. */
    #response(response) {
        const name = response?.$ref?.split('/').at(-1);
        return name === undefined ? response : this.#components.responses[name];
    }

    #judgeNotModified(operation, { method, headers, body }) {
        const wrong = [];
        if (!operation || !['GET', 'HEAD'].includes(method)) wrong.push('only a known GET may answer 304');
        if (!headers.etag) wrong.push('a 304 has no ETag');
        if (body !== '') wrong.push('a 304 has a body');
        return wrong;
    }

    #judgeContent(content, headers, body) {
        const type = (headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
        const media = content[type];
        if (!media) return [`content type "${type}" is not documented (${Object.keys(content).join(', ')})`];
        if (!media.schema || type !== 'application/json') return [];
        let value;
        try {
            value = JSON.parse(body);
        } catch (error) {
            return [`the body is not JSON: ${error.message}`];
        }
        const validate = this.#validator(media.schema);
        return validate(value) ? [] : validate.errors.map(sentence);
    }

    #validator(schema) {
        let validate = this.#validators.get(schema);
        if (!validate) {
            const whole = { ...closed(schema), components: this.#components };
            validate = this.#ajv.compile(whole);
            this.#validators.set(schema, validate);
        }
        return validate;
    }
}
