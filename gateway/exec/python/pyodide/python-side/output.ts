/** `sys.stdout` and `sys.stderr` of a program, and the frames they and all else leave by. */
export const OUTPUT_SOURCE = String.raw`
import codecs, io, json, os, time

class Channel:
    """Frames on the device that is the gateway's descriptor: see guest-frames.ts."""

    def __init__(self):
        self.fd = None
        self.outputs = ()

    def send(self, message):
        text = json.dumps(message, separators=(',', ':'), ensure_ascii=False, allow_nan=False)
        # Half a character, which UTF-8 can't carry, only ever stands in a text, where a backslash and its number are JSON.
        body = text.encode('utf-8', 'backslashreplace')
        data = memoryview(len(body).to_bytes(4, 'little') + body)
        while data:
            data = data[os.write(self.fd, data):]

    def receive(self):
        size = int.from_bytes(self.read_exactly(4), 'little')
        return json.loads(self.read_exactly(size))

    def read_exactly(self, size):
        data = bytearray()
        while len(data) < size:
            piece = os.read(self.fd, min(size - len(data), 1 << 20))
            if not piece:
                raise RuntimeError('the gateway is gone')
            data += piece
        return bytes(data)

    def flush(self):
        for output in self.outputs:
            output.flush()

channel = Channel()

class Bytes(io.RawIOBase):
    """What sys.stdout.buffer is: bytes for those who have bytes."""

    def __init__(self, output):
        self.output = output
        self.decoder = codecs.getincrementaldecoder('utf-8')('replace')

    def writable(self):
        return True

    def write(self, data):
        with memoryview(data) as view:
            self.output.write(self.decoder.decode(view.tobytes()))
            return view.nbytes

    def flush(self):
        self.output.flush()

class Output(io.TextIOBase):
    """
    Lets each line out at once, since a program may be killed after any; one that prints very many gets them sent
    in pieces instead. What is past the gateway's limit is not sent at all.
    """
    PIECE = 4096
    LARGEST_PIECE = 65536
    LINES_AT_ONCE = 256
    SECONDS = 0.005

    encoding = 'utf-8'
    newlines = None
    mode = 'w'
    closed = False

    def __init__(self, stream, errors):
        self.stream = stream
        self.name = '<' + stream + '>'
        self._errors = errors
        self.buffer = Bytes(self)
        self.parts = []
        self.size = 0
        self.lines = 0
        self.flushed_at = 0.0

    @property
    def errors(self):
        return self._errors

    def writable(self):
        return True

    def isatty(self):
        return False

    def reconfigure(self, **options):
        self.flush()

    def close(self):
        self.flush()

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError('write() argument must be str, not ' + type(text).__name__)
        if not text.isascii():
            text = text.encode('utf-8', self._errors).decode('utf-8')
        if not self.parts:
            for other in channel.outputs:
                if other is not self:
                    other.flush()
        self.parts.append(text)
        self.size += len(text)
        if self.size >= self.PIECE:
            self.flush()
        elif '\n' in text:
            self.lines += 1
            if self.lines <= self.LINES_AT_ONCE or time.monotonic() - self.flushed_at > self.SECONDS:
                self.flush()
        return len(text)

    def flush(self):
        if not self.parts:
            return
        text = ''.join(self.parts)
        self.parts.clear()
        self.size = 0
        for start in range(0, len(text), self.LARGEST_PIECE):
            if Output.room <= 0:
                break
            piece = text[start:start + min(self.LARGEST_PIECE, Output.room)]
            Output.room -= len(piece)
            channel.send({'type': 'output', 'stream': self.stream, 'text': piece})
        self.flushed_at = time.monotonic()

Output.room = MAX_OUTPUT_CHARS

def open_outputs():
    import sys
    stdout, stderr = Output('stdout', 'strict'), Output('stderr', 'backslashreplace')
    channel.outputs = (stdout, stderr)
    sys.stdout = sys.__stdout__ = stdout
    sys.stderr = sys.__stderr__ = stderr
    sys.stdin = sys.__stdin__ = io.StringIO('')
`;
