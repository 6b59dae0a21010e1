/**
 * The systems that profiles imitate: the script that runs each, and the packages whose versions say what ran. A script
 * reads JSON Lines: {"kind": "pair", "reference", "candidate", "problem"?, "tolerance"?}, answered by {"equal", "note"?},
 * and {"kind": "reply", "reply", "problem"?}, answered by {"answer"} (null where the system finds none); "note" says
 * what went wrong, such as "timeout". Its first line of output is {"versions": {...}}. It gets --checkout where one is
 * given, and --profile.
 */
export const systems = {
  hendrycks: { script: 'hendrycks.py' },
  minerva: { script: 'minerva.py' },
  'gsm8k-strict': { script: 'gsm8k.py' },
  'gsm8k-flexible': { script: 'gsm8k.py' },
  dart: { script: 'dart.py', needsCheckout: true },
  qwen25: { script: 'qwen25.py', needsCheckout: true },
  olympiadbench: { script: 'olympiadbench.py', needsCheckout: true },
  // Not named as the package is: lm-eval's minerva_math imports that one.
  'math-verify': { script: 'math_verify_parse.py' },
};
