/**
 * "The answer is" in other languages: the word for the answer, and a verb or mark behind it. The marks of bold type may
 * stand anywhere between them.
 */
const phrases = [
  '(?:最终答案|最終答案|最终结果|答案|正解|答え|解答|答|정답|답)\\**\\s*(?:是|为|為|は|는|은|：|:|=)',
  '(?:respuesta(?: final| correcta)?|réponse(?: finale)?|resposta(?: final)?|risposta(?: finale)?|solución|antwort|endergebnis|lösung)\\**\\s*(?:est|es|é|è|ist|lautet|:|=)',
  '(?:(?:окончательный )?ответ|odpowiedź|відповідь|antwoord|svar|jawaban(?: akhir)?|cevap|đáp (?:án|số))\\**\\s*(?:is|to|adalah|là|:|=|—|-)',
  '(?:الإجابة(?: النهائية)?|الجواب|उत्तर|জবাব|উত্তর)\\**\\s*(?:هي|هو|है|:|：)',
].join('|');

/** The index behind the last such phrase, or -1. */
export function findForeignPhrase(text: string): number {
  let end = -1;
  for (const { index, 0: found } of text.matchAll(
    new RegExp(`(?<!\\p{Script=Latin}|\\p{Script=Cyrillic})(?:${phrases})`, 'giu'),
  ))
    end = index + found.length;
  return end;
}
