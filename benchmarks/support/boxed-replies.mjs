// A model server that answers every problem alike, after about as many words as a short solution has.
const reply = `${'We simplify both sides and compare the terms one by one. '.repeat(12)}So the answer is $\\boxed{42}$.`;

/** @param options plain options of the model server, such as latencyMs and rateLimit */
export default function makeServer(options) {
  return { ...options, reply: () => reply };
}
