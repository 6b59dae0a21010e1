/**
 * Words of English that no other language of this file's neighbour writes in the same letters with any frequency: those of grammar,
 * those of mathematics, those of word problems. Words that several languages share (`in`, `is`, `was`, `to`, `no`, `normal`) are
 * not here: they say nothing.
 */
export const englishWords: ReadonlySet<string> = new Set(
  `the of and what how many much find which that this with from are were been being have has had does did will would should could
  must might shall they them their there these those then than when where who whose why if it its he she his her hers him you your
  our ours we us my each every both either neither nor not only also such some any all most more less least few fewer other another
  same different between among through during before after above below under within without because since until while about against
  into onto upon by for but or yet too very just still again once here now up down out off away back let be can may do at so
  one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen twenty thirty forty fifty sixty
  seventy eighty ninety hundred thousand million first second third fourth fifth sixth seventh eighth ninth tenth twice
  number numbers value values sum difference product quotient remainder ratio rate area length width height volume perimeter angle
  angles side sides point points line lines plane circle circles square squares triangle triangles rectangle rectangles sphere cube
  equation equations expression expressions function functions inequality set sets integer integers prime digit digits even odd
  positive negative greater smaller larger largest smallest greatest lowest highest equal equals equivalent divide divided divides
  divisible multiply multiplied subtract subtracted add added simplify evaluate compute calculate determine solve prove show shown
  express expressed write written given suppose assume consider define defined denote denoted factor factors fraction fractions
  decimal form terms term graph slope root roots solution solutions answer answers question problem following average mean
  probability chosen random randomly choose ways arranged possible consecutive distinct real whole common multiple divisor divisors
  satisfies satisfy satisfying such draw drawn drawing below above inside outside tangent parallel perpendicular intersect
  intersects intersection bisector midpoint radius diameter chord inscribed circumscribed degrees measure measures feet foot inches
  inch miles mile hours hour minutes minute seconds days day weeks week months month years year old times time dollars cents pounds
  ounces gallons cups people person man men woman women children child boys boy girls girl students student friends friend school
  class teacher house room box boxes bag bags book books pages page apples oranges eggs cookies candies candy marbles balls ball
  cards card coins coin money price cost costs buy buys bought sell sells sold pay pays paid spend spends spent earn earns make
  makes made take takes took get gets got give gives gave go goes went come comes came want wants need needs needed use uses used
  using work works worked run runs walk walks drive drives start starts started end ends left right remaining total altogether
  increase increases increased decrease decreases decreased faster slower longer shorter older younger taller weight weighs long
  wide tall high large small big new next last previous except whether however therefore convert estimate round rounded nearest
  approximate approximately interval maximum minimum maximize minimize derivative integral integrate differentiate limit series
  sequence matrix determinant vector eigenvalues inverse domain range coordinates axis vertex vertices base edge edges face faces
  polynomial coefficient coefficients degree constant variable linear quadratic cubic complex simplest lowest rationalize factored
  completely expand rewrite identify describe sketch list state verify check test true false name call called written leave sketching
  population sample deviation standard hypothesis confidence mass speed velocity acceleration force distance travels traveled
  water tank train car cars bus trip store shop company worker workers farm farmer animals dog dogs cat cats cow cows horse bird
  birds fish tree trees garden flowers fruit food bread cake pizza slices milk cup plate shirt shoes pair pairs dozen game games
  player players played win wins won score points scored race ran miles read reads bought building floor wall feet
  simplifying solving finding dividing adding subtracting multiplying evaluating counting having being making taking giving using
  contains contain containing consists holds hold together apart percent percentage discount tax interest factorise factorize differentiate maximise
  minimise rationalise integrate perform operation operations indicated`.split(/\s+/),
);

/** Small words of other languages in Latin letters, accents left out, that English does not have. */
export const foreignWords: ReadonlySet<string> = new Set(
  [
    // Spanish, Portuguese, Catalan, Galician
    `el los las una unos unas del que cual cuales cuanto cuantos cuanta cuantas como donde cuando quien pero porque con por para
    sin sobre entre desde hasta esta este estos estas ese esa eso su sus tiene tienen hay son ser fue encuentra encuentre halla
    hallar calcula calcular calcule determina determine-se resuelve resuelva si y o numeros numero suma cada mas menos veces
    quantos quantas qual quais uma um uns umas dos das nos nas pelo pela em ao aos nao mais com sao esta foi tem ele ela seja
    sejam soma encontre ache resolva quanto valor nombre quants quina els dels amb per`,
    // French
    `le les des une est sont dans sur avec pour par pas plus moins ou et qui que dont quel quelle quels quelles combien trouver
    trouvez calculer calculez determiner determinez resoudre soit soient nombre nombres somme deux trois quatre cinq elle elles
    il ils nous vous leur leurs ce cette ces chaque au aux du si alors donc ont`,
    // German, Dutch
    `der das den dem des ein eine einen einem einer eines und punkt punkte ergebnis ist sind wie viele viel welche welcher welches wenn dass nicht mit
    von zu zum zur auf aus bei nach fur fuer ueber unter zwischen berechne berechnen bestimme bestimmen finde gegeben sei seien
    zahl zahlen summe wert hat haben wird werden kann jede jeder jedes ihm ihr sie er es gleich loese
    het een van en met voor op aan bij naar uit dan dat die deze dit hoeveel wat welke als niet zijn heeft hebben wordt worden
    kan wanneer waar samen bereken bepaal vind getal getallen som waarde elke alle er om te`,
    // Scots
    `hoo mony hae haes tae frae mair noo whit wha nae sae gie gies wis oot doon fower twa yin ilka ither bairn bairns`,
    // Swedish, Danish, Norwegian
    `ett och att som ar av pa till fran med inte om den det de hur manga mycket vilken vilket vad berakna bestam hitta summan
    talet tal og ikke er af til fra hvor mange meget hvad hvilken hvilket beregn find-ut bestem summen av hva mye har kan skal
    eller ut ved`,
    // Italian, Romanian
    `il lo gli della dello delle degli dei dal dalla nel nella con che chi cui quanti quante quanto quale quali sono trova trovare
    trovate calcola calcolare determina determinare risolvi numeri numero somma ogni piu meno volte se due tre uno una un di e
    cate cati care este sunt din pe la cu pentru sau suma numarul numere gasiti calculati aflati determinati fie`,
    // Polish, Czech, Slovak, Croatian, Slovenian
    `jest sa i w z ze na do od dla przez ile jaki jaka jakie ktory ktora ktore oblicz wyznacz znajdz liczba liczby liczb suma
    jesli oraz nie ma maja jak kolik jaky jaka jake ktery ktera ktere najdi najdete vypocitej vypoctete urci urcete cislo cisla
    soucet je jsou pokud koliko koji koja koje izracunaj odredi nadi broj broja zbroj ako su`,
    // Hungarian, Finnish, Estonian
    `az egy es hany mennyi melyik ha szam szamok osszeg osszege hatarozd szamitsd mekkora hogy van vannak nem
    ja on ovat kuinka monta paljonko mika mikä mitka laske etsi maarita luku lukua luvun summa jos joka jotka mitu kui palju leia
    arvuta arv arvud`,
    // Turkish, Azerbaijani
    `bir ve ile icin kac kactir nedir ne kadar olan olarak bulunuz bulun hesaplayin hesapla sayi sayisi sayilar sayinin toplami
    ise degeri eger her bu su mi mu neceye nece`,
    // Indonesian, Malay, Tagalog, Cebuano
    `yang dan di ke dari untuk dengan adalah berapa berapakah jika maka nilai tentukan hitung hitunglah carilah cari jumlah
    bilangan setiap sebuah buah ada pada tidak ini itu akan telah cari kirakan ialah ng mga ang sa na ay ni kung ilan ilang ano
    hanapin kalkulahin bilang bawat may at ito niya siya pila ka`,
    // Swahili, Yoruba, Hausa, Zulu, Somali
    `ya wa na kwa ni za la katika ngapi gani tafuta kokotoa hesabu nambari jumla idadi kila ikiwa kuwa ana je bawo melo ninu ti
    awon nawa nawane lissafa idan mene kuma imisoba waa iyo oo`,
    // Hindi, Urdu, Bengali, Punjabi, Tamil in Latin letters
    `hai hain ka ki ke ko se mein kya kitna kitne kitni kaun kaunsa yadi agar aur nahin gyat kijiye karo nikalo nikaliye sankhya
    sankhyaon yog man mulya prati kul diye gaya gaye ek do teen char panch koto koyti ebong jodi er ti theke ki sonkhya
    enna evvalavu ethanai kandupidi matrum oru entha kita`,
    // Chinese, Japanese, Korean in Latin letters
    `de shi duoshao jisuan qiu zhi he yige ge ruguo wen zhao shu shuo youyi zhege xiaoming dengyu fangcheng mei ren
    wa ga no ni wo desu ikutsu motomeyo motomenasai ikura kazu dono keisan seiyo shiki toki
    eun neun eul reul ui ga imnida eolmainga guhasio myeot gae su`,
    // Vietnamese without marks
    `la cua va cac mot nhung bao nhieu tinh tim gia tri so cho biet neu thi co duoc trong voi moi hai ba bon`,
    // Latin, Esperanto, Welsh, Irish, Basque, Albanian, Latvian, Lithuanian
    `est sunt et quot quantum numerus kiom da estas kaj la trovu nombro faint yw ar rhif zenbat eta da bat zenbaki sa jane dhe
    eshte numri gjej cik ir un ar skaitlis aprekini kiek yra ir skaicius apskaiciuok rask`,
  ]
    .join(' ')
    .split(/\s+/)
    .filter((word) => word.length > 1 && !sharedWords().has(word)),
);

/** Words of the lists above that English maths has too, as words, names or short forms. */
function sharedWords(): ReadonlySet<string> {
  return new Set(
    `a an i in on at is was as so no me he we be to do go or us am has can man men son den die dem dan per bat pas plus par pay
    sum son dot dos das des de la le el los las ve do may ran van von ten her her him all alle her ni se sa er ha ba hat sin si
    ab ac ad ar co ca da di du ed ee ef en eq et ga ge gi ii il io ir is it ka ke ki ko ku la li lo lu ma mi mol mu na ne ng ni nu
    oh om oo op or os ou ox pa pi po qi ra re ri ro sa se sh si so su ta te ti to tu ui un up ut wa wo xi ya yo yu za ze as
    ada ben ana eva ken kim lee mei ming min max mod tan tal tri uno char ban wen ito kwa teen tree due one two den fort ton real
    valor nombre base data total normal minus plus quart cent percent radius sphere cube prime fraction set list pair triple
    ring line plane point angle side degree form term model unit item image page note table sign mark test start end old long
    wide post kit rate part dame char mars mai van ist man jane ana sara rita era made fine come care fare rest rose sur tour sou
    gae chu zhi bill tim mary anna bob kazu shiki toki suma summa mono ina lima com dei sei era ira mate pot tim hai three ring
    more dare`.split(/\s+/),
  );
}
