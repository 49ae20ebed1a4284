/** The gateway's four functions as Python has them: plain functions that block until the reply is there. */
export const HOST_FUNCTIONS_SOURCE = `
import builtins

HOST_FUNCTION_NAMES = ('read_span', 'search', 'query', 'list_files')
LARGEST_INT = (1 << 53) - 1

def argument_of(value, depth=0):
    """Plain values only, none of them bent; the same in both tiers."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if not -LARGEST_INT <= value <= LARGEST_INT:
            raise ValueError('an integer argument is out of range')
        return int(value)
    if isinstance(value, float):
        if value != value or value in (float('inf'), float('-inf')):
            raise ValueError('a float argument is not finite')
        return float(value)
    if depth > 20:
        raise ValueError('an argument is nested too deeply')
    if isinstance(value, (list, tuple)):
        return [argument_of(item, depth + 1) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError('keys of an argument must be str')
        return {key: argument_of(item, depth + 1) for key, item in value.items()}
    raise TypeError("an argument can't be of type " + type(value).__name__)

def call_host(name, args, named):
    if len(args) > 10 or len(named) > 10:
        raise TypeError(name + '() takes too many arguments')
    call = {
        'type': 'call',
        'name': name,
        'args': [argument_of(value) for value in args],
        'named': {key: argument_of(value) for key, value in named.items()},
    }
    if len(json.dumps(call)) > MAX_HOST_CALL_BYTES:
        raise ValueError('LIMIT_EXCEEDED: the arguments of a call are at most %d bytes' % MAX_HOST_CALL_BYTES)
    channel.flush()
    channel.send(call)
    reply = channel.receive()
    if reply['ok']:
        return reply['value']
    error = getattr(builtins, HOST_ERROR_CLASSES.get(reply['code'], 'RuntimeError'))
    raise error(reply['code'] + ': ' + reply['message'])

def host_function(name):
    def call(*args, **named):
        return call_host(name, args, named)
    call.__name__ = call.__qualname__ = name
    call.__module__ = 'builtins'
    return call

host_functions = {name: host_function(name) for name in HOST_FUNCTION_NAMES}
`;
