name = "assertSpanRange"
definition = search(rf"export function {name}\b", "gateway", 1)[0]
uses = search(rf"\b{name}\b", "gateway", 10)
callers = sorted({use["file_path"] for use in uses if use["file_path"] != definition["file_path"]})
answers = query("assert span range lines", "gateway", k=5)
signature = read_span(definition["file_path"], definition["start_line"], definition["start_line"])["content"].strip()
print(signature)
try:
    read_span("no/such/file.ts", 1, 5)
except Exception as error:
    print("refused:", str(error).split(":")[0])
{
    "defined": [definition["file_path"], definition["start_line"]],
    "callers": callers,
    "ranked": any(answer["file_path"] == definition["file_path"] for answer in answers),
}
