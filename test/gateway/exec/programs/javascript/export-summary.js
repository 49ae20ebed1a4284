const files = {
  'shared/limits.ts': 'export const MAX = 200;\nexport const MIN = 1;\nconst hidden = 2;\n',
  'gateway/reader.ts': 'export class Reader {}\nexport interface Span {}\nexport async function read() {}\nexport type Path = string;\n',
  'gateway/main.ts': "  import { MAX } from '../shared/limits.ts';\n  import { Reader, read } from './reader.ts';\nnew Reader();\n",
  'bridge/main.ts': "  import { MAX as LIMIT } from '../shared/limits.ts';\n",
};
const resolve = (base, target) =>
  target.split('/').reduce((parts, piece) => (piece === '..' ? parts.slice(0, -1) : piece === '.' ? parts : [...parts, piece]), base.split('/').slice(0, -1)).join('/');
const exported = Object.entries(files).flatMap(([path, text]) =>
  [...text.matchAll(/^export (?:async )?(const|class|interface|function|type) (\w+)/gm)].map(([, kind, name]) => ({ path, kind, name })),
);
const used = new Set(
  Object.entries(files).flatMap(([path, text]) =>
    [...text.matchAll(/import \{([^}]*)\} from '([^']+)'/g)].flatMap(([, names, target]) =>
      names.split(',').map((name) => `${resolve(path, target)}#${name.split(' as ')[0].trim()}`),
    ),
  ),
);
for (const { path, kind, name } of exported) console.log(path.padEnd(18), kind.padEnd(10), name.padEnd(7), used.has(`${path}#${name}`) ? 'used' : 'UNUSED');
exported.filter(({ path, name }) => !used.has(`${path}#${name}`)).map(({ name }) => name).sort();
