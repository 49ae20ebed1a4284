/**
 * Words that say nothing about where something is, and words that programmers write in two ways.
 */
import { stem } from './porter.ts';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** In questions, and in comments. */
const ENGLISH = words(`
  a about above after all also am an and any are as at be because been before being below between both but by can cannot
  could did do does doing down during each eg etc few for from further given had has have having he her here how i ie if
  in into is it its itself just may me might more most must my no nor not of off on once only or other otherwise ought our
  out over own same shall she should so some such than that the their them then there these they this those through to
  too under until up upon us very via want was we were what when where whether which while who whom whose why will with
  within without would you your specified used uses using`);

/** In nearly every body, so that their lists are long and tell nothing apart. */
const KEYWORDS = words(`
  self this return returns def function const let var if else elif end import export from class public private static
  void int char bool true false null none nil undefined new try except catch finally throw raise
  case break continue switch func fn pub struct impl use mut unsigned include define endif ifdef async await`);

const STOPPED: ReadonlySet<string> = new Set([...ENGLISH, ...KEYWORDS].flatMap((word) => [word, stem(word)]));

/** Whether a term is left out of comments, bodies and questions. Names keep all of theirs. */
export const isStopped = (term: string): boolean => STOPPED.has(term);

/** Spellings of one thing; a question in one finds code in another. The first is the word written out. */
const SPELLINGS = `
  directory dir folder
  context ctx
  configuration config cfg conf
  argument arg args argv
  parameter param params
  message msg
  error err
  exception exc
  string str
  integer int
  character char chr
  number num
  value val
  variable var
  function func fn
  pointer ptr
  buffer buf
  length len
  maximum max
  minimum min
  previous prev
  current cur curr
  temporary temp tmp
  address addr
  source src
  destination dest dst
  object obj
  attribute attr
  property prop
  element elem
  expression expr
  statement stmt
  declaration decl
  definition def
  identifier ident id
  index idx
  position pos
  reference ref
  initialize init initialise
  delete del remove rm
  information info
  request req
  response resp res
  database db
  command cmd
  process proc
  environment env
  package pkg
  library lib
  document doc
  specification spec
  implementation impl
  repository repo
  application app
  image img
  document doc
  administrator admin
  authentication auth authenticate
  authorization authz
  generate gen
  calculate calc compute
  average avg
  multiply mul
  divide div
  subtract sub
  absolute abs
  random rand
  synchronize sync
  asynchronous async
  allocate alloc malloc
  memory mem
  register reg
  execute exec
  evaluate eval
  utility util
  version ver
  separator sep
  format fmt
  column col
  sequence seq
  iterator iter iterate
  dictionary dict
  callback cb
  event evt
  button btn
  window win
  timestamp ts
  time timer
  signal sig
  socket sock
  connection conn connect
  interrupt irq
  device dev
  network net
  packet pkt
  transmit tx
  receive rx recv
  control ctl ctrl
  operation op
  descriptor desc
  description desc
  permission perm
  password passwd pwd
  user usr
  group grp
  table tbl
  record rec
  count cnt
  size sz
  extension ext
  language lang
  translate trans
  certificate cert
  public pub
  private priv
  original orig
  regular regex
  relative rel
  absolute abs
  frequency freq
  signature sig
  distance dist
  distribution dist
  convert conv
  create make new
  fetch get retrieve
  check validate verify
  begin start
  end finish stop
  find search lookup
  show display
  print output
  parse parser
  serialize dump marshal
  deserialize load unmarshal
  equal eq
  compare cmp
  copy clone
  concatenate concat join
  append add
  uppercase upper
  lowercase lower
  quit exit`;

const RELATED = relate(SPELLINGS);

function relate(lines: string): ReadonlyMap<string, readonly string[]> {
  const related = new Map<string, Set<string>>();
  for (const line of lines.trim().split('\n')) {
    const terms = words(line).map(stem);
    for (const term of terms) {
      const others = related.get(term) ?? new Set();
      for (const other of terms) if (other !== term) others.add(other);
      related.set(term, others);
    }
  }
  return new Map([...related].map(([term, others]) => [term, [...others]]));
}

/** Other terms that stand for the same thing. */
export const spellingsOf = (term: string): readonly string[] => RELATED.get(term) ?? [];
