/**
 * An event loop for `asyncio.run` that has timers and tasks and no I/O: Pyodide's own hands every step to JavaScript's
 * loop, which stands still while a program runs.
 */
export const EVENT_LOOP_SOURCE = `
class Sleeper:
    """The selector of a loop that has nothing to select from: it only waits for the next timer."""

    def select(self, timeout=None):
        # Nothing can come from outside: a task that waits for what nobody will do waits until the deadline.
        time.sleep(3600 if timeout is None else max(timeout, 0))
        return ()

class TimerLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = Sleeper()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

class LoopPolicy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = TimerLoop

true_asyncio_run = getattr(asyncio.run, '__wrapped__', asyncio.run)

def sleep(seconds, /):
    if not isinstance(seconds, (int, float)) and not hasattr(seconds, '__index__'):
        raise TypeError("'" + type(seconds).__name__ + "' object cannot be interpreted as an integer")
    if seconds < 0:
        raise ValueError('sleep length must be non-negative')
    channel.flush()
    import struct
    os.write(sleep_fd, struct.pack('<d', min(float(seconds), 86400.0)))
    # The interpreter looks for signals every so many steps: now is a good time.
    for _ in range(200):
        pass

sleep_fd = None

def install_event_loop():
    asyncio._set_running_loop(None)
    asyncio.events._set_event_loop_policy(LoopPolicy())
    # Pyodide's asks JavaScript first.
    asyncio.run = asyncio.runners.run = true_asyncio_run
    time.sleep = sleep
`;
