import textwrap

text = "The gateway holds the repository and answers every question about it in bounded, recorded spans of text."
print(textwrap.fill(text, width=40))
print(textwrap.wrap(text, 30)[1])
print(textwrap.shorten(text, width=35, placeholder=" [...]"))
block = textwrap.dedent("""\
    def f():
        return 1
    """)
print(block, end="")
print(textwrap.indent(block, "> "), end="")
print(textwrap.fill("- item with a long explanation here", width=20, initial_indent="* ", subsequent_indent="    "))
len(textwrap.wrap(text, 20))
