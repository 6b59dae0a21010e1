import { z } from 'zod';
import { statuses } from './request-error.ts';
import { documentedRequestSchema, errorResponseSchema, healthSchema, responseSchema } from './schemas.ts';

export interface OpenApiOptions {
  readonly version: string;
  readonly maxItems: number;
  readonly maxBodyBytes: number;
  readonly hasToken: boolean;
}

const refusals: Readonly<Record<number, string>> = {
  400: 'The body is not JSON, or not a request.',
  401: 'The bearer token is missing or wrong.',
  408: 'Headers or body came too slowly.',
  413: 'The body is too large.',
  415: 'The body is not application/json.',
  422: 'More items than one request may have.',
  429: 'Too many items wait. `Retry-After` says when to come back.',
  503: 'The server is stopping, or its workers do not start.',
};

/** The OpenAPI 3.1 document of the server, made from the schemas that it reads requests with. */
export function makeOpenApiDocument({ version, maxItems, maxBodyBytes, hasToken }: OpenApiOptions): object {
  const json = (schema: string, description: string): object => ({
    description,
    content: { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } },
  });
  const plain = (type: string, description: string): object => ({
    description,
    content: { [type]: { schema: type === 'application/json' ? { type: 'object' } : { type: 'string' } } },
  });
  const security = hasToken ? { security: [{ bearer: [] }] } : {};
  const failed = (...codes: readonly number[]): object =>
    Object.fromEntries(
      codes
        .filter((code) => hasToken || code !== statuses.UNAUTHORIZED)
        .map((code) => [
          code,
          {
            ...json('ErrorResponse', refusals[code] ?? 'Refused.'),
            ...(code === 429 || code === 503
              ? { headers: { 'Retry-After': { description: 'In whole seconds.', schema: { type: 'integer' } } } }
              : {}),
          },
        ]),
    );
  return {
    openapi: '3.1.0',
    info: {
      title: 'ScaleQuest verifier',
      version,
      description: 'Decides whether answers of models mean the same as their references, and what they pay.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths: {
      '/verify': {
        post: {
          operationId: 'verify',
          summary: 'Judges answers or replies.',
          description: `At most ${maxItems} items and ${maxBodyBytes} bytes. An item that cannot be read has its own error.`,
          ...security,
          requestBody: { required: true, ...json('VerifyRequest', 'What to judge, and how.') },
          responses: {
            200: json('VerifyResponse', 'One entry for each item, in their order.'),
            ...failed(400, 401, 408, 413, 415, 422, 429, 503),
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'Whether it runs.',
          responses: { 200: json('Health', 'It runs.'), ...failed(503) },
        },
      },
      '/readyz': {
        get: {
          operationId: 'readiness',
          summary: 'Whether it takes requests now.',
          responses: { 200: json('Health', 'It does.'), ...failed(503) },
        },
      },
      '/metrics': {
        get: {
          operationId: 'metrics',
          summary: 'Counters for Prometheus.',
          ...security,
          responses: { 200: plain('text/plain', 'The text format of Prometheus.'), ...failed(401, 503) },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'document',
          summary: 'This document.',
          responses: { 200: plain('application/json', 'OpenAPI.'), ...failed(503) },
        },
      },
    },
    components: {
      schemas: makeSchemas(maxItems),
      ...(hasToken ? { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  };
}

/** What zod defines for itself, moved to where an OpenAPI document keeps its schemas. */
function makeSchemas(maxItems: number): object {
  const documents = [
    z.toJSONSchema(documentedRequestSchema, { io: 'input' }),
    ...[responseSchema, errorResponseSchema, healthSchema].map((schema) => z.toJSONSchema(schema)),
  ];
  const text = JSON.stringify(Object.assign({}, ...documents.map(({ $defs }) => $defs)));
  const schemas = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as {
    readonly VerifyRequest: { readonly properties: { readonly items: object } };
  };
  Object.assign(schemas.VerifyRequest.properties.items, { maxItems });
  return schemas;
}
