// What browser.html loads, once bundled.
import { verifyAnswer } from '@scalequest/verifier';

document.querySelector('#verdict').textContent = verifyAnswer({ reference: '1/2', candidate: '50%' }).verdict;
