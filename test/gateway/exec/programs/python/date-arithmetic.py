from datetime import date, datetime, timedelta

start = date(2024, 2, 27)
for offset in range(4):
    day = start + timedelta(days=offset)
    print(day.isoformat(), day.strftime("%a %d %b %Y"), day.weekday())

released = datetime(2023, 12, 31, 23, 59, 30)
later = released + timedelta(hours=1, seconds=45)
print(later, later.year, later.strftime("%Y/%m/%d %H:%M:%S"))
gap = datetime(2024, 3, 10, 12, 0) - datetime(2024, 2, 28, 18, 30)
print(gap, gap.days, gap.seconds, gap.total_seconds())
parsed = datetime.strptime("05/07/2024 08:09", "%d/%m/%Y %H:%M")
print(parsed.isoformat(), parsed.date(), parsed < later)
print(datetime.fromisoformat("2024-05-06T07:08:09").replace(minute=0))
print((date(2025, 1, 1) - date(2024, 1, 1)).days)
print(sorted([date(2024, 5, 1), date(2023, 5, 1), date(2024, 1, 9)])[0])
gap.days
