/** What a Python program may not name, and what to use instead. The first three tables are the checklist's, and then some. */

const READ =
  'read files with read_span(path, start_line, end_line), find them with list_files(), search() and query()';

/** Names refused as a call and as a value. */
export const REFUSED_NAMES: ReadonlyMap<string, string> = new Map([
  [
    'eval',
    'eval() is not available in the sandbox: write the expression itself, or use ast.literal_eval() or json.loads() for data',
  ],
  ['exec', 'exec() is not available in the sandbox: write the statements themselves'],
  [
    'compile',
    'compile() is not available in the sandbox: write the code itself; for patterns use re.compile()',
  ],
  ['open', `open() is not available in the sandbox: ${READ}`],
  ['__import__', '__import__() is not available in the sandbox: use an import statement'],
  ['globals', 'globals() is not available in the sandbox: keep the values in a dict of your own'],
  ['locals', 'locals() is not available in the sandbox: keep the values in a dict of your own'],
  ['input', 'input() is not available in the sandbox: nobody answers; write the value into the program'],
  ['breakpoint', 'breakpoint() is not available in the sandbox: use print()'],
  ['__builtins__', '__builtins__ is not available in the sandbox: use the functions by their names'],
  ['__build_class__', '__build_class__() is not available in the sandbox: use a class statement'],
  ['__loader__', '__loader__ is not available in the sandbox: use an import statement'],
  ['__spec__', '__spec__ is not available in the sandbox'],
]);

/** Of these, those that a program may use once it has assigned to them: common names of variables. */
export const ASSIGNABLE_NAMES: ReadonlySet<string> = new Set(['input']);

/** Attributes without an honest use in a program that looks at code: steps from a value to the interpreter. */
export const REFUSED_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...[
    '__subclasses__',
    '__bases__',
    '__base__',
    '__mro__',
    '__globals__',
    '__builtins__',
    '__code__',
    '__closure__',
  ],
  ...['__self__', '__func__', '__loader__', '__spec__', '__import__', '__reduce__', '__reduce_ex__'],
  ...['gi_frame', 'gi_code', 'cr_frame', 'cr_code', 'ag_frame', 'ag_code', 'tb_frame'],
  ...['f_globals', 'f_locals', 'f_builtins', 'f_back', 'f_code', 'func_globals', 'func_code', 'func_closure'],
  ...['_getframe', '_current_frames', '_getframemodulename', '__subclasshook__'],
]);

/** Functions and tables of modules that are fine otherwise, as a dotted name and as `from module import name`. */
export const REFUSED_MEMBERS: ReadonlyMap<string, string> = new Map([
  ['io.open', `io.open() is not available in the sandbox: ${READ}`],
  ['io.open_code', `io.open_code() is not available in the sandbox: ${READ}`],
  ['io.FileIO', `io.FileIO is not available in the sandbox: ${READ}`],
  ['codecs.open', `codecs.open() is not available in the sandbox: ${READ}`],
  ['sys.modules', 'sys.modules is not available in the sandbox: use an import statement'],
  ['sys.settrace', 'sys.settrace() is not available in the sandbox'],
  ['sys.setprofile', 'sys.setprofile() is not available in the sandbox'],
]);

const NETWORK = 'there is no network';
const PROCESSES = 'there are no processes, threads or signals';
const FILES = READ;
const PATHS = `for names of paths use posixpath, or PurePosixPath of pathlib; ${READ}`;
const INTERNALS = 'the interpreter itself is out of reach';
const PICKLES = 'use json for data';
const HOST = 'nothing of the host can be seen';

/** Modules refused, with all below them. Others pass: what there is not, Python itself says. */
export const REFUSED_MODULES: ReadonlyMap<string, string> = new Map([
  ...named(
    NETWORK,
    'socket _socket socketserver ssl _ssl select selectors http.client http.server http.cookiejar urllib.request',
    'urllib.robotparser urllib3 requests httpx aiohttp websockets ftplib smtplib smtpd poplib imaplib nntplib telnetlib',
    'xmlrpc webbrowser wsgiref asyncio.subprocess paramiko',
  ),
  ...named(
    PROCESSES,
    'subprocess _posixsubprocess multiprocessing _multiprocessing threading _thread concurrent.futures signal _signal',
    'pty tty termios fcntl resource asyncore asynchat',
  ),
  ...named(PATHS, 'os pathlib'),
  ...named(FILES, 'posix nt shutil tempfile glob fileinput linecache mmap dbm shelve _io filecmp'),
  ...named(PICKLES, 'pickle _pickle cPickle marshal dill cloudpickle'),
  ...named(HOST, 'platform getpass pwd grp spwd sysconfig site _sitebuiltins'),
  ...named(
    INTERNALS,
    'gc inspect importlib _frozen_importlib _frozen_importlib_external _imp imp pkgutil runpy zipimport builtins',
    '__builtin__ __builtins__ __main__ ctypes _ctypes cffi _cffi_backend code codeop dis pdb bdb trace tracemalloc',
    '_tracemalloc faulthandler py_compile compileall ensurepip venv pip setuptools distutils atexit _testcapi',
    '_xxsubinterpreters _interpreters interpreters js pyodide pyodide_js _pyodide _pyodide_core pyodide_core micropip',
  ),
]);

/** What may be imported from a module that is refused otherwise: names of paths, and nothing that looks at a disk. */
export const ALLOWED_IMPORTS: ReadonlySet<string> = new Set([
  ...['PurePath', 'PurePosixPath', 'PureWindowsPath'].map((name) => `pathlib.${name}`),
  ...[
    'basename',
    'commonpath',
    'commonprefix',
    'dirname',
    'isabs',
    'join',
    'normpath',
    'relpath',
    'split',
    'splitext',
  ].map((name) => `os.path.${name}`),
]);

function named(reason: string, ...lists: readonly string[]): (readonly [string, string])[] {
  return lists
    .join(' ')
    .split(' ')
    .map((name) => [name, reason]);
}
