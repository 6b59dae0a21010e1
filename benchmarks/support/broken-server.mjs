// A server at which one request in twelve goes wrong, in every way that HTTP allows, and which cannot answer a few prompts.
const faults = [
  { kind: 'status', status: 429, headers: { 'retry-after': '0.1' } },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500 },
  { kind: 'cut' },
  { kind: 'reset' },
  { kind: 'malformed-json' },
  { kind: 'html-page' },
  { kind: 'no-choices' },
];

/** Each server goes wrong at other requests: `seed`. */
export default ({ seed }) => ({
  seed,
  latencyMs: 20,
  misbehaviours: [
    // A poison prompt: it fails wherever it is sent. And one that no server takes.
    { kind: 'reset', when: ({ text }) => /^Question \d*777:/.test(text) },
    { kind: 'status', status: 400, when: ({ text }) => /^Question \d*555:/.test(text) },
    ...faults.map((fault) => ({ ...fault, share: 0.01 })),
    // Half open: the connection stays and nothing comes.
    { kind: 'hang', share: 0.001 },
  ],
});
