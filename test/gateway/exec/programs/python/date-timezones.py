from datetime import datetime, timedelta, timezone

utc = timezone.utc
moment = datetime(2024, 6, 1, 22, 30, tzinfo=utc)
plus_two = timezone(timedelta(hours=2))
minus = timezone(timedelta(hours=-5, minutes=-30))
print(moment.isoformat())
print(moment.astimezone(plus_two).isoformat())
print(moment.astimezone(minus).isoformat())
print(moment == moment.astimezone(plus_two))
print(int(moment.timestamp()))
print(datetime.fromtimestamp(0, tz=utc).isoformat())
print(datetime.fromtimestamp(1_700_000_000, tz=utc).strftime("%Y-%m-%d %H:%M"))
moment.astimezone(plus_two).day
