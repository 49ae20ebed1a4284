import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksWithTerms } from '../../../../gateway/repo/index/indexed-text.ts';
import { rankChunks } from '../../../../gateway/repo/index/local-ranking.ts';
import { questionOf } from '../../../../gateway/repo/index/question.ts';
import { type Rankable, Ranking } from '../../../../gateway/repo/index/ranking.ts';
import { TermSet } from '../../../../gateway/repo/index/term-set.ts';
import { termsOf } from '../../../../gateway/repo/index/terms.ts';

const chunk = (name: string, text = '', changes: Partial<Rankable> = {}): Rankable => ({
  kind: 'definition',
  name,
  parent: '',
  startLine: 1,
  endLine: 3,
  path: 'src/a.ts',
  terms: TermSet.of(termsOf(`${name} ${text}`)),
  bm25: 0.5,
  ...changes,
});

const scoreOf = (question: string, candidate: Rankable, idfs?: readonly number[]): number => {
  const asked = questionOf(question);
  return new Ranking(asked, idfs ?? asked.groups.map(() => 1)).score(candidate);
};

describe('Ranking', () => {
  it('prefers what has more of the question, and its rare words above all', () => {
    const question = 'close broken socket';
    expect(scoreOf(question, chunk('x', 'close socket'))).toBeGreaterThan(
      scoreOf(question, chunk('x', 'close')),
    );
    const idfs = [1, 5, 1];
    expect(scoreOf(question, chunk('x', 'broken'), idfs)).toBeGreaterThan(
      scoreOf(question, chunk('x', 'close socket'), idfs),
    );
  });

  it('prefers words in a name to words in a body, and names of nothing else', () => {
    const question = 'close socket';
    expect(scoreOf(question, chunk('closeSocket'))).toBeGreaterThan(
      scoreOf(question, chunk('run', 'close socket')),
    );
    expect(scoreOf(question, chunk('closeSocket'))).toBeGreaterThan(
      scoreOf(question, chunk('closeSocketOfWorkerLater')),
    );
  });

  it('counts an abbreviation as its word, a little less', () => {
    const [own, short, none] = ['directory', 'dir', 'lid'].map((word) =>
      scoreOf('directory', chunk('x', word)),
    );
    expect(own).toBeGreaterThan(short ?? 1);
    expect(short).toBeGreaterThan(none ?? 1);
  });

  it('puts definitions before windows, and code before its tests, copies and documents', () => {
    const question = 'close socket';
    const own = scoreOf(question, chunk('closeSocket'));
    expect(own).toBeGreaterThan(scoreOf(question, chunk('closeSocket', '', { kind: 'window' })));
    for (const path of ['test/a.ts', 'vendor/a.ts', 'dist/a.ts', 'docs/a.md', 'examples/a.ts']) {
      expect(scoreOf(question, chunk('closeSocket', '', { path })), path).toBeLessThan(own);
    }
    const path = 'test/a.ts';
    expect(scoreOf('test of close socket', chunk('closeSocket', 'test', { path }))).toBeGreaterThan(
      scoreOf('test of close socket', chunk('closeSocket', 'test')),
    );
  });

  it('finds what is spelled out, whatever else has the same words', () => {
    const question = 'why does close_socket hang after a broken handshake timeout';
    expect(scoreOf(question, chunk('closeSocket'))).toBeGreaterThan(
      scoreOf(question, chunk('closeHang', 'broken handshake timeout socket close hang')),
    );
  });

  it('is between 0 and 1, and 0 for nothing', () => {
    const words = fc.array(fc.constantFrom('open', 'dir', 'socket', 'the', 'x1', 'größe'), { maxLength: 5 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const kind = fc.constantFrom('definition', 'part', 'window' as const);
    fc.assert(
      fc.property(words, words, words, share, kind, (asked, name, text, bm25, of) => {
        const candidate = chunk(name.join('_'), text.join(' '), { bm25, kind: of });
        const score = scoreOf(asked.join(' '), candidate);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
    );
    expect(scoreOf('?', chunk('open'))).toBe(0);
  });
});

describe('rankChunks', () => {
  it('ranks the chunks of one file, and leaves out what has no word of the question', () => {
    const lines =
      'def close_socket(s):\n    s.shut()\n\n\ndef open_lid(x):\n    return x\n\n\ndef close_lid(x):\n    return x'.split(
        '\n',
      );
    const question = questionOf('close the socket');
    const idfs = [1, 2];
    const ranked = rankChunks(
      chunksWithTerms(lines, 'a.py'),
      'a.py',
      question,
      idfs,
      new Ranking(question, idfs),
    );
    expect(ranked.map(({ chunk: { name } }) => name)).toEqual(['close_socket', 'close_lid']);
  });
});
