"""The durable work: deliveries are taken in, changes judged in a child process, results published, gaps reconciled.

The only room that knows DBOS, and of it only `steps`, `workflows` and `service`: what a step does is plain code.
"""
