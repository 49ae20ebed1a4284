import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stem } from '../../../../gateway/repo/index/porter.ts';
import { questionOf } from '../../../../gateway/repo/index/question.ts';
import { TermSet } from '../../../../gateway/repo/index/term-set.ts';
import { partsOfRun, termsOf } from '../../../../gateway/repo/index/terms.ts';
import { isStopped, spellingsOf } from '../../../../gateway/repo/index/word-lists.ts';

describe('stem', () => {
  // From Porter's own vocabulary and its output.
  it.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['ties', 'ti'],
    ['cats', 'cat'],
    ['feed', 'feed'],
    ['agreed', 'agre'],
    ['plastered', 'plaster'],
    ['bled', 'bled'],
    ['motoring', 'motor'],
    ['sing', 'sing'],
    ['conflated', 'conflat'],
    ['troubled', 'troubl'],
    ['sized', 'size'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['hissing', 'hiss'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['sky', 'sky'],
    ['relational', 'relat'],
    ['conditional', 'condit'],
    ['digitizer', 'digit'],
    ['vietnamization', 'vietnam'],
    ['operator', 'oper'],
    ['hopefulness', 'hope'],
    ['sensibiliti', 'sensibl'],
    ['triplicate', 'triplic'],
    ['formative', 'form'],
    ['electrical', 'electr'],
    ['goodness', 'good'],
    ['revival', 'reviv'],
    ['allowance', 'allow'],
    ['replacement', 'replac'],
    ['adoption', 'adopt'],
    ['probate', 'probat'],
    ['rate', 'rate'],
    ['cease', 'ceas'],
    ['controll', 'control'],
    ['roll', 'roll'],
    ['yes', 'ye'],
    ['syzygy', 'syzygi'],
  ])('makes %s into %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  it('leaves alone what is no English word', () => {
    for (const word of ['ab', 'x1ing', 'größen', '検索', '']) expect(stem(word)).toBe(word);
  });
});

describe('termsOf', () => {
  it.each([
    ['parseHTTPHeader2', ['pars', 'http', 'header', '2', 'parsehttpheader2']],
    ['get_current_dir', ['get', 'current', 'dir', 'getcurrentdir']],
    ['__init__', ['init']],
    ['MAX_SPAN_BYTES', ['max', 'span', 'byte', 'maxspanbyt']],
    ['utf8', ['utf', '8', 'utf8']],
    ['$el.innerHTML', ['el', 'inner', 'html', 'innerhtml']],
    ['a-b c', ['a', 'b', 'c']],
    ['Größe', ['größe']],
    ['поискФайла', ['поиск', 'файла', 'поискфайла']],
    ['文字列検索', ['文字', '字列', '列検', '検索']],
    ['ｆｕｌｌ', ['full']],
    ['...!?;"*()', []],
    ['', []],
  ])('splits %j', (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  it('leaves out what is data rather than words', () => {
    expect(termsOf('a'.repeat(81))).toEqual([]);
    expect(termsOf('12345678901')).toEqual([]);
    expect(termsOf(`${'x'.repeat(100_000)} word`)).toEqual(['word']);
  });

  it('gives letters, digits and marks only, whatever the text: nothing can end its quotes in a query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const term of termsOf(text)) expect(term).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
      }),
      { numRuns: 500 },
    );
  });

  it('finds an identifier by its parts in whatever style it is written', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 2, maxLength: 4 }), (words) => {
        const camel = words.map((w, i) => (i === 0 ? w : `${w[0]?.toUpperCase()}${w.slice(1)}`)).join('');
        const parts = words.map(stem);
        expect(partsOfRun(words.join('_'))).toEqual(parts);
        expect(partsOfRun(camel)).toEqual(parts);
        expect(termsOf(camel).at(-1)).toBe(stem(words.join('')));
      }),
    );
  });
});

describe('questionOf', () => {
  const groups = (text: string): string[] => questionOf(text).groups.map(({ term }) => term);

  it('keeps the words that tell', () => {
    expect(groups('Return the length of the given directory listing')).toEqual([
      'length',
      'directori',
      'list',
    ]);
  });

  it('keeps words of nothing else, for names that are made of them', () => {
    expect(groups('this and that')).toEqual(['thi', 'and', 'that']);
  });

  it('knows abbreviations, and words that are written together', () => {
    const [directory, name] = questionOf('directory name').groups;
    expect(directory?.variants).toEqual(expect.arrayContaining(['dir', 'folder', 'directorynam']));
    expect(name?.variants).toContain('directorynam');
    expect(spellingsOf('ctx')).toEqual(['context']);
  });

  it('takes an identifier apart and remembers it whole', () => {
    const question = questionOf('where is parseHttpHeader called');
    expect(question.groups.map(({ term }) => term)).toEqual(['pars', 'http', 'header', 'call']);
    expect([...question.identifiers]).toEqual(['parsehttpheader']);
    expect([...questionOf('open').identifiers]).toEqual(['open']);
    expect([...questionOf('open the file').identifiers]).toEqual([]);
  });

  it('is empty without a letter or digit, and bounded however long', () => {
    expect(groups('?!… "*" - () :: ')).toEqual([]);
    expect(groups(Array.from({ length: 500 }, (_, i) => `word${i}x`).join(' '))).toHaveLength(32);
  });
});

describe('TermSet', () => {
  it('has what was put in, also after it was written down', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat(3), (terms, shift) => {
        const bytes = TermSet.of(terms).toBytes();
        // A database gives buffers that begin anywhere.
        const moved = new Uint8Array(bytes.length + shift);
        moved.set(bytes, shift);
        const read = TermSet.fromBytes(moved.subarray(shift));
        for (const term of terms) expect(read.has(term)).toBe(true);
        expect(read.size).toBeLessThanOrEqual(terms.length);
      }),
    );
  });

  it('has little else', () => {
    const set = TermSet.of(Array.from({ length: 80 }, (_, i) => `own${i}`));
    const strange = Array.from({ length: 10_000 }, (_, i) => `strange${i}`).filter((term) => set.has(term));
    expect(strange.length).toBeLessThan(50);
  });
});

it('stop words are known in the form of terms', () => {
  for (const word of ['the', 'because', 'return', 'does', 'this']) {
    expect(termsOf(word).every(isStopped)).toBe(true);
  }
});
