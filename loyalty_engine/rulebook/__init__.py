"""Any program's rule files: read, checked with positions, and held as values that decide activities.

`load.load_rulebook` is the way in; each rule family brings its `section.Section`.
"""
