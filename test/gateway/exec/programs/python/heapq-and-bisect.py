import bisect
import heapq

heap = []
for priority, task in [(5, "write"), (1, "plan"), (3, "review"), (1, "argue")]:
    heapq.heappush(heap, (priority, task))
print([heapq.heappop(heap) for _ in range(len(heap))])
numbers = [7, 2, 9, 4, 4, 8]
print(heapq.nlargest(2, numbers), heapq.nsmallest(3, numbers), heapq.nlargest(1, ["aa", "b"], key=len))
heapq.heapify(numbers)
print(numbers[0], heapq.heappushpop(numbers, 1), heapq.heapreplace(numbers, 10), sorted(numbers))
print(list(heapq.merge([1, 4], [2, 3], [0, 9])))

cuts = [60, 70, 80, 90]
print([("FDCBA")[bisect.bisect(cuts, score)] for score in (33, 60, 77, 89, 90, 100)])
ordered = [1, 3, 3, 5]
print(bisect.bisect_left(ordered, 3), bisect.bisect_right(ordered, 3))
bisect.insort(ordered, 4)

def dijkstra(graph, start):
    distances = {start: 0}
    queue = [(0, start)]
    while queue:
        distance, node = heapq.heappop(queue)
        if distance > distances[node]:
            continue
        for neighbour, weight in graph[node].items():
            candidate = distance + weight
            if candidate < distances.get(neighbour, float("inf")):
                distances[neighbour] = candidate
                heapq.heappush(queue, (candidate, neighbour))
    return distances

print(ordered)
dijkstra({"a": {"b": 7, "c": 3}, "b": {"d": 2}, "c": {"b": 1, "d": 8}, "d": {}}, "a")
