/**
 * The Python of the tests that train for real, from `SCALEQUEST_TEST_PYTHON`. `npm test` sets one up and names it here;
 * undefined where that was not possible.
 */
export const testPython: string | undefined = process.env.SCALEQUEST_TEST_PYTHON || undefined;
