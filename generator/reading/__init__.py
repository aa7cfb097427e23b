"""From files to values that know their place.

=====================  =========================================================================
``source_text``        bytes -> text: UTF-8, no control or direction characters
``yaml_text``          YAML -> texts, lists and maps, everything as typed
``front_matter``       a clause file -> its head (YAML) and its body
``head_edit``          a few keys of that head changed, every other byte as it was
``locked_text``        words that somebody else prescribes -> paragraphs, letter for letter
``grammar``            a clause body -> a tree that can be checked, decided and expanded (public face)
``clause_tree``        the tree and what expansion makes of it: types only
``clause_syntax``      jinja2's syntax tree -> ours: the allowlist
``clause_faults``      what is wrong with a body that cannot be read
``names``              every name of a clause against the data dictionary
``expansion``          deciding conditions in three values; expanding with placeholders
``markdown``           expanded text -> blocks
``packed``             what was read -> bytes for the cache, and back
=====================  =========================================================================

Nothing here knows a kind of field, a clause id or a document type; the layers above bring them.
"""
