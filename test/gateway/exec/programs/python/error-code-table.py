import re

source = """
export const CODES = {
  NOT_FOUND: { status: 404, retry: false, next: 'check the path' },
  RATE_LIMITED: { status: 429, retry: true, next: 'wait' },
  INTERNAL: { status: 500, retry: true, next: 'ask the administrator' },
};
"""
usages = ["throw new RlmError('NOT_FOUND')", "code === 'INTERNAL'", "new RlmError('NOT_FOUND', path)", "fail('GONE')"]
entry = re.compile(r"^\s+([A-Z_]+): \{ status: (\d+), retry: (true|false), next: '([^']*)' \},$")
table = []
for line in source.splitlines():
    found = entry.match(line)
    if found:
        code, status, retry, step = found.groups()
        table.append({"code": code, "status": int(status), "retry": retry == "true", "next": step})
known = {row["code"] for row in table}
counts = {code: 0 for code in sorted(known)}
unknown = []
for usage in usages:
    for code in re.findall(r"'([A-Z_]{4,})'", usage):
        if code in known:
            counts[code] += 1
        else:
            unknown.append(code)
print(f"{'code':<14}{'status':>7} {'retry':<6}{'uses':>4}  next step")
for row in sorted(table, key=lambda row: row["status"]):
    print(f"{row['code']:<14}{row['status']:>7} {str(row['retry']).lower():<6}{counts[row['code']]:>4}  {row['next']}")
print("never used:", [code for code, n in counts.items() if n == 0])
print("not in the table:", unknown)
{"codes": len(table), "unknown": len(unknown)}
