import configparser
import io

text = """
[server]
host = localhost
port = 8080
debug = yes

[paths]
root = /srv/app
logs = %(root)s/logs
; a comment
"""
config = configparser.ConfigParser()
config.read_string(text)
print(config.sections(), config["server"]["host"], config.getint("server", "port"), config.getboolean("server", "debug"))
print(config["paths"]["logs"], config.get("server", "missing", fallback="none"), "paths" in config)
config["new"] = {"a": "1"}
config.remove_section("paths")
out = io.StringIO()
config.write(out)
print(out.getvalue().strip())
dict(config["server"])
