/** Runs the one program and says how it ended. */
export const PROGRAM_SOURCE = String.raw`
import ast, inspect, linecache, random, signal, traceback

PROGRAM = '<program>'

class Deadline(BaseException):
    """Raised wherever the program stands when its time is up."""

is_over = False

def expire(signum, frame):
    if not is_over:
        raise Deadline

def cut(text):
    # The gateway counts as JavaScript does.
    text = well_formed(text)
    if len(text.encode('utf-16-le')) // 2 <= MAX_ERROR_CHARS:
        return text
    half = MAX_ERROR_CHARS // 4 - 10
    return text[:half] + '\n[...]\n' + text[-half:]

def text_of(error):
    try:
        return str(error)
    except Exception:
        return '<exception str() failed>'

def own_frames(report):
    """The frames of the program only, in an error, its causes and its parts."""
    seen = set()
    waiting = [report]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.stack = traceback.StackSummary.from_list(
            [frame for frame in each.stack if frame.filename == PROGRAM])
        waiting += [each.__cause__, each.__context__, *(each.exceptions or ())]
    return report

def line_of(error):
    line = None
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == PROGRAM:
            line = step.tb_lineno
        step = step.tb_next
    return line

def raised(error):
    report = own_frames(traceback.TracebackException.from_exception(error, compact=True))
    return {
        'kind': 'raised',
        'type': cut(type(error).__name__),
        'message': cut(text_of(error)),
        'line': line_of(error),
        'traceback': cut(''.join(report.format())),
    }

def end_of(error):
    if isinstance(error, Deadline):
        return {'kind': 'timeout'}
    if isinstance(error, MemoryError) and not error.args:
        return {'kind': 'memory'}
    if isinstance(error, SandboxDenied):
        return {'kind': 'denied', 'message': cut(text_of(error)), 'line': line_of(error)}
    if isinstance(error, SystemExit) and (error.code is None or error.code == 0):
        return {'kind': 'completed'}
    return raised(error)

def compiled(code):
    """The program but for its last expression, and that; each may hold an await of its own."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(code, PROGRAM, 'exec', ast.PyCF_ONLY_AST | flags, dont_inherit=True)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    body = compile(tree, PROGRAM, 'exec', flags, dont_inherit=True)
    if last is not None:
        future = body.co_flags & FUTURE_FLAGS
        last = compile(last, PROGRAM, 'eval', flags | future, dont_inherit=True)
    return body, last

FUTURE_FLAGS = 0
import __future__
for name in __future__.all_feature_names:
    FUTURE_FLAGS |= getattr(__future__, name).compiler_flag

def syntax(message, line):
    if not isinstance(line, int) or line < 1:
        line = None
    return {'kind': 'syntax', 'message': cut(str(message)), 'line': line}

def run_compiled(body, last, names):
    if not (body.co_flags | (last.co_flags if last else 0)) & inspect.CO_COROUTINE:
        exec(body, names)
        return eval(last, names) if last else None
    with asyncio.Runner() as runner:
        def step(code):
            value = eval(code, names)
            return runner.run(value) if code.co_flags & inspect.CO_COROUTINE else value
        step(body)
        return step(last) if last else None

def run_program(code):
    linecache.cache[PROGRAM] = (len(code), None, code.splitlines(True), PROGRAM)
    try:
        body, last = compiled(code)
    except SyntaxError as error:
        return syntax(error.msg, error.lineno)
    except (MemoryError, RecursionError):
        return syntax('the program is nested too deeply', None)
    except Exception as error:
        return syntax(error, None)
    main = types.ModuleType('__main__')
    main.__builtins__ = program_builtins
    sys.modules['__main__'] = main
    value = run_compiled(body, last, main.__dict__)
    if last is None:
        return {'kind': 'completed'}
    return {'kind': 'completed', 'result': result_of(value)}

# Of each kind of thing a program does, a little: V8 compiles a function of the interpreter when it is first called.
WARM_UP = """
import collections, dataclasses, json, re

@dataclasses.dataclass
class Point:
    x: int
    y: int = 0

class Place(Point):
    def steps(self):
        yield from (self.x, self.y)

def total(places, *, by=1.5):
    return sum(step * by for place in places for step in place.steps())

counts = collections.Counter(re.findall(r'[a-z]+', 'the quick brown fox and the lazy dog'))
text = json.dumps({word: count for word, count in sorted(counts.items(), key=lambda pair: -pair[1])})
print(f'{total([Place(1, 2), Place(3)]):.2f}', '%-5s|' % 'a', json.loads(text)['the'], text.upper().split(',')[:2])
try:
    raise ValueError('an error')
except ValueError as error:
    print(repr(error), 2 ** 70, [n for n in range(10) if n % 2], {1, 2} | {3})
[].missing
"""

def warm_up():
    room, Output.room = Output.room, 0
    try:
        run_program(WARM_UP)
    except AttributeError as error:
        raised(error)
    result_of({'a': [1, 2.5, (None, True)], 'b': {'c'}})
    channel.flush()
    for output in channel.outputs:
        output.lines = 0
    Output.room = room
    linecache.clearcache()
    del sys.modules['__main__']

def prepare(channel_path, sleep_path):
    """Once in each process, after its memory has come from the snapshot."""
    global sleep_fd
    channel.fd = os.open(channel_path, os.O_RDWR)
    sleep_fd = os.open(sleep_path, os.O_WRONLY)
    open_outputs()
    fill_program_builtins()
    close_modules()
    install_event_loop()
    signal.signal(signal.SIGINT, expire)
    os.environ.clear()
    sys.argv[:] = ['']
    # No modules beside the program's own text.
    sys.path[:] = [place for place in sys.path if place]
    sys.setrecursionlimit(1000)
    warm_up()

def run(code):
    global is_over
    try:
        # The snapshot holds one state of it for all.
        random.seed()
        try:
            end = run_program(code)
        except BaseException as error:
            end = end_of(error)
        channel.flush()
    except Deadline:
        end = {'kind': 'timeout'}
    except MemoryError:
        end = {'kind': 'memory'}
    is_over = True
    channel.flush()
    channel.send({'type': 'end', 'end': end})
`;
