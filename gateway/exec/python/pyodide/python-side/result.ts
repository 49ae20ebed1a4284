/** The value of a program's last expression as JSON, by the table in ../../monty/result-json.ts. */
export const RESULT_SOURCE = `
import collections

class TooDeep(Exception):
    pass

def well_formed(text):
    # A str of its own, whatever a subclass of the program's makes of its methods.
    text = str.__str__(text)
    if text.isascii():
        return text
    return text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')

def int_json(value):
    value = int(value)
    if -LARGEST_INT <= value <= LARGEST_INT:
        return value
    # Decimal digits cost quadratic time, and CPython refuses them past 4,300.
    return str(value) if value.bit_length() <= 14000 else hex(value)

def sorted_json(items):
    if all(isinstance(item, str) for item in items):
        return sorted(items)
    if all(isinstance(item, (int, float)) and not isinstance(item, bool) for item in items):
        return sorted(items)
    return items

def json_of(value, around):
    if value is None or value is True or value is False:
        return value
    if isinstance(value, int):
        return int_json(value)
    if isinstance(value, float):
        value = float(value)
        return value if value - value == 0.0 else str(value)
    if isinstance(value, str):
        return well_formed(value)
    is_dict = isinstance(value, dict)
    if not is_dict and not isinstance(value, (list, tuple, collections.deque, set, frozenset)):
        return well_formed(repr(value))
    if id(value) in around:
        return '{...}' if is_dict else '[...]'
    if len(around) >= MAX_RESULT_DEPTH:
        raise TooDeep
    around.add(id(value))
    if is_dict:
        found = {}
        for key, item in value.items():
            found[well_formed(key if isinstance(key, str) else str(key))] = json_of(item, around)
    else:
        found = [json_of(item, around) for item in value]
        if isinstance(value, (set, frozenset)):
            found = sorted_json(found)
    around.discard(id(value))
    return found

def result_of(value):
    try:
        found = json_of(value, set())
    except TooDeep:
        return '[result nested more than %d deep left out: print a summary instead]' % MAX_RESULT_DEPTH
    size = len(json.dumps(found, separators=(',', ':'), ensure_ascii=False).encode())
    if size > MAX_RESULT_BYTES:
        return '[result of %d bytes left out: print a summary instead]' % size
    return found
`;
