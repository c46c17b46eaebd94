"""Renderers turn a document into text; none of them prints.

In reading order: `formats` is the table of formats. Each has a renderer, whose function
`render(document, layout)` returns the text: `table` (and `terminal`, which draws it with rich),
`json`, `csv`, `markdown`, `junit`, `github` and `tracker`. What people read is first put in words:
`sheet` has the words of any document, `sheets` finds the function for each kind of document, and
`reports` (with `comparisons`) and `verdicts` are the larger ones.
"""
