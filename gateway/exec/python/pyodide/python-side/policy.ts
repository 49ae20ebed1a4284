/**
 * What a program finds in place of what has no place in a sandbox. No wall: whoever walks CPython's objects gets past
 * it, and stands in a jail. It is there so that a program is told plainly, also where it reaches a name in a way that the
 * scan before it can't see.
 *
 * The standard library itself uses `exec`, `eval` and `__import__`. So it keeps the true builtins, and the program's
 * module is given a builtins module of its own: a function looks names up where its own module does.
 */
export const POLICY_SOURCE = `
import asyncio, dis, sys, types

class SandboxDenied(PermissionError):
    """Ends the run as denied where nobody catches it."""
    __module__ = 'builtins'

IMPORT_NAME = dis.opmap['IMPORT_NAME']

def refused(name):
    def refuse(*args, **named):
        raise SandboxDenied(REFUSED_NAMES[name])
    refuse.__name__ = refuse.__qualname__ = name
    refuse.__module__ = 'builtins'
    return refuse

def refusal_of_import(name, wanted):
    """Why a program may not import this, or None. The same tables as the scan before goes by."""
    if wanted and all(name + '.' + each in ALLOWED_IMPORTS for each in wanted):
        return None
    parts = name.split('.')
    asked = ['.'.join(parts[:end]) for end in range(1, len(parts) + 1)]
    for module in asked + [name + '.' + each for each in wanted]:
        if module in REFUSED_MODULES:
            return 'the module ' + module + ' is not available in the sandbox: ' + REFUSED_MODULES[module]
    return None

def guarded_import(name, globals=None, locals=None, fromlist=(), level=0):
    frame = sys._getframe(1)
    is_statement = frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == IMPORT_NAME
    # strftime and its like, written in C, import what they need in the program's name; with a list, as no statement does.
    if not is_statement and not (type(fromlist) is list and type(name) is str and level == 0):
        raise SandboxDenied(REFUSED_NAMES['__import__'])
    # An import statement's own arguments: strings.
    if level == 0:
        refusal = refusal_of_import(name, fromlist or ())
        if refusal is not None:
            raise SandboxDenied(refusal)
    return builtins.__import__(name, globals, locals, fromlist, level)

program_builtins = types.ModuleType('builtins', builtins.__doc__)

# Not for programs: what a terminal's user types, and what leads to the interpreter's loaders.
WITHHELD_NAMES = {'help', 'copyright', 'credits', 'license', '_', '__loader__', '__spec__'}

def fill_program_builtins():
    true = {name: value for name, value in builtins.__dict__.items() if name not in WITHHELD_NAMES}
    own = program_builtins.__dict__
    own.update(true)
    own.update({name: refused(name) for name in REFUSED_NAMES if name in true and name != '__build_class__'})
    own.update(host_functions)
    own['__import__'] = guarded_import

def close_modules():
    """Those that only a way out would want. An import of one fails as an ImportError, whoever asks."""
    for name in list(sys.modules):
        if name.partition('.')[0] in CLOSED_MODULES:
            del sys.modules[name]
    for name in CLOSED_MODULES:
        sys.modules[name] = None
    # Pyodide's own finders offer to download packages, and give JavaScript objects as modules.
    sys.meta_path[:] = [finder for finder in sys.meta_path if 'pyodide' not in type(finder).__module__]
`;
