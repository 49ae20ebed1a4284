/**
 * The Porter stemmer: `indexing`, `indexes` and `indexed` become one term. As M. F. Porter published it in 1980, with
 * the two departures of his own reference implementation (`bli` and `logi` in step 2); words of one or two letters stay.
 *
 * @see Porter, An algorithm for suffix stripping, Program 14(3), 1980
 */
const CONSONANT = '[^aeiou]';
const VOWEL = '[aeiouy]';
const CONSONANTS = `${CONSONANT}[^aeiouy]*`;
const VOWELS = `${VOWEL}[aeiou]*`;

/** Porter's measure m, the number of vowel-consonant pairs: above 0, exactly 1, above 1. */
const MEASURE_OVER_0 = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}`);
const MEASURE_IS_1 = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}(?:${VOWELS})?$`);
const MEASURE_OVER_1 = new RegExp(`^(?:${CONSONANTS})?${VOWELS}${CONSONANTS}${VOWELS}${CONSONANTS}`);
const HAS_VOWEL = new RegExp(`^(?:${CONSONANTS})?${VOWEL}`);
const SHORT_END = new RegExp(`^${CONSONANTS}${VOWEL}[^aeiouwxy]$`);
const DOUBLE_END = /([^aeiouylsz])\1$/;

const STEP_2: ReadonlyMap<string, string> = new Map([
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['logi', 'log'],
]);
const STEP_2_SUFFIX =
  /^(.+?)(ational|tional|enci|anci|izer|bli|alli|entli|eli|ousli|ization|ation|ator|alism|iveness|fulness|ousness|aliti|iviti|biliti|logi)$/;

const STEP_3: ReadonlyMap<string, string> = new Map([
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
]);
const STEP_3_SUFFIX = /^(.+?)(icate|ative|alize|iciti|ical|ful|ness)$/;
const STEP_4_SUFFIX =
  /^(.+?)(al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize|(?<=[st])ion)$/;

/** @param word lower case; anything but ASCII letters comes back as it is */
export function stem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  // A `y` at the start is a consonant to Porter; upper case keeps it out of the vowels.
  const marked = word.startsWith('y') ? `Y${word.slice(1)}` : word;
  return step5(step4(step3(step2(step1c(step1b(step1a(marked))))))).toLowerCase();
}

const step1a = (word: string): string =>
  /(?:ss|i)es$/.test(word) ? word.slice(0, -2) : /[^s]s$/.test(word) ? word.slice(0, -1) : word;

function step1b(word: string): string {
  if (word.endsWith('eed')) return MEASURE_OVER_0.test(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const stripped = /^(.+?)(?:ed|ing)$/.exec(word)?.[1];
  if (stripped === undefined || !HAS_VOWEL.test(stripped)) return word;
  if (/(?:at|bl|iz)$/.test(stripped)) return `${stripped}e`;
  if (DOUBLE_END.test(stripped)) return stripped.slice(0, -1);
  return SHORT_END.test(stripped) ? `${stripped}e` : stripped;
}

const step1c = (word: string): string =>
  word.endsWith('y') && HAS_VOWEL.test(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word;

const step2 = (word: string): string => replaceSuffix(word, STEP_2_SUFFIX, STEP_2);
const step3 = (word: string): string => replaceSuffix(word, STEP_3_SUFFIX, STEP_3);

function replaceSuffix(word: string, suffix: RegExp, table: ReadonlyMap<string, string>): string {
  const [, rest = '', end = ''] = suffix.exec(word) ?? [];
  return MEASURE_OVER_0.test(rest) ? rest + (table.get(end) ?? end) : word;
}

function step4(word: string): string {
  const rest = STEP_4_SUFFIX.exec(word)?.[1];
  return rest !== undefined && MEASURE_OVER_1.test(rest) ? rest : word;
}

function step5(word: string): string {
  let result = word;
  if (word.endsWith('e')) {
    const rest = word.slice(0, -1);
    if (MEASURE_OVER_1.test(rest) || (MEASURE_IS_1.test(rest) && !SHORT_END.test(rest))) result = rest;
  }
  return result.endsWith('ll') && MEASURE_OVER_1.test(result) ? result.slice(0, -1) : result;
}
