"""Charts of the editors' page: pure functions from plain data to Altair charts, drawn as SVG in a process beside ours.

`drawer` and `look` are light; everything else is imported only where something is drawn.
"""
