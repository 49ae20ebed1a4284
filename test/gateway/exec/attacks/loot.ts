/** What an attacker does once out: the same few lines at the end of most attacks, so that each is told by its way out alone. */

/** `loot(F)` with a `Function` of the host's; `lootProcess(p)` with its `process`. */
export const JAVASCRIPT_LOOT = `
function lootProcess(p) {
  console.log('ESC' + 'APED', p.pid, p.ppid, p.env && p.env['@ENV@']);
  const get = (name) => p.getBuiltinModule ? p.getBuiltinModule(name) : p.mainModule.require(name);
  const steps = [
    () => console.log(get('fs').readFileSync('@FILE@', 'utf8')),
    () => get('fs').writeFileSync('@MARKER@', 'x'),
    () => get('net').connect(@PORT@, '127.0.0.1'),
    () => get('child_process').spawn('/bin/sh', ['-c', 'sleep 30; : @TOKEN@']),
    () => p.kill(@PID@, 'SIGUSR2'),
  ];
  for (const step of steps) try { step(); } catch (error) { console.log(String(error && error.message).slice(0, 40)); }
}
function loot(F) {
  lootProcess(F('return this')().process || F('return process')());
}
`;

/** `loot(os)` with Python's `os`, `loot_builtins(b)` with its builtins as a dictionary. */
export const PYTHON_LOOT = `
def loot_step(step):
    try:
        print(step())
    except BaseException as error:
        print('failed')
def loot(os):
    loot_step(lambda: os.environ['@ENV@'])
    loot_step(lambda: os.read(os.open('@FILE@', 0), 100))
    loot_step(lambda: os.write(os.open('@MARKER@', 65), b'x'))
    loot_step(lambda: os.system('(sleep 30; : @TOKEN@) &'))
    loot_step(lambda: os.kill(@PID@, 12))
def loot_builtins(b):
    loot_step(lambda: b['open']('@FILE@').read())
    loot_step(lambda: b['open']('@MARKER@', 'w').write('x'))
    loot(b['__import__']('os'))
`;
