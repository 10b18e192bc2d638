import { measureOf } from "../numbers/quantities.ts";

const set = (words: string): ReadonlySet<string> => new Set(words.split(" "));

/** Words that deny, in the languages that write them apart. */
const NEGATIONS = set(
  "not no never none nothing neither nor nobody nowhere without cannot unable " +
    "nicht kein keine keinen keinem keiner nie niemals nichts ohne " +
    "ne pas jamais sans aucun aucune rien nunca ningún ninguna sin jamás não nem nenhum sem non mai nessun nessuna senza " +
    "niet geen nooit zonder nie nigdy bez не нет ни никогда нельзя без немає ніколи " +
    "inte aldrig ingen inget utan ikke aldri ingen uden uten değil yok asla " +
    "不 没 未 无 非 勿 ません なかった ない なく لا لم لن ليس بدون नहीं मत बिना",
);
const KOREAN_NEGATION = /않|못|없|아니|마십시오|마세요|말아|말고/;

export function isNegation(word: string): boolean {
  return NEGATIONS.has(word) || (!isPlain(word) && KOREAN_NEGATION.test(word));
}

/** Words that carry no fact of their own. */
const FUNCTION_WORDS = set(
  "a an the of to in on at by for from with as and or is are was were be been being it its this that these those there here then so " +
    "he she they we you i me my your their our his her them us him who which what when where how also just very can could will would " +
    "should may might must do does did has have had than if but because since while into onto over under about after before up out " +
    "any some each every all both more most much many such own same too s " +
    "der die das den dem des ein eine einen einem einer eines und oder ist sind war waren sein es dies diese dieser dieses zu im in am an " +
    "auf von vom mit für als auch so wie wenn aber weil bei aus nach vor über unter man sich er sie wir ihr ich " +
    "le la les l un une des du de d et ou est sont était ce cette ces il elle ils elles on en au aux à pour par sur dans avec qui que " +
    "el los las del al una unos unas y o es son era este esta estos lo se su sus por para con como más " +
    "il lo gli i dello della dei delle e è sono era questo questa di da per con su che si " +
    "um uma os as do da dos das ao foi em no na com que se " +
    "het een van en of is zijn was deze dit die dat er op te voor met aan door als ook " +
    "и в на с к о у от до за из по что как это но а же бы й та що це i w z na do od że to się jest",
);

export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word) || (!isPlain(word) && /^\p{Script=Hiragana}+$/u.test(word));
}

/** Words each side of which is the opposite of the other; beginnings of words, so that all their forms are in it. */
const OPPOSITES: readonly (readonly [readonly string[], readonly string[]])[] = (
  "accept approv grant allow permit|reject denied deny denie refus forbid prohibit declin disapprov;" +
  "increas ris rose grow grew gain expand|decreas fall fell declin drop shrink lose lost reduc;" +
  "always immer toujours siempre sempre|never rarely seldom nie niemals jamais nunca mai;" +
  "all every everybody everyone everything|none nobody no nothing some few;" +
  "safe secure|dangerous unsafe harmful risky insecure;true wahr vrai|false falsch faux;" +
  "correct right|wrong incorrect;positiv|negativ;before vor avant|after nach après;" +
  "more mehr plus más|less fewer weniger moins menos;above over|below under beneath;" +
  "maximum most highest largest best|minimum least lowest smallest worst;high hoch|low niedrig;" +
  "large big larger bigger greater groß|small smaller little lesser klein;long longer|short shorter;" +
  "early earlier|late later;first erste|last letzte;next following|previous preceding prior;cheap|expensive dear costly;open öffne ouvert abierto aperto|close shut geschlossen schließ fermé cerrado chiuso;" +
  "with mit avec con|without ohne sans sin senza;hot warm heiß|cold cool kalt;left links gauche izquierd|right rechts droite derech;" +
  "up upper|down lower;on|off;enabl activat|disabl deactivat;include inclu|exclude exclu;win won winner|los lost loser;" +
  "buy bought purchas|sell sold;start begin began|stop end ended finish;success succeed pass|fail;" +
  "free gratis kostenlos gratuit|paid payant chargeable kostenpflichtig;legal allowed|illegal banned;" +
  "import|export;income|expense;profit|loss;old|new young;fast quick|slow;easy simple|hard difficult;strong|weak;" +
  "required mandatory compulsory must necessary|optional voluntary unnecessary;public|private;sunris|sunset;inside indoor|outside outdoor;" +
  "and und et y|or oder ou o;for|against;agree|disagree;confirm|cancel;push|pull;add|remove delete subtract;" +
  "available present|unavailable absent;acquit innocent|convict guilty;ascending|descending;odd|even;malignant|benign;" +
  "можно|нельзя;больше|меньше;всегда|никогда;高|低;大|小;多|少;前|后;上|下;左|右;开|关;有|无;增|减;可以|不可;好|坏;真|假"
)
  .split(";")
  .map((line) => line.split("|").map((side) => side.split(" ")) as [string[], string[]]);

/** Prefixes that deny, with the letters that a word must have for it to be one: `into` is not the opposite of `to`. */
const PREFIXES: readonly (readonly [prefix: string, letters: number])[] = [
  ["un", 4],
  ["dis", 5],
  ["non", 5],
  ["il", 5],
  ["ir", 6],
  ["in", 6],
  ["im", 6],
];

/** Whether one word says the opposite of the other. */
export function areOpposite(one: string, other: string): boolean {
  if (denies(one, other) || denies(other, one)) return true;
  if (one.replace(/ful$/, "less") === other || other.replace(/ful$/, "less") === one) return one !== other;
  return OPPOSITES.some(
    ([here, there]) => (begins(one, here) && begins(other, there)) || (begins(other, here) && begins(one, there)),
  );
}

function denies(longer: string, word: string): boolean {
  return PREFIXES.some(
    ([prefix, letters]) => word.length >= letters && (longer === prefix + word || longer === `${prefix}-${word}`),
  );
}

function begins(word: string, beginnings: readonly string[]): boolean {
  return beginnings.some(
    (beginning) =>
      word === beginning ||
      (beginning.length >= 3 && word.startsWith(beginning) && word.length <= beginning.length + 5),
  );
}

/** Words of which a text names one where another could stand: to name another is to say something else. */
const CLASSES: readonly ReadonlySet<string>[] = [
  "red blue green yellow black white brown orange purple grey gray pink rot blau grün gelb schwarz weiß rouge bleu vert jaune noir blanc rojo azul verde negro blanco",
  "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo",
  "january february march april may june july august september october november december",
  "spring summer autumn fall winter",
  "north south east west northern southern eastern western nord süd ost west",
  "morning noon afternoon evening night midnight morgens mittags abends nachts",
  "once twice thrice",
  "daily hourly weekly monthly yearly annually",
  "am pm",
  "today tomorrow yesterday heute morgen gestern",
  "male female man woman men women boy girl husband wife son daughter mother father brother sister",
  "he she",
  "english german french spanish italian chinese japanese russian",
  "breakfast lunch dinner supper",
  "oral intravenous topical",
  "read write delete",
].map(set);

/** Whether the two words name different members of one class, such as weekdays, colours, units and currencies. */
export function areRivals(one: string, other: string): boolean {
  if (one === other) return false;
  if (CLASSES.some((members) => members.has(one) && members.has(other))) return true;
  const [here, there] = [measureOf(one), measureOf(other)];
  return here !== null && there !== null && here !== there && here.split(" ")[0] === there.split(" ")[0];
}

/** Most words begin with a letter of ASCII, and are no concern of patterns for other writings. */
function isPlain(word: string): boolean {
  return word.charCodeAt(0) < 0x80;
}

const SPELLED = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]/u;

/** The beginning of a word stands for all its forms; a number for itself. */
export function stemOf(word: string): string {
  const first = word.charCodeAt(0);
  if ((first >= 0x30 && first <= 0x39) || first === 0x2d) return word;
  return word.slice(0, first < 0x80 || SPELLED.test(word) ? 5 : 2);
}
