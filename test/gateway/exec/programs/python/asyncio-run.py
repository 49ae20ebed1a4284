import asyncio

log = []

async def fetch(name, steps):
    for step in range(steps):
        log.append(f"{name}{step}")
        await asyncio.sleep(0)
    return name.upper()

async def numbers(n):
    for i in range(n):
        yield i
        await asyncio.sleep(0)

class Session:
    async def __aenter__(self):
        log.append("enter")
        return self
    async def __aexit__(self, *exc):
        log.append("exit")

async def main():
    results = await asyncio.gather(fetch("a", 2), fetch("b", 3))
    async with Session():
        squares = [i * i async for i in numbers(4)]
    task = asyncio.create_task(fetch("c", 1))
    try:
        await asyncio.wait_for(asyncio.Event().wait(), timeout=0.01)
    except asyncio.TimeoutError:
        log.append("timeout")
    queue = asyncio.Queue()
    for item in (3, 1, 2):
        queue.put_nowait(item)
    drained = [await queue.get() for _ in range(3)]
    failed = await asyncio.gather(fetch("d", 0), boom(), return_exceptions=True)
    return results, squares, await task, drained, repr(failed[1])

async def boom():
    raise ValueError("boom")

results = asyncio.run(main())
print(results)
print(log)
results[1]
