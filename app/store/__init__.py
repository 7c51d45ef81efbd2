"""What Fairlead remembers: changes, their runs, what was found, what was posted. The only room that knows SQLAlchemy.

`read` holds the plain data that pages show, `Store` (store.py) the questions that they ask, `Ledger` (ledger.py) what the
runs write down, `Inbox` (inbox.py) the webhook deliveries. Everything works the same on an SQLite file and on PostgreSQL.
"""
