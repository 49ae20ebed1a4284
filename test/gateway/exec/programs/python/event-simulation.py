from collections import deque

class Simulation:
    def __init__(self):
        self.clock = 0
        self.events = []
        self.trace = []

    def schedule(self, delay, action, *args):
        self.events.append((self.clock + delay, len(self.trace) + len(self.events), action, args))

    def run(self, until=20):
        while self.events:
            self.events.sort(key=lambda event: (event[0], event[1]))
            time, _, action, args = self.events.pop(0)
            if time > until:
                break
            self.clock = time
            action(*args)

sim = Simulation()
waiting = deque()
busy = [False]

def arrive(name):
    sim.trace.append(f"{sim.clock:>2} {name} arrives")
    waiting.append(name)
    if not busy[0]:
        start()

def start():
    name = waiting.popleft()
    busy[0] = True
    sim.schedule(4, leave, name)

def leave(name):
    sim.trace.append(f"{sim.clock:>2} {name} leaves")
    busy[0] = False
    if waiting:
        start()

for index, name in enumerate(["ada", "bob", "cy"]):
    sim.schedule(index * 3, arrive, name)
sim.run()
print("\n".join(sim.trace))
sim.clock
