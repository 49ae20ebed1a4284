transitions = {
    "idle": {"dial": "connecting"},
    "connecting": {"open": "open", "fail": "backoff"},
    "open": {"drop": "backoff", "close": "closed"},
    "backoff": {"timer": "connecting", "close": "closed"},
    "closed": {},
}

class Machine:
    def __init__(self):
        self.state = "idle"
        self.history = ["idle"]

    def send(self, event):
        following = transitions[self.state].get(event)
        if following is None:
            raise ValueError(f"{event} in {self.state}")
        self.state = following
        self.history.append(following)
        return self

machine = Machine()
print(machine.send("dial").send("fail").send("timer").send("open").state)
try:
    machine.send("timer")
except ValueError as error:
    print("refused:", error)
machine.send("close")

def reachable(start):
    seen, pending = [], [start]
    while pending:
        state = pending.pop()
        if state in seen:
            continue
        seen.append(state)
        pending.extend(transitions[state].values())
    return sorted(seen)

for state in transitions:
    print(f"{state:<11}", " ".join(reachable(state)))
machine.history
