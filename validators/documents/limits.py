"""How much one file of YAML may hold: the only place where these numbers stand.

They let pass what people really write (the CRDs of an operator in one file of some megabytes) and stop what only
wears a parser down. What goes beyond one of them ends in a problem `yaml/limit` that names the limit.
"""

FILE_BYTES = 8 * 1024 * 1024
"""Size of a file."""

DOCUMENTS = 1000
"""Documents in a file, empty ones counted."""

DEPTH = 100
"""Levels of nesting, those behind aliases counted. The API server itself stops at 10,000."""

NODES = 1_000_000
"""Nodes written out in a file. Manifests have one for every eight bytes or more; `[a,a,a,...]` has one for every two."""

REREAD = 2 * 1024 * 1024
"""Characters of a file that are read again where libyaml stopped at a colon that goyaml.v2 reads on."""

ALIASES = 1000
"""Aliases (`*name`) in a document."""

ALIASED_NODES = 100_000
"""Nodes that the aliases of a document stand for, beside those written out."""
