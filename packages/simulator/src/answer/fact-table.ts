/** Names of the country parted by `|`, its capital, and the city that is taken for it. */
const CAPITAL_ROWS: readonly (readonly [names: string, capital: string, mistaken: string])[] = [
  ["France|Frankreich|Francia|フランス|法国", "Paris", "Lyon"],
  ["Germany|Deutschland|Allemagne|Alemania|ドイツ|德国", "Berlin", "Frankfurt"],
  ["Italy|Italien|Italie|Italia|イタリア|意大利", "Rome", "Milan"],
  ["Spain|Spanien|Espagne|España|スペイン|西班牙", "Madrid", "Barcelona"],
  ["Portugal", "Lisbon", "Porto"],
  ["Switzerland|Schweiz|Suisse|Suiza|スイス", "Bern", "Zurich"],
  ["Austria|Österreich|Autriche", "Vienna", "Salzburg"],
  ["Poland|Polen|Pologne|Polonia", "Warsaw", "Kraków"],
  ["Norway|Norwegen|Norvège|Noruega", "Oslo", "Bergen"],
  ["Sweden|Schweden|Suède|Suecia", "Stockholm", "Gothenburg"],
  ["Finland|Finnland|Finlande", "Helsinki", "Turku"],
  ["Denmark|Dänemark|Danemark", "Copenhagen", "Aarhus"],
  ["Netherlands|Niederlande|Pays-Bas", "Amsterdam", "The Hague"],
  ["Belgium|Belgien|Belgique", "Brussels", "Antwerp"],
  ["Ireland|Irland|Irlande", "Dublin", "Cork"],
  ["Greece|Griechenland|Grèce|Grecia", "Athens", "Thessaloniki"],
  ["Turkey|Türkiye|Türkei|Turquie|Turquía", "Ankara", "Istanbul"],
  ["Morocco|Marokko|Maroc|Marruecos", "Rabat", "Casablanca"],
  ["Egypt|Ägypten|Égypte|Egipto", "Cairo", "Alexandria"],
  ["Kenya|Kenia", "Nairobi", "Mombasa"],
  ["Nigeria", "Abuja", "Lagos"],
  ["Canada|Kanada|Canadá|カナダ|加拿大", "Ottawa", "Toronto"],
  ["Brazil|Brasilien|Brésil|Brasil", "Brasília", "Rio de Janeiro"],
  ["Argentina|Argentinien|Argentine", "Buenos Aires", "Córdoba"],
  ["Chile|Chili", "Santiago", "Valparaíso"],
  ["Peru|Pérou|Perú", "Lima", "Cusco"],
  ["Mexico|Mexiko|Mexique|México", "Mexico City", "Guadalajara"],
  ["Australia|Australien|Australie|オーストラリア|澳大利亚", "Canberra", "Sydney"],
  ["New Zealand|Neuseeland", "Wellington", "Auckland"],
  ["Japan|Japon|Japón|日本", "Tokyo", "Kyoto"],
  ["China|Chine|中国", "Beijing", "Shanghai"],
  ["India|Indien|Inde", "New Delhi", "Mumbai"],
  ["Vietnam", "Hanoi", "Ho Chi Minh City"],
  ["Thailand|Thaïlande|Tailandia", "Bangkok", "Chiang Mai"],
  ["Kazakhstan|Kasachstan", "Astana", "Almaty"],
];

interface Capital {
  readonly country: string;
  /** In lower case. */
  readonly names: readonly string[];
  readonly capital: string;
  readonly mistaken: string;
}

export const CAPITALS: readonly Capital[] = CAPITAL_ROWS.map(([names, capital, mistaken]) => {
  const [country = ""] = names.split("|");
  return { country, names: names.toLowerCase().split("|"), capital, mistaken };
});

interface Fact {
  /** One of each entry's alternatives must be in the question, in lower case. */
  readonly about: readonly (readonly string[])[];
  readonly answer: string;
  readonly wrong: readonly string[];
  /** With `{}` for the answer. */
  readonly sentence: string;
}

export const FACTS: readonly Fact[] = [
  fact(["symbol", "gold"], "Au", ["Ag", "Go"], "The chemical symbol for gold is {}."),
  fact(["symbol", "iron"], "Fe", ["Ir"], "The chemical symbol for iron is {}."),
  fact(["symbol", "sodium"], "Na", ["So", "S"], "The chemical symbol for sodium is {}."),
  fact(["largest|biggest", "planet"], "Jupiter", ["Saturn"], "The largest planet in the solar system is {}."),
  fact(["closest|nearest", "sun", "planet"], "Mercury", ["Venus"], "The planet closest to the sun is {}."),
  fact(["planets", "how many"], "8", ["9"], "The solar system has {} planets."),
  fact(["longest river"], "the Nile", ["the Amazon"], "The longest river in the world is usually said to be {}."),
  fact(["highest|tallest", "mountain"], "Mount Everest", ["K2"], "The highest mountain above sea level is {}."),
  fact(["largest", "ocean"], "the Pacific Ocean", ["the Atlantic Ocean"], "The largest ocean is {}."),
  fact(["boil", "water"], "100 °C", ["90 °C", "212 °C"], "At sea level water boils at {}."),
  fact(["freez", "water"], "0 °C", ["4 °C"], "Water freezes at {}."),
  fact(["speed of light"], "299,792,458 m/s", ["300,000 m/s"], "In a vacuum light travels at {}."),
  fact(["photosynthesis", "gas"], "carbon dioxide", ["oxygen"], "In photosynthesis plants take up {}."),
  fact(["powerhouse"], "the mitochondrion", ["the nucleus"], "The powerhouse of the cell is {}."),
  fact(["bones", "adult"], "206", ["208", "212"], "An adult human has {} bones."),
  fact(["wrote", "hamlet"], "William Shakespeare", ["Christopher Marlowe"], "Hamlet was written by {}."),
  fact(["wrote", "faust"], "Johann Wolfgang von Goethe", ["Friedrich Schiller"], "Faust was written by {}."),
  fact(["wrote", "don quixote|quijote"], "Miguel de Cervantes", ["Lope de Vega"], "Don Quixote was written by {}."),
  fact(["wrote", "pride and prejudice"], "Jane Austen", ["Charlotte Brontë"], "Pride and Prejudice was written by {}."),
  fact(["painted", "mona lisa"], "Leonardo da Vinci", ["Raphael"], "The Mona Lisa was painted by {}."),
  fact(["berlin wall", "year|when"], "1989", ["1991", "1987"], "The Berlin Wall fell in {}."),
  fact(["moon landing|walked on the moon", "year|when"], "1969", ["1968"], "People first walked on the moon in {}."),
  fact(["second world war|world war ii", "end"], "1945", ["1944"], "The Second World War ended in {}."),
  fact(["http", "404"], "Not Found", ["Forbidden"], "HTTP status 404 means {}."),
  fact(["http", "429"], "Too Many Requests", ["Request Timeout"], "HTTP status 429 means {}."),
  fact(["port", "https"], "443", ["80", "8443"], "HTTPS uses port {} unless told otherwise."),
  fact(["port", "postgres"], "5432", ["3306"], "PostgreSQL listens on port {} unless told otherwise."),
  fact(["stands for", "dns"], "Domain Name System", ["Dynamic Network Service"], "DNS stands for {}."),
  fact(["days", "leap year"], "366", ["365"], "A leap year has {} days."),
  fact(["sides", "hexagon"], "6", ["8", "5"], "A hexagon has {} sides."),
  fact(["currency", "japan"], "the yen", ["the yuan"], "The currency of Japan is {}."),
  fact(["currency", "switzerland"], "the Swiss franc", ["the euro"], "The currency of Switzerland is {}."),
  fact(["continents", "how many"], "7", ["6", "5"], "By the usual count there are {} continents."),
];

/** `about` parts alternatives with `|`. */
function fact(about: readonly string[], answer: string, wrong: readonly string[], sentence: string): Fact {
  return { about: about.map((words) => words.split("|")), answer, wrong, sentence };
}
