// The same from CommonJS, since Node 20.19: node require.cjs
const { extractAnswer, verifyReply } = require('@scalequest/verifier');
const { findProfile } = require('@scalequest/verifier/profiles');

const reply = 'Adding both gives $3 + 4 = 7$, so the result is $\\boxed{7}$.';
console.log(extractAnswer(reply));
console.log(verifyReply({ reference: '7.0', reply }).verdict);
console.log(findProfile('hendrycks').isEqual({ reference: '7.0', candidate: '7' }));
