export type CodeLanguage = "python" | "javascript" | "sql";

export interface CodeSample {
  readonly about: RegExp;
  /** The plainest version first. */
  readonly versions: Readonly<Partial<Record<CodeLanguage, readonly [string, ...string[]]>>>;
  readonly remarks: readonly string[];
  /** A believable bug: what is replaced by what. */
  readonly slip?: readonly [from: string, to: string];
}

export const CODE_SAMPLES: readonly CodeSample[] = [
  {
    about: /revers|umdreh|inverse|invierte|逆|反转/i,
    versions: {
      python: ["def reverse(text):\n    return text[::-1]", 'def reverse(text):\n    return "".join(reversed(text))'],
      javascript: [
        'const reverse = (text) => [...text].reverse().join("");',
        'function reverse(text) {\n  let result = "";\n  for (const letter of text) result = letter + result;\n  return result;\n}',
      ],
    },
    remarks: ["It returns a new string and leaves the old one alone.", "It takes time in proportion to the length."],
  },
  {
    about: /fibonacci/i,
    versions: {
      python: [
        "def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a",
        "def fibonacci(n):\n    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)",
      ],
      javascript: [
        "function fibonacci(n) {\n  let [a, b] = [0, 1];\n  for (let i = 0; i < n; i += 1) [a, b] = [b, a + b];\n  return a;\n}",
      ],
    },
    remarks: ["Counting starts at zero: `fibonacci(0)` is 0.", "For large `n` the loop is much faster than recursion."],
    slip: ["range(n)", "range(1, n)"],
  },
  {
    about: /prime|primzahl|premier|primo|素数|质数/i,
    versions: {
      python: [
        "def is_prime(n):\n    if n < 2:\n        return False\n    return all(n % d for d in range(2, int(n ** 0.5) + 1))",
        "def is_prime(n):\n    if n < 2:\n        return False\n    for d in range(2, n):\n        if n % d == 0:\n            return False\n    return True",
      ],
      javascript: [
        "function isPrime(n) {\n  if (n < 2) return false;\n  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;\n  return true;\n}",
      ],
    },
    remarks: ["Divisors beyond the square root need no look.", "Numbers below 2 are not prime."],
    slip: ["n < 2", "n < 1"],
  },
  {
    about: /factorial|fakultät|factorielle|階乗|阶乘/i,
    versions: {
      python: [
        "def factorial(n):\n    result = 1\n    for k in range(2, n + 1):\n        result *= k\n    return result",
        "import math\n\ndef factorial(n):\n    return math.prod(range(1, n + 1))",
      ],
      javascript: ["const factorial = (n) => (n < 2 ? 1 : n * factorial(n - 1));"],
    },
    remarks: ["`factorial(0)` is 1.", "Negative numbers are not checked for."],
    slip: ["n + 1", "n"],
  },
  {
    about: /palindrom/i,
    versions: {
      python: [
        "def is_palindrome(text):\n    letters = [c.lower() for c in text if c.isalnum()]\n    return letters == letters[::-1]",
        "def is_palindrome(text):\n    return text == text[::-1]",
      ],
      javascript: [
        'function isPalindrome(text) {\n  const letters = text.toLowerCase().replace(/[^a-z0-9]/g, "");\n  return letters === [...letters].reverse().join("");\n}',
      ],
    },
    remarks: ["Case, spaces and punctuation do not count.", "An empty text is a palindrome."],
  },
  {
    about: /count (?:the )?words|word count|how often each word|wörter/i,
    versions: {
      python: [
        "from collections import Counter\n\ndef count_words(text):\n    return Counter(text.lower().split())",
        "def count_words(text):\n    counts = {}\n    for word in text.lower().split():\n        counts[word] = counts.get(word, 0) + 1\n    return counts",
      ],
      javascript: [
        "function countWords(text) {\n  const counts = new Map();\n  for (const word of text.toLowerCase().split(/\\s+/)) counts.set(word, (counts.get(word) ?? 0) + 1);\n  return counts;\n}",
      ],
    },
    remarks: ["Words are parted at white space and compared in lower case.", "Punctuation stays on the words."],
  },
  {
    about: /duplicat|unique|doppelte|doublons|duplicados/i,
    versions: {
      python: [
        "def unique(items):\n    return list(dict.fromkeys(items))",
        "def unique(items):\n    return list(set(items))",
      ],
      javascript: ["const unique = (items) => [...new Set(items)];"],
      sql: ["SELECT email, COUNT(*) AS copies\nFROM users\nGROUP BY email\nHAVING COUNT(*) > 1;"],
    },
    remarks: ["The first of each stays where it was.", "Items must be hashable."],
  },
  {
    about: /e-?mail/i,
    versions: {
      python: ['import re\n\nEMAIL = re.compile(r"[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+")'],
      javascript: ["const EMAIL = /[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+/;"],
    },
    remarks: ["It finds what looks like an address; only a mail sent tells whether it exists."],
  },
  {
    about: /orders?|customers?|revenue|sales|Kunden|pedidos/i,
    versions: {
      sql: [
        "SELECT customer_id, SUM(total) AS revenue\nFROM orders\nGROUP BY customer_id\nORDER BY revenue DESC\nLIMIT 10;",
        "SELECT c.name, SUM(o.total) AS revenue\nFROM orders o\nJOIN customers c ON c.id = o.customer_id\nGROUP BY c.name\nORDER BY revenue DESC\nLIMIT 10;",
      ],
    },
    remarks: ["Customers without an order do not show up.", "An index on `customer_id` helps when the table is large."],
    slip: ["DESC", "ASC"],
  },
];
