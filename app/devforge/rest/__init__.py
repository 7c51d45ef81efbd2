"""The REST API below /api/v3, one module a family of addresses; `api.ROUTES` is the table of all."""
