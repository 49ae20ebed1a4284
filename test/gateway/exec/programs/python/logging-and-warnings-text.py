import logging
import sys
import io

stream = io.StringIO()
handler = logging.StreamHandler(stream)
handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
logger = logging.getLogger("demo")
logger.setLevel(logging.INFO)
logger.addHandler(handler)
logger.propagate = False
logger.debug("hidden")
logger.info("read %d spans from %s", 3, "a.py")
try:
    [][0]
except IndexError:
    logger.error("failed", exc_info=False)
print(stream.getvalue(), end="")
sys.stdout.write("direct write\n")
print(sys.maxsize > 2 ** 30, sys.version_info >= (3, 11), sys.byteorder)
print("to stdout", file=sys.stdout)
stream.getvalue().count("\n")
