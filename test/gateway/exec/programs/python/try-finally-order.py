events = []

def risky(kind):
    try:
        events.append(f"try {kind}")
        if kind == "value":
            raise ValueError("bad value")
        if kind == "key":
            {}["missing"]
        if kind == "zero":
            1 // 0
        return "returned"
    except (ValueError, KeyError) as error:
        events.append(f"{type(error).__name__}: {error}")
        return "handled"
    except ZeroDivisionError:
        events.append("zero")
        raise
    else:
        events.append("never")
    finally:
        events.append("finally")

print(risky("none"), risky("value"), risky("key"))
try:
    risky("zero")
except ArithmeticError as error:
    print("outer caught", type(error).__name__)
for event in events:
    print("-", event)

def loop():
    for i in range(5):
        try:
            if i == 1:
                continue
            if i == 3:
                break
            print("body", i)
        finally:
            print("cleanup", i)
    else:
        print("not reached")

loop()
len(events)
