import asyncio

async def double(x):
    return x * 2

async def main():
    first = await double(4)
    rest = await asyncio.gather(double(1), double(2), double(3))
    return first, list(rest)

answer = asyncio.run(main())
print(answer)
answer[0] + sum(answer[1])
