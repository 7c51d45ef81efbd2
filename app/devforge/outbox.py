"""Sends webhooks: in order per repository, apart from everything else, and remembers how each went.

Signed as https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries describes.
"""

import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from queue import SimpleQueue

import httpx

from app.devforge import clock
from app.devforge.database import Database
from app.devforge.faults import Faults, Sending
from app.devforge.records import App, Delivery

TIMEOUT_SECONDS = 10.0
_KEPT_CHARACTERS = 10_000


class Outbox:
    """One sender a repository, started when it is first needed. What `faults` say of a delivery comes before it is sent."""

    def __init__(self, database: Database, faults: Faults) -> None:
        self._database = database
        self._faults = faults
        self._queues: dict[int | None, SimpleQueue[int | None]] = {}
        self._held: dict[int | None, list[int]] = {}
        self._timers: list[threading.Timer] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        for unsent in database.all(Delivery, status="pending"):
            database.update(unsent, status="not sent: the forge was stopped", status_code=0)

    def put(self, delivery: Delivery) -> None:
        """Write a delivery down and send it once the current transaction can be seen."""
        kept = self._database.insert(delivery)
        self._database.after_commit(lambda: self._dispatch(kept))

    def repeat(self, delivery: Delivery) -> None:
        """Send a delivery again, with the same GUID."""
        unsent = replace(delivery, redelivery=True, status="pending", status_code=None, delivered_at=clock.now())
        self.put(replace(unsent, id=0, response_headers="{}", response_body="", milliseconds=0))

    def close(self) -> None:
        """Stop after what is being sent now."""
        with self._lock:
            for timer in self._timers:
                timer.cancel()
            for queue in self._queues.values():
                queue.put(None)
            self._queues.clear()
        for thread in self._threads:
            thread.join(TIMEOUT_SECONDS)

    def _dispatch(self, delivery: Delivery) -> None:
        """Send a delivery, or let happen to it what shall."""
        fault = self._faults.of_webhook(delivery.event, delivery.action or "")
        where = delivery.repository_id
        if fault is None:
            self._send_now(where, delivery.id, *self._let_go(where))
        elif fault.way is Sending.DROP:
            self._database.update(delivery, status="failed to connect", status_code=0)
        elif fault.way is Sending.DUPLICATE:
            self._send_now(where, *[delivery.id] * fault.copies, *self._let_go(where))
        elif fault.way is Sending.DELAY:
            self._later(fault.seconds, lambda: self._send_now(where, delivery.id))
        else:
            with self._lock:
                self._held.setdefault(where, []).append(delivery.id)
            self._later(fault.seconds, lambda: self._send_now(where, *self._let_go(where)))

    def _let_go(self, repository_id: int | None) -> list[int]:
        """The deliveries that were held back for another one to overtake them."""
        with self._lock:
            return self._held.pop(repository_id, [])

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        with self._lock:
            self._timers = [*(one for one in self._timers if one.is_alive()), timer]
        timer.start()

    def _send_now(self, repository_id: int | None, *deliveries: int) -> None:
        for one in deliveries:
            self._queue(repository_id).put(one)

    def _queue(self, repository_id: int | None) -> SimpleQueue[int | None]:
        with self._lock:
            if repository_id not in self._queues:
                queue = self._queues[repository_id] = SimpleQueue[int | None]()
                thread = threading.Thread(target=self._work, args=(queue,), name=f"webhooks-{repository_id}", daemon=True)
                thread.start()
                self._threads.append(thread)
            return self._queues[repository_id]

    def _work(self, queue: SimpleQueue[int | None]) -> None:
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            while (delivery_id := queue.get()) is not None:
                delivery = self._database.one(Delivery, id=delivery_id)
                if delivery:
                    self._send(client, delivery)

    def _send(self, client: httpx.Client, delivery: Delivery) -> None:
        app = self._database.one(App, id=delivery.app_id)
        if app is None:
            return
        headers = signed_headers(delivery, app)
        started = time.monotonic()
        try:
            answer = client.post(delivery.url, content=delivery.payload.encode(), headers=headers)
        except httpx.HTTPError as problem:
            outcome = {
                "status": "timed out" if isinstance(problem, httpx.TimeoutException) else "failed to connect",
                "status_code": 0,
            }
            shown, body = "{}", str(problem)
        else:
            outcome = {
                "status": "OK" if answer.is_success else f"Invalid HTTP Response: {answer.status_code}",
                "status_code": answer.status_code,
            }
            shown, body = json.dumps(dict(answer.headers)), answer.text[:_KEPT_CHARACTERS]
        self._database.update(
            delivery,
            **outcome,
            response_headers=shown,
            response_body=body,
            request_headers=json.dumps(headers),
            milliseconds=round((time.monotonic() - started) * 1000),
        )


def signed_headers(delivery: Delivery, app: App) -> dict[str, str]:
    """The headers of a delivery as GitHub sends them."""
    signature = hmac.new(app.webhook_secret.encode(), delivery.payload.encode(), sha256).hexdigest()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": f"GitHub-Hookshot/{signature[:7]}",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature-256": f"sha256={signature}",
    }
