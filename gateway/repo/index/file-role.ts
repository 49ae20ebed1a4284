/**
 * What a file is for, told from its path. Tests, copies of other projects and generated files repeat the words of the
 * code that a question is about, and are seldom its answer.
 */
export type FileRole = 'source' | 'test' | 'vendored' | 'generated' | 'docs' | 'example' | 'data';

const ROLES: readonly (readonly [FileRole, RegExp])[] = [
  [
    'vendored',
    /(?:^|\/)(?:vendor|vendored|_vendor|third[_-]?party|3rdparty|external|bower_components|deps|site-packages)\//i,
  ],
  [
    'generated',
    /(?:^|\/)(?:generated|__generated__|dist|build|out)\/|[._-](?:generated|gen|pb|pb2|min|bundle)\.\w+$|(?:^|\/)(?:package-lock\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock)$|\.(?:map|snap)$/i,
  ],
  [
    'test',
    /(?:^|\/)(?:tests?|__tests__|__mocks__|specs?|testing|testdata|test_data|fixtures|selftests?|e2e|idle_test|bench(?:marks?)?)\/|(?:^|\/)(?:test_[^/]*|conftest\.py)$|[._-](?:tests?|spec|bench)\.[^/]+$|(?:^|\/)[A-Z]\w*Tests?\.\w+$/,
  ],
  ['example', /(?:^|\/)(?:examples?|samples?|demos?|turtledemo|tutorials?)\//i],
  [
    'docs',
    /(?:^|\/)(?:docs?|documentation|man)\/|\.(?:md|mdx|rst|adoc|txt|tex|html?)$|(?:^|\/)(?:README|CHANGELOG|CHANGES|NEWS|LICENSE|COPYING)[^/]*$/i,
  ],
  ['data', /\.(?:json|ya?ml|toml|xml|csv|tsv|ini|cfg|conf|svg|css|lock|po|pot|strings|properties)$/i],
];

/** How much a role counts against the code itself. */
const WEIGHTS: Readonly<Record<FileRole, number>> = {
  source: 1,
  example: 0.75,
  docs: 0.75,
  data: 0.7,
  test: 0.6,
  vendored: 0.7,
  generated: 0.55,
};

/** Terms of a question that ask for a role: then it is not held against a file. */
const ASKED_BY: Readonly<Partial<Record<FileRole, readonly string[]>>> = {
  test: ['test', 'spec', 'fixtur', 'mock', 'benchmark'],
  docs: ['doc', 'document', 'readm', 'changelog', 'licens', 'guid'],
  example: ['exampl', 'sampl', 'demo', 'tutori'],
  data: ['config', 'configur', 'json', 'yaml', 'toml', 'xml', 'css', 'style'],
  vendored: ['vendor'],
  generated: ['gener', 'dist', 'bundl'],
};

export function roleOf(path: string): FileRole {
  return ROLES.find(([, pattern]) => pattern.test(path))?.[0] ?? 'source';
}

/** @param asked the question's terms */
export function roleWeight(path: string, asked: ReadonlySet<string>): number {
  const role = roleOf(path);
  return ASKED_BY[role]?.some((term) => asked.has(term)) === true ? 1 : WEIGHTS[role];
}
